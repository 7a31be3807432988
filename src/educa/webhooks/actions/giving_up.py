"""Switching off webhooks that nothing arrives at."""

from functools import partial

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.urls import reverse

from educa.accounts.adapter import absolute
from educa.lib.leases import WAITING
from educa.webhooks.models import PING, Delivery, Webhook


def switch_off(webhook: Webhook) -> None:
    """Tell the address nothing any more, and its owner that this is so; the webhook must be locked."""
    webhook.is_active = False
    webhook.save(update_fields=["is_active"])
    drop_waiting(webhook)
    transaction.on_commit(partial(_tell_owner, webhook))


def drop_waiting(webhook: Webhook) -> None:
    """Give up what waits for a webhook that is off; a test is sent all the same."""
    rows = Delivery.objects.filter(webhook=webhook, status=WAITING).exclude(event=PING)
    rows.update(status=Delivery.Status.FAILED, fault=Delivery.Fault.OFF)


def _tell_owner(webhook: Webhook) -> None:
    owner = webhook.owner
    if owner.email:
        context = {
            "user": owner,
            "url": webhook.url,
            "failing_since": webhook.failing_since,
            "page": absolute(reverse("webhook_detail", args=[webhook.pk])),
        }
        get_adapter().send_mail("webhooks/email/switched_off", owner.email, context)
