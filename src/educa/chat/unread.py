"""What somebody has not read yet, in many rooms at once.

What others said after one's read mark is unread, but not what was deleted. Who has no mark in a room yet
has not read what was said since they enrolled; what was said before is history. Who teaches the course has
no such day: to them all of it is unread, until they enter the room. Who looks after the site has nothing
to read where they never were.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from educa.chat.models import Mention, Message, ReadMark, Room
from educa.courses.models import Course, Viewer
from educa.students.models import Enrollment

MOST = 99  # that are told apart


class CountUpTo(Subquery):
    """How many rows there are, counted no farther than the query is cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class CountBoth(CountUpTo):
    """As CountUpTo; and, in thousands, how many of these rows are `named`. So both need one look at them."""

    template = (
        "(SELECT COUNT(*) + 1000 * COUNT(NULLIF(named, FALSE)) FROM (%(subquery)s) AS counted)"
    )


@dataclass(frozen=True)
class Unread:
    """How many messages somebody has not read in a room, and whether one of them names them."""

    messages: int = 0
    is_mentioned: bool = False

    @property
    def shown(self) -> str:
        """The number as it is shown: 3, or 99+."""
        return str(self.messages) if self.messages <= MOST else f"{MOST}+"


NOTHING = Unread()


def unread_in(user: Viewer, courses: Iterable[int]) -> dict[int, Unread]:
    """What this person has not read in the rooms of these courses, by their keys; one statement.

    Rooms that they may not enter, and those where nobody was yet, are left out.
    """
    rows = _with_unread(user).filter(pk__in=list(courses))
    return {row.pk: _unread(row.unread) for row in rows}


def _unread(both: int) -> Unread:
    named, messages = divmod(both, 1000)
    return Unread(messages, is_mentioned=named > 0)


def _with_unread(user: Viewer) -> "QuerySet[Any]":
    """Add `unread` to the rooms that this person may enter: see CountBoth; of the newest few only."""
    others = Message.objects.present().exclude(author=user.pk)
    fresh = others.filter(room=OuterRef("pk"), sequence__gt=OuterRef("seen"))
    named = Exists(Mention.objects.filter(user=user.pk, message=OuterRef("pk")))
    newest = fresh.annotate(named=named).order_by("-sequence")[: MOST + 1]
    rows = Room.objects.open_to(user).alias(seen=_seen_by(user))
    return rows.annotate(unread=CountBoth(newest.values("named")))


def _seen_by(user: Viewer) -> Coalesce:
    """The number up to which this person has read, or need not read."""
    marks = ReadMark.objects.filter(user=user.pk, room=OuterRef("pk")).values("sequence")
    places = Enrollment.objects.of(user).current().filter(course=OuterRef("pk"))
    # From the newest back, and no farther than to the day on which they came.
    before = Message.objects.filter(
        room=OuterRef("pk"),
        sent_at__lt=Subquery(
            Enrollment.objects.of(user)
            .current()
            .filter(course=OuterRef(OuterRef("pk")))
            .values("enrolled_at")
        ),
    ).order_by("-sequence")
    taught = Course.objects.taught_by(user).filter(pk=OuterRef("pk"))
    unmarked = Case(
        When(Exists(taught), then=Value(0)),
        When(Exists(places), then=Coalesce(Subquery(before.values("sequence")[:1]), 0)),
        default=F("last_sequence"),
        output_field=BigIntegerField(),
    )
    return Coalesce(Subquery(marks), unmarked, output_field=BigIntegerField())
