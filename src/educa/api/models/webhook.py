"""Addresses of other programs that are told what happens, and what they were told."""

import secrets
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.models import Course
from educa.lib.leases import Leased, LeasedQuerySet

MOST_WEBHOOKS = 20  # of one person


class HappeningType(models.TextChoices):
    """What a webhook can be told of."""

    ENROLLMENT_MADE = "enrollment.made", _("somebody was enrolled")
    ENROLLMENT_ENDED = "enrollment.ended", _("somebody left, or was removed")
    CONTENT_COMPLETED = "content.completed", _("somebody finished a content")
    COURSE_COMPLETED = "course.completed", _("somebody finished a course")
    COURSE_PUBLISHED = "course.published", _("a course was published")
    MESSAGE_POSTED = "message.posted", _("somebody wrote in a room")


def new_secret() -> str:
    """What deliveries are signed with."""
    return "whsec_" + secrets.token_urlsafe(32)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def of(self, user: User) -> Self:
        """This person's webhooks."""
        return self.filter(owner=user)


class Webhook(models.Model):
    """An address that is told of events in one course, or in all courses that its owner teaches."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="webhooks",
        verbose_name=_("owner"),
    )
    course = models.ForeignKey(
        Course,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="webhooks",
        verbose_name=_("course"),
        help_text=_("Empty for all courses that the owner teaches."),
    )
    url = models.URLField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    secret = models.CharField(_("secret"), max_length=60, default=new_secret, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url


class DeliveryQuerySet(LeasedQuerySet["Delivery"]):
    def of(self, user: User) -> Self:
        """What this person's webhooks were told."""
        return self.filter(webhook__owner=user)


class Delivery(Leased):
    """One event that one webhook is told of, with what came of it; tried again with growing pauses."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    uid = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.CharField(_("event"), max_length=30, choices=HappeningType)
    payload = models.JSONField(_("payload"), default=dict)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, db_index=True
    )
    created = models.DateTimeField(_("made"), auto_now_add=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    answer_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    answer = models.CharField(_("what went wrong"), max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="running") | Q(lease_until__isnull=False),
                name="delivery_that_runs_has_a_lease",
            ),
        ]
        indexes = [models.Index(fields=["webhook", "-created"], name="deliveries_of_webhook")]

    def __str__(self) -> str:
        return f"{self.event} {self.uid}"
