"""Making and changing webhooks."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.models import Course
from educa.lib.outward import Fault, Unreachable, checked_url
from educa.webhooks.actions.giving_up import drop_waiting
from educa.webhooks.models import EventType, Webhook
from educa.webhooks.models.webhook import LONGEST_URL, MOST_WEBHOOKS


def make_webhook(
    *, owner: User, url: str, events: Iterable[str], course: Course | None = None
) -> Webhook:
    """A new webhook, with its secret. Raises ValidationError for an unfit address, and for one too many.

    The person's row is locked, so that two at once don't both become the last one.
    """
    refuse_unfit(url)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if Webhook.objects.of(owner).count() >= MOST_WEBHOOKS:
            raise ValidationError(
                _(
                    "You have %(number)d webhooks, which is as many as one can have. Delete one first."
                ),
                code="too_many",
                params={"number": MOST_WEBHOOKS},
            )
        return Webhook.objects.create(owner=owner, url=url, events=in_order(events), course=course)


def locked_webhook(webhook: Webhook) -> Webhook:
    """The webhook as it is now, for this transaction to change. Raises Webhook.DoesNotExist."""
    return Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)


@transaction.atomic
def change_webhook(*, webhook: Webhook, **values: Any) -> Webhook:
    """Change some of `url`, `events`, `course` and `is_active`; the webhook as it is then.

    Switched on, it begins anew; what was given up meanwhile is not sent. Raises ValidationError for an unfit
    address, and Webhook.DoesNotExist.
    """
    own = locked_webhook(webhook)
    if values.get("url", own.url) != own.url:
        refuse_unfit(values["url"])
    if "events" in values:
        values["events"] = in_order(values["events"])
    begins = values.get("is_active", own.is_active) and not own.is_active
    moved = values.get("url", own.url) != own.url
    for name, value in values.items():
        setattr(own, name, value)
    if begins or moved:
        own.forgive()
    own.save()
    if not own.is_active:
        drop_waiting(own)
    return own


@transaction.atomic
def change_secret(*, webhook: Webhook) -> Webhook:
    """Give the webhook a new secret; for another day deliveries are signed with the old one, too."""
    own = locked_webhook(webhook)
    own.change_secret()
    own.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return own


def in_order(events: Iterable[str]) -> list[str]:
    """Each type once, in the order in which they are listed."""
    chosen = set(events)
    return [event for event in EventType.values if event in chosen]


def refuse_unfit(url: str) -> None:
    """Raises ValidationError for an address to which nothing would be sent. Asks no server for names."""
    if len(url) > LONGEST_URL:
        raise ValidationError(_("The address is too long."), code="max_length")
    try:
        checked_url(
            url,
            plain=settings.EDUCA_WEBHOOK_PLAIN_HTTP,
            allowed=settings.EDUCA_WEBHOOK_NETWORKS,
        )
    except Unreachable as error:
        raise ValidationError(_words(error.fault), code=error.fault.value) from None


def _words(fault: Fault) -> str:
    if fault is Fault.ADDRESS:
        return _("This address leads into a network that this site does not send to.")
    if settings.EDUCA_WEBHOOK_PLAIN_HTTP:
        return _(
            "An address has no name or password and no letters beyond ASCII, and its scheme is https or http."
        )
    return _(
        "An address has no name or password and no letters beyond ASCII, and its scheme is https."
    )
