"""Rows that somebody works on for a while, so that nobody else does.

`Leased` is a base for rows that duties carry out one by one. A model gives it `created`, and `status`
with the choices "waiting" and "running" among others; a constraint says that the latter have a lease.
"""

from datetime import timedelta
from typing import Any, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(minutes=5)  # without a word of it, work counts as broken off
LONG_WAIT = timedelta(minutes=2)  # after that, nobody seems to be there to carry it out
WAITING, RUNNING = "waiting", "running"

L = TypeVar("L", bound="Leased")


class LeasedQuerySet(models.QuerySet[L]):
    def under_way(self) -> Self:
        return self.filter(status__in=[WAITING, RUNNING])

    def due(self) -> Self:
        """What waits, and what somebody began and has said nothing of since."""
        expired = Q(status=RUNNING, lease_until__lt=timezone.now())
        return self.filter(Q(status=WAITING) | expired)

    def neglected(self) -> Self:
        """What should have been taken up by now: nobody seems to be there to carry it out."""
        long_ago = timezone.now() - LONG_WAIT
        expired = Q(status=RUNNING, lease_until__lt=long_ago)
        return self.filter(Q(status=WAITING, created__lt=long_ago) | expired)

    def at_work(self) -> Self:
        """What somebody is carrying out now."""
        return self.filter(status=RUNNING, lease_until__gte=timezone.now())

    def claim(self) -> L | None:
        """Take the oldest that is due under a lease, for nobody else to take; None when there is none."""
        # Asked most often; on SQLite, the transaction below locks all writers out.
        if not self.due().exists():
            return None
        with transaction.atomic():
            rows = self.due().order_by("created", "pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            row = rows.first()
            if row is not None:
                row.status = RUNNING
                row.attempts += 1
                row.lease_until = timezone.now() + LEASE
                row.save(update_fields=["status", "attempts", "lease_until"])
            return row


class Leased(models.Model):
    """A base for rows that belong, while they run, to whoever claimed them last: `attempts` tells them apart.

    `held` is the only way by which a runner writes into the row.
    """

    UNDER_WAY = (WAITING, RUNNING)

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)

    status: Any

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

    def held(self) -> "models.QuerySet[Any]":
        """This row as long as it is ours: none, when somebody else has taken it up since."""
        rows: models.QuerySet[Any] = type(self)._base_manager.all()
        mine = {"pk": self.pk, "attempts": self.attempts, "status": RUNNING}
        return rows.filter(**mine)

    def renew(self, **progress: Any) -> bool:
        """Say that we are still at it, and how far; False when it is not ours any more."""
        return bool(self.held().update(lease_until=timezone.now() + LEASE, **progress))

    def give_back(self, **values: Any) -> None:
        """Let somebody else begin with it, at once and as if we had not."""
        values |= {"status": WAITING, "lease_until": None}
        self.held().update(attempts=F("attempts") - 1, **values)

    def put_off(self, pause: timedelta, **values: Any) -> None:
        """Let the next attempt come in a while."""
        self.held().update(lease_until=timezone.now() + pause, **values)
