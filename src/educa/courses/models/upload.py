"""Uploads under way: large files that arrive in parts."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.courses.models.course import Course, Viewer
from educa.lib.parts import WholeFile

UNFINISHED = timedelta(hours=24)  # how long an upload is kept after its last part


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, user: Viewer) -> Self:
        """What this person uploads to courses that they may (still) change."""
        return self.filter(owner=user.pk, course__in=Course.objects.editable_by(user))

    def arrived(self, user: Viewer, course: Course) -> Self:
        """What this person has uploaded wholly for the course."""
        return self.of(user).filter(course=course, received=models.F("size"))

    def abandoned(self) -> Self:
        """What nobody has gone on with for a day."""
        return self.filter(touched__lt=timezone.now() - UNFINISHED)


class Upload(models.Model):
    """A file that arrives in parts, and is not in the course yet; sizes in bytes.

    Its bytes are in the data directory, not in the storage: only whole files get there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="uploads",
        verbose_name=_("owner"),
    )
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("course")
    )
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    received = models.PositiveBigIntegerField(_("received"), default=0)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    touched = models.DateTimeField(_("touched"), auto_now=True, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")),
                name="upload_receives_no_more_than_its_size",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes are that have come."""
        return Path(settings.EDUCA_UPLOAD_DIR) / f"{self.pk}.part"

    @property
    def offset(self) -> int:
        """How many bytes have come for good: a crash may have left the file longer, or the row ahead of it.

        Raises FileNotFoundError where the file is gone.
        """
        return min(self.received, self.path.stat().st_size)

    @property
    def is_whole(self) -> bool:
        return self.received == self.size

    @property
    def ends_at(self) -> datetime:
        """When it is given up unless more comes before."""
        return self.touched + UNFINISHED


class ArrivedFile(WholeFile):
    """The file of a whole upload. Raises FileNotFoundError when its bytes are gone."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(upload.path, upload.name)
        self.upload = upload
