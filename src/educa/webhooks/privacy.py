"""What is held about people who have webhooks, and about those of whom they tell."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from educa.lib.privacy import Basis, Category, Fact, OnErasure, PersonalData, declare, facts
from educa.webhooks.models import Delivery, Webhook

THIRTY_DAYS = _("30 days")


def _webhook(row: Webhook) -> Iterable[Fact]:
    """Not the secret: who may see it has it already."""
    yield from facts(row, "url")
    labels = ", ".join(map(str, row.event_labels))
    yield Fact("events", _("events"), row.events, labels)
    yield Fact("course", _("course"), row.course.title if row.course else None)
    yield from facts(row, "is_active", "created_at", "failing_since")


def _told(row: Delivery) -> Iterable[Fact]:
    """Not to which address, which is the business of who has the webhook."""
    return [
        Fact("event", _("event"), row.event, str(row.event_label)),
        Fact("course", _("course"), row.course.title if row.course else None),
        *facts(row, "created", "status"),
    ]


declare(
    PersonalData(
        name="webhooks",
        model="webhooks.Webhook",
        relation="owner",
        category=Category.TEACHING,
        title=_("Webhooks"),
        purpose=_("To tell your programs what happens in your courses"),
        retention=_("until you delete them"),
        on_erasure=OnErasure.DELETE,
        remark=_("Nothing is sent from then on"),
        describe=_webhook,
    ),
    PersonalData(
        name="webhook_deliveries",
        model="webhooks.Delivery",
        relation="webhook__owner",
        category=Category.TEACHING,
        title=_("What your webhooks were told"),
        purpose=_("To show you what arrived, and to send it again"),
        retention=THIRTY_DAYS,
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(row, "event", "created", "status", "answer_status", "answer"),
    ),
    PersonalData(
        name="told_to_webhooks",
        model="webhooks.Delivery",
        relation="person",
        category=Category.LEARNING,
        title=_("What programs of those who teach you were told"),
        purpose=_("To tell them that you enrolled, left, finished something or wrote in a room"),
        basis=Basis.INTEREST,
        retention=THIRTY_DAYS,
        on_erasure=OnErasure.DELETE,
        remark=_("What was sent before stays with whoever received it"),
        describe=_told,
        rows=lambda person: (
            Delivery.objects.filter(person=person).select_related("course").order_by("pk")
        ),
    ),
)
