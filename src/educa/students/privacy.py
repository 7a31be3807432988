"""What is held about people who study."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from educa.lib.privacy import Category, Fact, OnErasure, PersonalData, declare, facts
from educa.students.models import Completion, Enrollment, EnrollmentRequest, Note, Position

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from educa.accounts.models import User
    from educa.courses.models import Content

WHILE_COURSE = _("as long as the account and the course")


def _course(title: str) -> Fact:
    return Fact("course", _("course"), title)


def _content(content: "Content") -> list[Fact]:
    return [_course(content.module.course.title), Fact("content", _("content"), str(content))]


def _enrollments(person: "User") -> "QuerySet[Enrollment]":
    return Enrollment.objects.of(person).with_progress().select_related("course").order_by("pk")


def _enrollment(row: Enrollment) -> Iterable[Fact]:
    return [
        _course(row.course.title),
        *facts(row, "enrolled_at", "left_at", "last_active_at", "completed_at"),
        Fact("done", _("contents finished"), row.done),
        Fact("total", _("contents in the course"), row.total),
        Fact(
            "last_content",
            _("last opened content"),
            str(row.last_content) if row.last_content else None,
        ),
    ]


def _completions(person: "User") -> "QuerySet[Completion]":
    rows = Completion.objects.filter(enrollment__student=person)
    return rows.select_related("content__module__course").order_by("pk")


def _positions(person: "User") -> "QuerySet[Position]":
    rows = Position.objects.filter(enrollment__student=person)
    return rows.select_related("content__module__course").order_by("pk")


def _notes(person: "User") -> "QuerySet[Note]":
    return Note.objects.of(person).select_related("content__module__course").order_by("pk")


def _requests(person: "User") -> "QuerySet[EnrollmentRequest]":
    return EnrollmentRequest.objects.of(person).select_related("course").order_by("pk")


declare(
    PersonalData(
        name="enrollments",
        model="students.Enrollment",
        relation="student",
        category=Category.LEARNING,
        title=_("Enrollments"),
        purpose=_(
            "To let you into your courses and to show how far you are, to you and who teaches"
        ),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.DELETE,
        describe=_enrollment,
        rows=_enrollments,
    ),
    PersonalData(
        name="completions",
        model="students.Completion",
        relation="enrollment__student",
        category=Category.LEARNING,
        title=_("Finished contents"),
        purpose=_("To know what you have finished"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.DELETE,
        describe=lambda row: [*_content(row.content), *facts(row, "completed_at")],
        rows=_completions,
    ),
    PersonalData(
        name="positions",
        model="students.Position",
        relation="enrollment__student",
        category=Category.LEARNING,
        title=_("Places where you stopped"),
        purpose=_("To open a content where you left it"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.DELETE,
        describe=lambda row: [
            *_content(row.content),
            *facts(row, "paragraph", "second", "watched", "duration", "decided_at", "updated_at"),
        ],
        rows=_positions,
    ),
    PersonalData(
        name="notes",
        model="students.Note",
        relation="author",
        fields=("body",),
        category=Category.LEARNING,
        title=_("Notes"),
        purpose=_("To keep what you write down for yourself; nobody else reads it"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.DELETE,
        describe=lambda row: [*_content(row.content), *facts(row, "body", "updated_at")],
        rows=_notes,
    ),
    PersonalData(
        name="enrollment_requests",
        model="students.EnrollmentRequest",
        relation="student",
        category=Category.LEARNING,
        title=_("Requests to be enrolled"),
        purpose=_("To let those decide who teach the course"),
        retention=_("until it is answered"),
        on_erasure=OnErasure.DELETE,
        describe=lambda row: [_course(row.course.title), *facts(row, "asked_at")],
        rows=_requests,
    ),
)
