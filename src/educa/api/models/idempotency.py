"""Requests that were sent with an `Idempotency-Key`, and how they were answered."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(days=7)
ABANDONED = timedelta(minutes=2)  # after that, whoever began has died
LONGEST_KEY = 200  # characters


class RepeatableRequestQuerySet(models.QuerySet["RepeatableRequest"]):
    def forgotten(self) -> Self:
        """Those that nobody sends again any more."""
        return self.filter(begun_at__lt=timezone.now() - KEPT)


class RepeatableRequest(models.Model):
    """A request that is carried out once, however often it is sent: the same key gets the same answer.

    `fingerprint` is of address and body. There is no `status` while it is carried out.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="repeatable_requests",
        verbose_name=_("person"),
    )
    key = models.CharField(_("key"), max_length=LONGEST_KEY)
    fingerprint = models.CharField(max_length=64)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now, db_index=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    body = models.TextField(_("body"), blank=True)

    objects = RepeatableRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("repeatable request")
        verbose_name_plural = _("repeatable requests")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_request_per_key_of_person"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_abandoned(self) -> bool:
        """Whether whoever began it has died before it was done."""
        return self.status is None and self.begun_at < timezone.now() - ABANDONED
