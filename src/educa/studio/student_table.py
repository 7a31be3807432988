"""The students of a course as a CSV file, row by row, however many there are."""

import csv
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from educa.courses.models import Course
from educa.students.models import Enrollment
from educa.studio.name_lists import guarded

BATCH = 500
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes the letters for something else


class _Echo:
    """What a writer of CSV writes to: gives the line back."""

    def write(self, line: str) -> str:
        return line


def student_table(course: Course) -> Iterator[str]:
    """The lines of the file: the titles, then the students in the order in which they came."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + _line(
        writer,
        [
            _("Name"),
            _("User name"),
            _("Enrolled"),
            _("Last activity"),
            _("Done"),
            _("Contents"),
            _("Percent"),
            _("Completed"),
        ],
    )
    last = 0
    while rows := _rows_after(course, last):
        for row in rows:
            yield _line(writer, _cells(row))
        last = rows[-1].pk


def _rows_after(course: Course, last: int) -> list[Enrollment]:
    rows = Enrollment.objects.current().filter(course=course, pk__gt=last).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:BATCH])
    told = Enrollment.objects.filter(pk__in=keys).with_progress().select_related("student")
    return list(told.order_by("pk"))


def _cells(row: Enrollment) -> list[str]:
    student = row.student
    return [
        guarded(student.shown_name),
        guarded(student.username),
        _moment(row.enrolled_at),
        _moment(row.last_active_at),
        str(row.done),
        str(row.total),
        str(row.percent),
        _moment(row.completed_at),
    ]


def _moment(moment: datetime | None) -> str:
    """In the reader's time zone, as every spreadsheet reads it."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _line(writer: object, cells: list[str]) -> str:
    return str(writer.writerow(cells))  # type: ignore[attr-defined]
