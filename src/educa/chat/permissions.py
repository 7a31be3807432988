"""What somebody may do in a room: for buttons, and for steps that are about a room as a whole."""

from educa.chat.models import Message
from educa.chat.models.room import keeps_all_rooms
from educa.courses.models import Course, Viewer
from educa.courses.permissions import can_edit


def can_keep_order(user: Viewer, course: Course) -> bool:
    """Whether this person deletes, mutes, pins and closes there: who may change the course, or looks after all."""
    return can_edit(user, course) or keeps_all_rooms(user)


def can_settle(user: Viewer, question: Message, *, teaches: bool) -> bool:
    """Whether this person says what answers a question: who teaches the course, and who asked it."""
    return teaches or (question.author_id is not None and question.author_id == user.pk)
