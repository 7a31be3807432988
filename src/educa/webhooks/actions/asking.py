"""Deliveries that somebody asks for: tests, and those that are sent again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from educa.lib.duties import poke
from educa.lib.leases import WAITING
from educa.lib.throttle import Limit
from educa.webhooks.actions.keeping import locked_webhook
from educa.webhooks.models import PING, Delivery, Webhook

BY_HAND = Limit("webhooks-by-hand", amount=30, seconds=60)
"""By owner: tests, and deliveries that are sent again."""


class TooSoon(ValidationError):
    """It can't be sent again now."""


@transaction.atomic
def ask_for_test(*, webhook: Webhook) -> Delivery:
    """Have something sent that tells nothing; the one that waits already counts. Raises TooManyRequests.

    It is sent once, and also where the webhook is off or rests.
    """
    BY_HAND.spend(str(webhook.owner_id))
    own = locked_webhook(webhook)
    known = Delivery.objects.filter(webhook=own, event=PING).under_way().first()
    transaction.on_commit(poke)
    return known or Delivery.objects.create(webhook=own, event=PING)


@transaction.atomic
def ask_again(*, delivery: Delivery) -> Delivery:
    """Have a delivery sent again under its id, and tried anew for a day.

    Raises TooSoon when it is under way still, or the webhook is off; TooManyRequests.
    """
    BY_HAND.spend(str(delivery.webhook.owner_id))
    webhook = locked_webhook(delivery.webhook)
    own = Delivery.objects.select_for_update(no_key=True, of=["self"]).get(pk=delivery.pk)
    if own.is_under_way:
        raise TooSoon(_("It is being sent already."), code="under_way")
    if not webhook.is_active and own.event != PING:
        raise TooSoon(_("The webhook is off. Switch it on first."), code="off")
    own.status, own.tries = WAITING, 0
    own.asked_at = own.due_at = timezone.now()
    own.save(update_fields=["status", "tries", "asked_at", "due_at"])
    transaction.on_commit(poke)
    return own
