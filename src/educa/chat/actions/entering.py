"""Who may do something in a room, asked in the transaction in which it is done."""

from dataclasses import dataclass

from educa.accounts.models import User
from educa.chat.models import Message, Room
from educa.chat.permissions import can_keep_order
from educa.chat.refusals import FORBIDDEN, NO_MESSAGE, Refused
from educa.courses.models import Course


@dataclass(frozen=True)
class Entered:
    """A room that is held until the transaction ends, and who is in it."""

    room: Room
    course: Course
    person: User
    is_instructor: bool

    @property
    def keeps_order(self) -> bool:
        return can_keep_order(self.person, teaches=self.is_instructor)

    def message(self, sequence: int) -> Message:
        """A message of the room. Raises Refused where there is none, or it is deleted."""
        rows = Message.objects.filter(room=self.room, sequence=sequence).present()
        message = rows.select_related("author", "question").first()
        if message is None:
            raise Refused(NO_MESSAGE)
        message.room = self.room
        return message

    def refuse_unless_keeper(self) -> None:
        """Raises Refused for who does not keep order here."""
        if not self.keeps_order:
            raise Refused(FORBIDDEN)


def enter(person: User, course: int) -> Entered:
    """The room of this course, held; whoever else writes in it waits.

    Raises Refused for who may not enter it now.
    """
    readable = Course.objects.readable_by(person).with_part_of(person).select_related("owner")
    found = readable.filter(pk=course).first()
    if found is None:
        raise Refused(FORBIDDEN)
    return Entered(Room.objects.locked(found), found, person, found.is_taught)
