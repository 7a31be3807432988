"""What students have finished."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Content
from educa.students.models.enrollment import Enrollment


class Completion(models.Model):
    """A content that a student has finished; `completed_at` is when it happened, however late it was told."""

    enrollment = models.ForeignKey(
        Enrollment,
        on_delete=models.CASCADE,
        related_name="completions",
        verbose_name=_("enrollment"),
    )
    content = models.ForeignKey(
        Content, on_delete=models.CASCADE, related_name="completions", verbose_name=_("content")
    )
    completed_at = models.DateTimeField(_("completed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "content"], name="one_completion_per_content"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrollment}: {self.content}"
