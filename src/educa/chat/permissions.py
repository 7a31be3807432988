"""What somebody may do in a room: for buttons, and for steps that are about a room as a whole."""

from educa.chat.models import Message
from educa.chat.models.room import keeps_all_rooms
from educa.courses.models import Viewer


def can_keep_order(user: Viewer, *, teaches: bool) -> bool:
    """Whether this person deletes, mutes, pins and closes in a room: who teaches its course, as long as they
    are an instructor, and who looks after all rooms.
    """
    return (teaches and user.has_perm("courses.change_course")) or keeps_all_rooms(user)


def can_settle(user: Viewer, question: Message, *, teaches: bool) -> bool:
    """Whether this person says what answers a question: who teaches the course, and who asked it."""
    return teaches or (question.author_id is not None and question.author_id == user.pk)
