"""What is held about people whose programs use the site."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from educa.api.models import AccessToken, RepeatableRequest
from educa.lib.privacy import (
    Basis,
    Category,
    Fact,
    OnErasure,
    PersonalData,
    declare,
    facts,
)


def _token(row: AccessToken) -> Iterable[Fact]:
    """Not the digest, which is of use to nobody."""
    yield from facts(row, "name", "hint")
    labels = ", ".join(map(str, row.scope_labels))
    yield Fact("scopes", _("scopes"), row.scopes, labels)
    yield from facts(row, "created_at", "expires_at", "last_used_at")


def _request(row: RepeatableRequest) -> Iterable[Fact]:
    """Not the answer: what it tells is held elsewhere, too, and may be of others."""
    return facts(row, "key", "begun_at", "status")


declare(
    PersonalData(
        name="access_tokens",
        model="api.AccessToken",
        relation="user",
        category=Category.ACCOUNT,
        title=_("Access tokens"),
        purpose=_("To let programs act for you, within what you allow"),
        retention=_("until you revoke them, or 90 days after they have expired"),
        on_erasure=OnErasure.DELETE,
        remark=_("Programs that use them are refused from then on"),
        describe=_token,
    ),
    PersonalData(
        name="repeatable_requests",
        model="api.RepeatableRequest",
        relation="user",
        category=Category.RECORDS,
        title=_("Requests of programs, with their answers"),
        purpose=_("To carry out a request once, though a program sends it again"),
        basis=Basis.INTEREST,
        retention=_("7 days"),
        on_erasure=OnErasure.DELETE,
        describe=_request,
    ),
)
