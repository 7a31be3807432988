"""What is done for somebody who is signed in, on every page."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from educa.accounts.models import User, zone_names
from educa.lib.middleware import GetResponse


class PersonalMiddleware:
    """Speak the person's language, tell their time, and let nobody keep their pages.

    A visitor without a session costs no query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        timezone.deactivate()  # the thread may have served somebody else before
        if person := signed_in(request):
            _speak_to(request, person)
        response = self.get_response(request)
        if signed_in(request):
            keep_private(response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Sign out who wrote something at the moment at which their account was deleted."""
        person = signed_in(request) if isinstance(exception, IntegrityError) else None
        if person is None or User.objects.filter(pk=person.pk).exists():
            return None
        request.session.flush()
        return HttpResponseRedirect(reverse(settings.LOGIN_URL))


def signed_in(request: HttpRequest) -> User | None:
    """The person whose session this is, without asking the database when there is no session."""
    if request.session.is_empty() or not request.user.is_authenticated:
        return None
    return request.user


def keep_private(response: HttpResponseBase) -> None:
    """Forbid everybody to keep this answer, unless the view has decided about that itself."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    patch_vary_headers(response, ["Cookie", "Authorization"])


def _speak_to(request: HttpRequest, person: User) -> None:
    if person.language in dict(settings.LANGUAGES):
        translation.activate(person.language)
        request.LANGUAGE_CODE = translation.get_language()
    if person.time_zone in zone_names():
        timezone.activate(ZoneInfo(person.time_zone))
