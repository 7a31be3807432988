"""What those see who keep order in a room: reports that wait, with what was said around them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from educa.chat.models import Message, Report, Room
from educa.chat.questions import asked_in
from educa.chat.unread import CountUpTo
from educa.courses.models import Course

MOST_REPORTED = 20  # messages on a page; the others follow once these are looked at
MOST_REASONS = 5  # that are shown of one message
AROUND = 2  # messages that are shown before and after
REACH = 12  # numbers in which those are looked for; what is no message has numbers, too


@dataclass
class Reported:
    """A message that somebody finds wrong, why, and what was said around it.

    `body` is what it said when it was first reported, where it says something else by now.
    """

    message: Message
    number: int
    reports: list[Report] = field(default_factory=list)
    before: list[Message] = field(default_factory=list)
    after: list[Message] = field(default_factory=list)

    @property
    def body(self) -> str:
        # Somebody else may have looked at the reports while they were counted.
        first = self.reports[0].body if self.reports else self.message.body
        return "" if first == self.message.body else first

    @property
    def others(self) -> int:
        """How many more reports there are than those shown."""
        return self.number - len(self.reports)


@dataclass(frozen=True)
class Waiting:
    """How much waits in a course: open questions, and messages that were reported."""

    questions: int
    reported: int


def waiting_in(course: Course) -> Waiting:
    """What waits for those who teach the course; one statement."""
    counts = counts_of_waiting(Course.objects.filter(pk=course.pk).values("pk"))
    found = Room.objects.filter(pk=course.pk).annotate(**counts).values_list(*counts).first()
    return Waiting(*found) if found else Waiting(0, 0)


def counts_of_waiting(courses: "QuerySet[Any, Any]") -> dict[str, CountUpTo]:
    """The numbers of a `Waiting` of courses with these keys together, in its order, to annotate rows with."""
    asked = asked_in(courses).open_questions().order_by().values("pk")
    reports = Report.objects.filter(message__room__in=courses).waiting().order_by()
    told = reports.values("message").distinct()
    return {"asked": CountUpTo(asked), "told": CountUpTo(told)}


def reported(course: Course) -> list[Reported]:
    """Messages with reports that wait; those first that wait longest."""
    rows = _waiting(course).values("message").annotate(first=Min("reported_at"), n=Count("pk"))
    numbers = dict(rows.order_by("first", "message").values_list("message", "n")[:MOST_REPORTED])
    told = Message.objects.filter(pk__in=numbers).select_related("author")
    messages = {message.pk: message for message in told}
    found = {
        key: Reported(messages[key], number) for key, number in numbers.items() if key in messages
    }
    for report in _first_reports(course, found):
        found[report.message_id].reports.append(report)
    _look_around(course, list(found.values()))
    return list(found.values())


def _waiting(course: Course) -> "QuerySet[Report]":
    return Report.objects.filter(message__room=course.pk).waiting().order_by()


def _first_reports(course: Course, messages: Iterable[int]) -> "QuerySet[Report]":
    place = Window(RowNumber(), partition_by=F("message"), order_by="pk")
    rows = _waiting(course).filter(message__in=messages).alias(place=place)
    return rows.filter(place__lte=MOST_REASONS).select_related("reporter").order_by("pk")


def _look_around(course: Course, found: list[Reported]) -> None:
    if not found:
        return
    near = (each.message.sequence for each in found)
    ranges = (Q(sequence__range=(number - REACH, number + REACH)) for number in near)
    rows = Message.objects.filter(reduce(or_, ranges), room=course.pk).present()
    around = list(rows.select_related("author").order_by("sequence"))
    for each in found:
        number = each.message.sequence
        close = [row for row in around if abs(row.sequence - number) <= REACH]
        each.before = [row for row in close if row.sequence < number][-AROUND:]
        each.after = [row for row in close if row.sequence > number][:AROUND]
