"""How far into a content a student has come."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Content
from educa.students.models.enrollment import Enrollment


class Position(models.Model):
    """Where a student stopped in a content, and which parts of a video they have seen.

    `paragraph` counts the blocks of a text from 0; `second` is where a video stood. `watched` holds
    the distinct parts that were played, as pairs of seconds in order that do not touch; `duration` is
    the length in seconds that the student's browser found. `decided_at` is when the student last said by
    hand whether the content is done; `updated_at` when they were at the place, however late that was told.
    """

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="positions", verbose_name=_("enrollment")
    )
    content = models.ForeignKey(
        Content, on_delete=models.CASCADE, related_name="positions", verbose_name=_("content")
    )
    paragraph = models.PositiveIntegerField(_("paragraph"), default=0)
    second = models.PositiveIntegerField(_("second"), default=0)
    watched = models.JSONField(_("watched parts"), default=list, blank=True)
    duration = models.PositiveIntegerField(_("duration"), null=True, blank=True)
    decided_at = models.DateTimeField(_("marked by hand"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "content"], name="one_position_per_content"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrollment}: {self.content}"
