"""Making and revoking access tokens."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.api.models import AccessToken
from educa.api.models.token import MOST_TOKENS


def make_token(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None
) -> tuple[AccessToken, str]:
    """A new token and its secret, which is nowhere else. Raises ValidationError for one too many.

    The person's row is locked, so that two at once don't both become the last one.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if AccessToken.objects.of(user).count() >= MOST_TOKENS:
            raise ValidationError(
                _(
                    "You have %(number)d tokens, which is as many as one can have. Revoke one first."
                ),
                code="too_many",
                params={"number": MOST_TOKENS},
            )
        return AccessToken.objects.issue(user, name, scopes, expires_at)
