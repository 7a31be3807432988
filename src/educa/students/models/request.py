"""Who asks to be let into a course."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Course, Viewer


class EnrollmentRequestQuerySet(models.QuerySet["EnrollmentRequest"]):
    def of(self, user: Viewer) -> Self:
        """What this person has asked; someone not signed in has asked nothing."""
        return self.filter(student=user.pk)

    def listed(self) -> Self:
        """For courses that still are what one could be let into."""
        return self.filter(course__in=Course.objects.open_for_enrollment())

    def answerable_by(self, user: Viewer) -> Self:
        """Requests for courses that this person may change."""
        return self.filter(course__in=Course.objects.editable_by(user))


class EnrollmentRequest(models.Model):
    """A student's wish to be enrolled in a course whose instructors decide; answered, it is gone."""

    course = models.ForeignKey(
        Course,
        on_delete=models.CASCADE,
        related_name="enrollment_requests",
        verbose_name=_("course"),
    )
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="enrollment_requests",
        verbose_name=_("student"),
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)

    objects = EnrollmentRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("enrollment request")
        verbose_name_plural = _("enrollment requests")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "student"], name="one_enrollment_request_per_course"
            )
        ]

    def __str__(self) -> str:
        return f"{self.student} – {self.course}"
