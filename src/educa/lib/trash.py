"""Rows that can be thrown away and taken back."""

from datetime import UTC, datetime
from typing import TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=models.Model)

DOOMED = datetime(1970, 1, 1, tzinfo=UTC)
"""As time of deletion: a part of it has gone for good already, so it can't be taken back any more."""

UNFINISHED = datetime(9999, 12, 31, tzinfo=UTC)
"""As time of deletion: it is still being imported, and is not there for anybody yet."""


class Trashable(models.Model):
    """A base for what stays in the trash for a while after it was deleted.

    What hangs on such a row stays as it is, so that taking it back brings everything back. Models give
    themselves `objects = PresentManager.from_queryset(...)()`, which leaves out what is in the trash,
    and `everything`, which does not.
    """

    trashed_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("deleted by"),
    )

    class Meta:
        abstract = True


class PresentManager(models.Manager[M]):
    """Leaves out what is in the trash; relations of other models go through it too."""

    def get_queryset(self) -> models.QuerySet[M]:
        """The rows that are not in the trash."""
        return super().get_queryset().filter(trashed_at=None)
