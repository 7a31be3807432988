"""Who asks: a session of the site, a personal access token, or a name with a password."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from educa.accounts.models import User
from educa.api.models import AccessToken
from educa.api.refusals import FORGED
from educa.lib.addresses import is_loopback
from educa.lib.throttle import TooManyRequests

REALM = "Educa"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer educa_…`"""

    keyword = "bearer"

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The person and the token. Raises AuthenticationFailed for one that is not valid (any more)."""
        kind, _space, secret = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != self.keyword:
            return None
        token = AccessToken.objects.known_by(secret.strip())
        if token is None or not token.user.is_active:
            raise exceptions.AuthenticationFailed(_("This token is not valid."), "token")
        token.note_use()
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a request without anything is asked for."""
        return f'Bearer realm="{REALM}"'


class BasicAuthentication(authentication.BasicAuthentication):
    """A name and a password, where nobody listens: over TLS, or on this machine."""

    www_authenticate_realm = REALM

    def authenticate(self, request: Request) -> Any:
        """The person. Raises AuthenticationFailed for a wrong password, or where it could be overheard,
        and Throttled after too many wrong ones.
        """
        kind = request.headers.get("authorization", "").partition(" ")[0]
        if kind.lower() == "basic" and not _is_private(request):
            raise exceptions.AuthenticationFailed(
                _("A password is only taken over HTTPS. Use a token."), "plain"
            )
        try:
            return super().authenticate(request)
        except TooManyRequests as refusal:
            # As an error of the framework, which else would try the password once more to answer.
            raise exceptions.Throttled(wait=refusal.retry_after) from refusal


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the site, with its token against forged requests."""

    def authenticate_header(self, request: Request) -> str:
        """So that a request without anything is answered 401, and not 403."""
        return f'Bearer realm="{REALM}"'

    def enforce_csrf(self, request: Request) -> None:
        """Raises PermissionDenied for what another site could have sent, too."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(FORGED, "csrf") from error


def _is_private(request: Request) -> bool:
    direct = str(request.META.get("REMOTE_ADDR", ""))
    return request.is_secure() or (not settings.EDUCA_PROXY and is_loopback(direct))
