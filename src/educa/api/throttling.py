"""How much a program may ask: by token, by person, or by network for visitors."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from educa.api.models import AccessToken
from educa.lib.addresses import client_network
from educa.lib.throttle import Limit, TooManyRequests

COUNTED = "educa.api.counted"
# A process tells the others of its requests when they are a twentieth of the limit, or ten.
PART, MOST_AT_ONCE = 20, 10


def spend_of_visitor(request: HttpRequest) -> None:
    """Count a request of a visitor, once for all. Raises TooManyRequests."""
    _limit(settings.EDUCA_API_VISITORS_PER_MINUTE).spend(f"network:{client_network(request)}")
    request.META[COUNTED] = True


class PerMinute(BaseThrottle):
    """At most `EDUCA_API_PER_MINUTE` requests, of visitors `EDUCA_API_VISITORS_PER_MINUTE`."""

    wait_for: int | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request."""
        amount, who = _who(request)
        if COUNTED in request.META:
            return True
        try:
            _limit(amount).spend(who)
        except TooManyRequests as refusal:
            self.wait_for = refusal.retry_after
            return False
        return True

    def wait(self) -> float | None:
        """Seconds until another try is worth it."""
        return self.wait_for


def _limit(amount: int) -> Limit:
    return Limit("api", amount, seconds=60, step=max(1, min(amount // PART, MOST_AT_ONCE)))


def _who(request: Request) -> tuple[int, str]:
    if isinstance(request.auth, AccessToken):
        return settings.EDUCA_API_PER_MINUTE, f"token:{request.auth.pk}"
    if request.user.is_authenticated:
        return settings.EDUCA_API_PER_MINUTE, f"user:{request.user.pk}"
    return settings.EDUCA_API_VISITORS_PER_MINUTE, f"network:{client_network(request)}"
