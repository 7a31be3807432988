"""Writing down what webhooks are to be told."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from educa.accounts.models import User
from educa.lib.duties import poke
from educa.webhooks.models import Delivery, EventType, Webhook
from educa.webhooks.permissions import courses_to_hear_of


@dataclass(frozen=True)
class Happening:
    """One thing that happened: whom it is about, and the keys of what else it is about."""

    person: int | None = None
    about: dict[str, int] = field(default_factory=dict)


def note(event: EventType, course: int, happenings: Iterable[Happening]) -> None:
    """Add a delivery of each happening for each webhook that is to be told, in the transaction around.

    Where nobody has a webhook, that is one question to a small index.
    """
    if not Webhook.objects.active().about(course).exists():
        return
    webhooks = _listening(event, course)
    deliveries = [
        Delivery(
            webhook=webhook, event=event, course_id=course, person_id=each.person, about=each.about
        )
        for each in happenings
        for webhook in webhooks
    ]
    if deliveries:
        Delivery.objects.bulk_create(deliveries, batch_size=500)
        transaction.on_commit(poke)


def _listening(event: EventType, course: int) -> list[Webhook]:
    """Whether their owners may really know is asked again when it is sent."""
    rows = Webhook.objects.active().about(course).of_those_who_teach(course).order_by("pk")
    found = [row for row in rows if event in row.events]
    # Of the staff, only some look after all courses.
    return [row for row in found if not row.owner.is_staff or _hears_of(row.owner, course)]


def _hears_of(owner: User, course: int) -> bool:
    return courses_to_hear_of(owner).filter(pk=course).exists()
