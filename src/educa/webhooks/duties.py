"""What is done for webhooks without a request."""

from datetime import timedelta

from django.utils import timezone

from educa.lib.duties import duty, unhurried
from educa.webhooks.actions import (
    forget_old_deliveries,
    give_up_overdue_deliveries,
    send_deliveries,
)


@duty(every=timedelta(seconds=5), urgent=True)
def tell_webhooks() -> None:
    """Send what waits for other programs."""
    send_deliveries()


@duty(every=timedelta(hours=1))
def clear_the_log_of_webhooks() -> None:
    """Give up what waits in vain, and keep no delivery longer than 30 days."""
    with unhurried():
        give_up_overdue_deliveries(now=timezone.now())
        forget_old_deliveries(now=timezone.now())
