"""Who may do something in a room, asked in the transaction in which it is done."""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from educa.accounts.models import User
from educa.chat.models import Event, Message, Room
from educa.chat.permissions import can_keep_order
from educa.chat.refusals import CLOSED, FORBIDDEN, MUTED, NO_MESSAGE, TOO_FAST, Refused
from educa.courses.models import Course

MINUTE = timedelta(minutes=1)
CHANGES = (Event.Kind.EDIT, Event.Kind.REACTION)  # which nothing but time limits
REACH = 1000  # events at the end of the log among which those of the last minute are counted


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

    def refuse_silenced(self) -> None:
        """Raises Refused for who may not write now: the room is closed to them, or they are muted."""
        if self.is_instructor or self.keeps_order:
            return
        if self.room.is_closed:
            raise Refused(CLOSED)
        self.refuse_muted()

    def refuse_muted(self) -> None:
        """Raises Refused for who is muted, unless they teach or keep order."""
        if self.is_instructor or self.keeps_order:
            return
        if self.room.mutes.current().filter(user=self.person).exists():
            raise Refused(MUTED)

    def refuse_hasty_change(self) -> None:
        """Raises Refused for who edits and reacts more often in a minute than one may send messages."""
        now = timezone.now()
        recent = self.room.events.filter(sequence__gt=self.room.last_sequence - REACH)
        own = recent.filter(actor=self.person, kind__in=CHANGES, at__gt=now - MINUTE)
        times = list(own.order_by("-sequence").values_list("at", flat=True))
        if len(times) >= settings.EDUCA_CHAT_PER_MINUTE:
            wait = times[settings.EDUCA_CHAT_PER_MINUTE - 1] + MINUTE - now
            raise Refused(TOO_FAST, retry_after=max(1, math.ceil(wait.total_seconds())))

    def refuse_unless_keeper(self) -> None:
        """Raises Refused for who does not keep order here."""
        if not self.keeps_order:
            raise Refused(FORBIDDEN)


def enter(person: User, course: int) -> Entered:
    """The room of this course, held; whoever else writes in it waits.

    Raises Refused for who may not enter it now.
    """
    # With everything that is said, so it asks for no column that nobody looks at.
    readable = Course.objects.readable_by(person).with_part_of(person).only("owner")
    try:
        found = readable.get(pk=course)
    except Course.DoesNotExist:
        raise Refused(FORBIDDEN) from None
    return Entered(Room.objects.locked(found), found, person, found.is_taught)
