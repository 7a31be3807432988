"""Access tokens in the administration: to be looked at and revoked, and never to be read."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from educa.api.models import AccessToken
from educa.lib.quick_admin import QuickAdmin


@admin.register(AccessToken)
class AccessTokenAdmin(QuickAdmin[AccessToken]):
    """Whose they are and what they may be used for. To delete one is to revoke it."""

    list_display = ["name", "user", "may", "created_at", "expires_at", "last_used_at"]
    list_filter = ["created_at", "expires_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username", "user__email"]
    readonly_fields = ["user", "name", "hint", "may", "created_at", "expires_at", "last_used_at"]
    exclude = ["scopes"]
    ordering = ["-pk"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without Django's deletion, which is the same under another word."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    @admin.display(description=_("may"))
    def may(self, token: AccessToken) -> str:
        return ", ".join(map(str, token.scope_labels))

    @admin.action(description=_("Revoke the selected tokens"), permissions=["delete"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[AccessToken]) -> None:
        number = tokens.count()
        self.log_deletions(request, tokens)
        tokens.delete()
        text = ngettext("%d token was revoked.", "%d tokens were revoked.", number)
        self.message_user(request, text % number, messages.SUCCESS)
