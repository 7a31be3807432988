"""Transfers: courses that come in or go out as packages, while nobody waits for the answer."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Course, Subject, Viewer
from educa.lib.files import SavedWhole, StoredFileField
from educa.lib.storage import random_name

LEASE = timedelta(minutes=5)  # without a word of it, a transfer counts as broken off
MOST_ATTEMPTS = 3
KEPT_PACKAGE = timedelta(days=7)  # of an export, to be downloaded
KEPT_LOOK = timedelta(days=1)  # of an import that was only looked at, or failed: to go on with
KEPT_REPORT = timedelta(days=30)
ABANDONED = timedelta(days=7)  # after that, nobody waits for it any more
LONG_WAIT = timedelta(minutes=2)  # after that, nobody seems to be there to carry it out


def package_name(transfer: "Transfer", name: str) -> str:
    """Where the bytes of a package are kept."""
    return random_name("transfer", name)


def sees_all_transfers(user: Viewer) -> bool:
    """Whether this person looks after the site, and so may read every report."""
    return user.is_active and user.is_staff and user.has_perm("interchange.view_transfer")


class TransferQuerySet(models.QuerySet["Transfer"]):
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

    def under_way(self) -> Self:
        return self.filter(status__in=Transfer.UNDER_WAY)

    def due(self) -> Self:
        """What waits, and what somebody began and has said nothing of since."""
        expired = Q(status=Transfer.Status.RUNNING, lease_until__lt=timezone.now())
        return self.filter(Q(status=Transfer.Status.WAITING) | expired)

    def neglected(self) -> Self:
        """What should have been taken up by now: nobody seems to be there to carry it out."""
        long_ago = timezone.now() - LONG_WAIT
        expired = Q(status=Transfer.Status.RUNNING, lease_until__lt=long_ago)
        return self.filter(Q(status=Transfer.Status.WAITING, created__lt=long_ago) | expired)

    def at_work(self) -> Self:
        """What somebody is carrying out now."""
        return self.filter(status=Transfer.Status.RUNNING, lease_until__gte=timezone.now())

    def claim(self) -> "Transfer | None":
        """Take the oldest that is due under a lease, for nobody else to take; None when there is none."""
        if (
            not self.due().exists()
        ):  # most often; on SQLite, the transaction below locks all writers out
            return None
        with transaction.atomic():
            rows = self.due().order_by("created", "pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            transfer = rows.first()
            if transfer is not None:
                transfer.status = Transfer.Status.RUNNING
                transfer.attempts += 1
                transfer.lease_until = timezone.now() + LEASE
                transfer.save(update_fields=["status", "attempts", "lease_until"])
            return transfer


class Transfer(SavedWhole):
    """One course on its way in or out, for the person who asked for it.

    A running transfer belongs to whoever claimed it last: `attempts` tells them apart, and `held` is the
    only way by which a runner writes into the row. Sizes are in bytes. The report of an import is that of
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

    UNDER_WAY = (Status.WAITING, Status.RUNNING)

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
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
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
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

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

    def held(self) -> TransferQuerySet:
        """This row as long as it is ours: none, when somebody else has taken it up since."""
        mine = Transfer.objects.filter(pk=self.pk, attempts=self.attempts)
        return mine.filter(status=self.Status.RUNNING)

    def renew(self, **progress: Any) -> bool:
        """Say that we are still at it, and how far; False when it is not ours any more."""
        return bool(self.held().update(lease_until=timezone.now() + LEASE, **progress))
