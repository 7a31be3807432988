"""Transfers: courses that come in or go out as packages, while nobody waits for the answer."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Course, Subject, Viewer
from educa.lib.files import SavedWhole, StoredFileField
from educa.lib.leases import LONG_WAIT, Leased, LeasedQuerySet
from educa.lib.storage import random_name

MOST_ATTEMPTS = 3
KEPT_PACKAGE = timedelta(days=7)  # of an export, to be downloaded
KEPT_LOOK = timedelta(days=1)  # of an import that was only looked at, or failed: to go on with
KEPT_REPORT = timedelta(days=30)
ABANDONED = timedelta(days=7)  # after that, nobody waits for it any more


def package_name(transfer: "Transfer", name: str) -> str:
    """Where the bytes of a package are kept."""
    return random_name("transfer", name)


def sees_all_transfers(user: Viewer) -> bool:
    """Whether this person looks after the site, and so may read every report."""
    return user.is_active and user.is_staff and user.has_perm("interchange.view_transfer")


class TransferQuerySet(LeasedQuerySet["Transfer"]):
    def of(self, user: Viewer) -> Self:
        """What this person asked for; administrators see all."""
        return self if sees_all_transfers(user) else self.filter(owner=user.pk)

    def imports(self) -> Self:
        return self.filter(direction=Transfer.Direction.IMPORT)

    def exports(self) -> Self:
        return self.filter(direction=Transfer.Direction.EXPORT)

    def to_download_by(self, user: Viewer) -> Self:
        """Exports whose package this person may have: their own, of courses that they may still change."""
        mine = self.exports().filter(owner=user.pk, status=Transfer.Status.DONE)
        return mine.exclude(package="").filter(course__in=Course.objects.editable_by(user))

    def with_download_for(self, user: Viewer) -> Self:
        """Each with `may_download`: whether this person may have its package."""
        downloads = Transfer.objects.to_download_by(user).filter(pk=OuterRef("pk"))
        return self.annotate(may_download=Exists(downloads))


class Transfer(Leased, SavedWhole):
    """One course on its way in or out, for the person who asked for it.

    Sizes are in bytes. The report of an import is that of
    `educa.interchange.report`; the reason says why there is none.
    """

    class Direction(models.TextChoices):
        IMPORT = "import", _("Import")
        EXPORT = "export", _("Export")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")

    direction = models.CharField(_("direction"), max_length=6, choices=Direction)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="transfers",
        verbose_name=_("asked for by"),
    )
    course = models.ForeignKey(
        Course,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("course"),
        help_text=_("Of an import, once it is known."),
    )
    subject = models.ForeignKey(
        Subject,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("subject"),
        help_text=_("Of an import; without one, the subject that the package names."),
    )
    is_look = models.BooleanField(_("only looks"), default=False)
    package = StoredFileField(_("package"), upload_to=package_name, blank=True)
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    language = models.CharField(_("language of the report"), max_length=16)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    step = models.CharField(_("step"), max_length=100, blank=True)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("of"), default=0)
    report = models.JSONField(_("report"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created = models.DateTimeField(_("asked for"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        indexes = [models.Index(fields=["status", "created"], name="transfers_by_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=["import", "export"]), name="transfer_direction_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "refused", "failed"]),
                name="transfer_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="running", lease_until__isnull=False)
                | (~Q(status="running") & Q(lease_until=None)),
                name="only_a_running_transfer_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running"], finished_at=None)
                | (~Q(status__in=["waiting", "running"]) & Q(finished_at__isnull=False)),
                name="a_finished_transfer_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(direction="export") | Q(course__isnull=False),
                name="an_export_has_a_course",
            ),
            models.UniqueConstraint(
                fields=["owner", "course"],
                condition=Q(direction="export", status__in=["waiting", "running"]),
                name="one_export_under_way_per_owner_and_course",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_import(self) -> bool:
        return self.direction == self.Direction.IMPORT

    @property
    def waits_long(self) -> bool:
        """Whether it should have begun by now."""
        is_waiting = self.status == self.Status.WAITING
        return is_waiting and self.created < timezone.now() - LONG_WAIT

    @property
    def can_go_on(self) -> bool:
        """Whether the package is still here, to be imported after all."""
        looked = self.status == self.Status.DONE and self.is_look
        return (
            self.is_import and bool(self.package) and (looked or self.status == self.Status.FAILED)
        )

    @property
    def package_until(self) -> datetime | None:
        """When the package of an export goes."""
        return self.finished_at + KEPT_PACKAGE if self.finished_at and self.package else None
