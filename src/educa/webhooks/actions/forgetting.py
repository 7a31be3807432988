"""Deliveries that nobody needs any more."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from educa.lib.duties import give_way
from educa.webhooks.models import Delivery

BATCH = 1000  # deliveries that are deleted at a time


def forget_old_deliveries(*, now: datetime) -> None:
    """Keep the log for 30 days."""
    _delete(Delivery.objects.forgotten(now))


def forget_deliveries_about(course: int) -> None:
    """Delete what was told of a course that goes for good. Broken off, it is gone on with by being called again."""
    _delete(Delivery.objects.filter(course=course))


def give_up_overdue_deliveries(*, now: datetime) -> None:
    """Give up what has waited for a day behind others that failed."""
    rows = Delivery.objects.overdue(now)
    rows.update(status=Delivery.Status.FAILED, fault=Delivery.Fault.OVERDUE)


def _delete(rows: "QuerySet[Delivery]") -> None:
    while keys := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            Delivery.objects.filter(pk__in=keys).delete()
        give_way()
