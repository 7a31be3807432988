"""Who studies which course."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Course, Viewer
from educa.courses.models.course import MOST_WORDS
from educa.lib.prepared import prepared_cursor


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def of(self, user: Viewer) -> Self:
        """This person's enrollments; someone not signed in has none."""
        return self.filter(student=user.pk)

    def current(self) -> Self:
        """Without those who left."""
        return self.filter(left_at=None)

    def listed(self) -> Self:
        """Of courses that are not in the trash; one that is a draft again is among them."""
        return self.filter(course__trashed_at=None)

    def by_use(self) -> Self:
        """The one that was used last first; who never opened the course used it when they enrolled."""
        return self.order_by(Coalesce("last_active_at", "enrolled_at").desc(), "-pk")

    def matching(self, query: str) -> Self:
        """Those of students in whose shown name or user name every word occurs."""
        rows = self
        for word in query.split()[:MOST_WORDS]:
            rows = rows.filter(
                Q(student__display_name__icontains=word)
                | Q(student__first_name__icontains=word)
                | Q(student__last_name__icontains=word)
                | Q(student__username__icontains=word)
            )
        return rows

    def with_progress(self) -> Self:
        """Add `done` and `total`: how many contents are finished, and how many there are."""
        done = Enrollment.completions.rel.related_model._default_manager.filter(
            enrollment=OuterRef("pk"),
            content__trashed_at=None,
            content__module__trashed_at=None,
            content__content_type__in=[kind.content_type().pk for kind in kinds()],
        )
        total = Content.objects.shown().filter(module__course=OuterRef("course"))
        return self.annotate(done=_number_of(done), total=_number_of(total))

    def enroll(self, student: User, course: Course) -> "Enrollment":
        """Open this student's place in the course, or reopen the one they left."""
        enrollment, _created = self.update_or_create(
            student=student, course=course, defaults={"left_at": None}
        )
        return enrollment

    def note(self, enrollment: int, values: dict[str, Any]) -> None:
        """Set these columns of an enrollment, unless its student has left; `update` at a fifth of the cost.

        For what each page of the player writes. A time is put as the database wants it.
        """
        columns = ", ".join(f"{name} = %s" for name in values)
        told = [
            connection.ops.adapt_datetimefield_value(each) if isinstance(each, datetime) else each
            for each in values.values()
        ]
        with prepared_cursor() as cursor:
            cursor.execute(
                f"UPDATE {self.model._meta.db_table} SET {columns}"  # noqa: S608 - names of ours
                " WHERE id = %s AND left_at IS NULL",
                [*told, enrollment],
            )

    def leave(self, student: User, course: Course) -> bool:
        """Give up the place, if there is one; what was finished is kept for a return."""
        places = self.filter(student=student, course=course, left_at=None)
        return bool(places.update(left_at=timezone.now()))


def places_left(course: Course) -> int | None:
    """How many students the course still takes; None for any number."""
    if course.places is None:
        return None
    return max(0, course.places - Enrollment.objects.current().filter(course=course).count())


def _number_of(rows: "models.QuerySet[Any]") -> Coalesce:
    # Grouped by a constant: one row with the number, or none at all.
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


class Enrollment(models.Model):
    """One student's place in one course.

    Leaving keeps the row, so that a student who comes back finds their progress. `completed_at` is
    when all that the course held then was finished; what is added later does not take it away.
    """

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="enrollments", verbose_name=_("course")
    )
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="enrollments",
        verbose_name=_("student"),
    )
    enrolled_at = models.DateTimeField(_("enrolled"), auto_now_add=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    last_active_at = models.DateTimeField(_("last active"), null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True, editable=False)
    last_content = models.ForeignKey(
        Content,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last opened content"),
    )

    if TYPE_CHECKING:
        completions: Any
        done: int
        total: int

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at", "-pk"]
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        constraints = [
            models.UniqueConstraint(fields=["course", "student"], name="one_enrollment_per_course"),
        ]
        indexes = [
            models.Index(fields=["student", "-enrolled_at"], name="enrollments_of_student"),
            models.Index(fields=["course", "-last_active_at"], name="enrollments_by_activity"),
            # How many a course has is asked for each card of the catalogue: of the index alone.
            models.Index(
                fields=["course"], condition=Q(left_at=None), name="current_enrollments_of_course"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} – {self.course}"

    @property
    def waits(self) -> bool:
        """Whether the course can't be read now, because its instructor revises it."""
        return self.course.status == Course.Status.DRAFT

    @property
    def percent(self) -> int:
        """How much is finished, for rows that came through `with_progress`; nothing to do is 0."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def used_at(self) -> datetime:
        """When the student was last seen in the course, or enrolled, if they have not opened it yet."""
        return self.last_active_at or self.enrolled_at
