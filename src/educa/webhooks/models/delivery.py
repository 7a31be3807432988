"""What one webhook is told, and what came of it."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.models import Course
from educa.lib.leases import RUNNING, WAITING, Leased, LeasedQuerySet
from educa.lib.outward import LONGEST_TEXT
from educa.webhooks.models.webhook import PING, EventType, Webhook

KEPT = timedelta(days=30)
LONGEST_TRIED = timedelta(days=1)
LEASE = timedelta(minutes=1)  # a try takes seconds
MOST_LOST_RACES = 3


class DeliveryQuerySet(LeasedQuerySet["Delivery"]):
    def of(self, user: User) -> Self:
        """What this person's webhooks are told."""
        return self.filter(webhook__owner=user)

    def due(self, now: datetime | None = None) -> Self:
        """What is to be sent now; a test is sent even where nothing else is."""
        now = now or timezone.now()
        pauses = Q(webhook__paused_until__gt=now)
        is_told = Q(event=PING) | (Q(webhook__is_active=True) & ~pauses)
        waits = Q(status=WAITING, due_at__lte=now) & is_told
        return self.filter(waits | Q(status=RUNNING, lease_until__lt=now))

    def on_the_way(self, now: datetime) -> Self:
        """What somebody is sending now."""
        return self.filter(status=RUNNING, lease_until__gte=now)

    def overdue(self, now: datetime) -> Self:
        """What has waited for so long that nobody wants to be told any more."""
        return self.filter(status=WAITING, asked_at__lt=now - LONGEST_TRIED)

    def forgotten(self, now: datetime) -> Self:
        """What is too old for the log."""
        return self.filter(created__lt=now - KEPT)

    def claim(self, now: datetime | None = None) -> "Delivery | None":
        """Take one that is due under a lease, for nobody else to take; None when there is none.

        A webhook has one delivery on the way at a time, so that it is told things in their order, and one that
        does not answer keeps no other waiting. The webhook that was not served for longest is next.
        """
        now = now or timezone.now()
        for _race in range(MOST_LOST_RACES):
            if not self._to_be_served(now).exists():
                return None
            with transaction.atomic():
                if row := self._claim(now):
                    return row
        return None

    def _to_be_served(self, now: datetime) -> "models.QuerySet[Webhook]":
        busy = self.on_the_way(now).values("webhook")
        rows = Webhook.objects.filter(pk__in=self.due(now).values("webhook"))
        by_turn = F("tried_at").asc(nulls_first=True)
        return rows.exclude(pk__in=busy).order_by(by_turn, "pk")

    def _claim(self, now: datetime) -> "Delivery | None":
        webhooks = self._to_be_served(now)
        if connection.features.has_select_for_update_skip_locked:
            webhooks = webhooks.select_for_update(skip_locked=True, no_key=True)
        webhook = webhooks.first()
        if webhook is None:
            return None
        # Asked again under the lock of the webhook: somebody may have been quicker.
        rows = self.filter(webhook=webhook)
        if rows.on_the_way(now).exists():
            return None
        abandoned = rows.filter(status=RUNNING).first()
        row = abandoned or rows.due(now).order_by("due_at", "pk").first()
        if row is not None:
            row.webhook = webhook
            row.status, row.lease_until = RUNNING, now + LEASE
            row.attempts += 1
            row.save(update_fields=["status", "lease_until", "attempts"])
            Webhook.objects.filter(pk=webhook.pk).update(tried_at=now)
        return row


class Delivery(Leased):
    """One event that one webhook is told of; tried again with growing pauses.

    `about` has the keys of what it is about, and never words or names: those are read when it is sent, so that
    what was deleted meanwhile goes nowhere. `tries` counts since it was asked for, `attempts` never goes back.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    class Fault(models.TextChoices):
        STATUS = "status", _("The answer was no success.")
        REDIRECT = "redirect", _("The answer leads to another address, which is not followed.")
        URL = "url", _("The address is none that this site sends to.")
        ADDRESS = "address", _("The address leads into a network that this site does not send to.")
        NAME = "name", _("There is no such host.")
        CONNECTION = "connection", _("The connection failed.")
        CERTIFICATE = "certificate", _("The certificate is not valid.")
        TIMEOUT = "timeout", _("There was no answer in time.")
        NO_HTTP = "no_http", _("The answer was no HTTP.")
        GONE = "gone", _("What it was about is not there any more, or not for you.")
        OFF = "off", _("The webhook was switched off.")
        OVERDUE = "overdue", _("The address did not answer for a day.")

    uid = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.CharField(_("event"), max_length=30)
    course = models.ForeignKey(
        Course,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("about"),
    )
    about = models.JSONField(default=dict, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    created = models.DateTimeField(_("happened"), default=timezone.now, editable=False)
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True, editable=False)
    answer_status = models.PositiveSmallIntegerField(
        _("status of the answer"), null=True, blank=True
    )
    fault = models.CharField(_("what went wrong"), max_length=12, choices=Fault, blank=True)
    answer = models.CharField(_("answer"), max_length=LONGEST_TEXT, blank=True)

    if TYPE_CHECKING:
        course_id: int | None
        person_id: int | None
        webhook_id: int

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "delivered", "failed"]),
                name="delivery_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="running", lease_until__isnull=False)
                | (~Q(status="running") & Q(lease_until=None)),
                name="only_a_running_delivery_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(event=PING) | Q(course__isnull=False),
                name="a_delivery_is_about_a_course_or_a_test",
            ),
            models.UniqueConstraint(
                fields=["webhook"],
                condition=Q(status="running"),
                name="one_delivery_of_a_webhook_on_the_way",
            ),
        ]
        indexes = [
            models.Index(fields=["webhook", "-created", "-id"], name="deliveries_of_webhook"),
            models.Index(
                fields=["due_at"], condition=Q(status="waiting"), name="deliveries_that_wait"
            ),
            models.Index(fields=["created"], name="deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uid}"

    @property
    def event_label(self) -> Any:
        """What it tells of, in words."""
        return EventType(self.event).label if self.event in EventType.values else _("Test")
