"""Exports of what the site holds about a person, made while nobody waits for the answer."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models.user import User
from educa.lib.files import SavedWhole, StoredFileField
from educa.lib.leases import Leased, LeasedQuerySet
from educa.lib.storage import random_name


def export_name(export: "DataExport", name: str) -> str:
    """Where the bytes of an export are kept."""
    return random_name("data-export", name)


def kept_for() -> timedelta:
    """How long an export can be downloaded."""
    return timedelta(days=settings.EDUCA_DATA_EXPORT_DAYS)


class DataExportQuerySet(LeasedQuerySet["DataExport"]):
    def of(self, user: User | AnonymousUser) -> Self:
        """This person's own; nobody else sees them, administrators neither."""
        return self.filter(owner=user.pk)

    def to_download_by(self, user: User | AnonymousUser) -> Self:
        """This person's own that are whole, and whose time is not over."""
        done = self.of(user).filter(status=DataExport.Status.DONE).exclude(package="")
        return done.filter(finished_at__gt=timezone.now() - kept_for())

    def over(self) -> Self:
        """What nobody may have any more."""
        return self.exclude(status__in=DataExport.UNDER_WAY).filter(
            finished_at__lte=timezone.now() - kept_for()
        )


class DataExport(Leased, SavedWhole):
    """One copy of a person's data, for that person alone; size in bytes.

    `package` names the file from the moment at which it is begun, so that whatever was written goes
    with the row; it is whole when the status is done.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="data_exports",
        verbose_name=_("asked for by"),
    )
    package = StoredFileField(_("package"), upload_to=export_name, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    language = models.CharField(_("language"), max_length=16)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    created = models.DateTimeField(_("asked for"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        indexes = [models.Index(fields=["status", "created"], name="data_exports_by_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "failed"]),
                name="data_export_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="running", lease_until__isnull=False)
                | (~Q(status="running") & Q(lease_until=None)),
                name="only_a_running_data_export_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running"], finished_at=None)
                | (~Q(status__in=["waiting", "running"]) & Q(finished_at__isnull=False)),
                name="a_finished_data_export_says_when",
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(status__in=["waiting", "running"]),
                name="one_data_export_under_way_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.created:%Y-%m-%d %H:%M}"

    @property
    def package_until(self) -> datetime | None:
        """When it goes."""
        return self.finished_at + kept_for() if self.finished_at else None

    @property
    def parts(self) -> list[str]:
        """The names in the storage of what may have been written of it."""
        name = str(self.package.name or "")
        return [name, f"{name}.part"] if name else []

    def begin(self, name: str) -> Any:
        """Say that the bytes will be under that name; 0 when it is not ours any more."""
        return self.held().update(package=name)
