"""Webhooks and what they were told, in the administration: to be looked at, switched off and deleted."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from educa.lib.quick_admin import QuickAdmin
from educa.webhooks.actions import change_webhook
from educa.webhooks.models import Delivery, Webhook


@admin.register(Webhook)
class WebhookAdmin(QuickAdmin[Webhook]):
    """Whose they are and where they lead. Their secrets are on no page."""

    list_display = ["url", "owner", "course", "told", "is_active", "failing_since", "created_at"]
    list_filter = ["is_active", "created_at"]
    list_select_related = ["owner", "course"]
    search_fields = ["url", "owner__username", "owner__email", "course__title"]
    exclude = ["events"]
    readonly_fields = [
        "url", "owner", "course", "told", "is_active", "created_at", "failures", "failing_since",
        "paused_until", "tried_at",
    ]  # fmt: skip
    ordering = ["-pk"]
    actions = ["switch_off"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("told of"))
    def told(self, webhook: Webhook) -> str:
        return ", ".join(map(str, webhook.event_labels))

    @admin.action(description=_("Switch the selected webhooks off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, webhooks: QuerySet[Webhook]) -> None:
        active = list(webhooks.active())  # type: ignore[attr-defined]  # it comes from the manager
        for webhook in active:
            change_webhook(webhook=webhook, is_active=False)
            self.log_change(request, webhook, "Switched off.")
        text = ngettext("%d webhook is off.", "%d webhooks are off.", len(active))
        self.message_user(request, text % len(active), messages.SUCCESS)


@admin.register(Delivery)
class DeliveryAdmin(QuickAdmin[Delivery]):
    """What was sent where, and what came of it."""

    list_display = ["uid", "webhook", "event", "status", "created", "tries", "answer_status"]
    list_filter = ["status", "event", "created"]
    list_select_related = ["webhook"]
    search_fields = ["uid", "webhook__url", "webhook__owner__username"]
    exclude = ["attempts", "lease_until"]
    readonly_fields = [
        "uid", "webhook", "event", "course", "person", "status", "created", "due_at", "tries",
        "tried_at", "answer_status", "fault", "answer",
    ]  # fmt: skip
    ordering = ["-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
