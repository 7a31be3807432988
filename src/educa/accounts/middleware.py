"""What is done for somebody who is signed in, on every page."""

from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_urlconf, reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from educa.accounts.backends import read_with_session
from educa.accounts.models import User, zone_names
from educa.accounts.sessions import Asked, SessionStore
from educa.lib.middleware import GetResponse
from educa.lib.paths import LONGEST_KEPT, view_at


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, which hands on whom the session was read together with.

    A view whose class has `asked_with_session`, of the arguments of its URL, gets what it asks for in
    `request.session.found`, unless the session is a visitor's or had to be looked for.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Let `request.user` be found when it is asked for."""
        super().process_request(request)
        if isinstance(request.session, SessionStore):
            request.session.asking = lambda: _asked_by(request.path_info)
        request.user = cast("User", SimpleLazyObject(lambda: _person_of(request)))


def _person_of(request: HttpRequest) -> User | AnonymousUser:
    """Whose session it is, as Django finds it: by all that it checks, with a statement less."""
    request.session.get(SESSION_KEY)  # reads it, if nothing has
    token = read_with_session.set(getattr(request.session, "person", None))
    try:
        return get_user(request)
    finally:
        read_with_session.reset(token)


def _asked_by(path: str) -> Asked | None:
    if len(path) > LONGEST_KEPT:
        return None
    try:
        match = view_at(path, get_urlconf())
    except Resolver404:
        return None
    asks = getattr(getattr(match.func, "view_class", None), "asked_with_session", None)
    asked: Asked | None = asks and asks(**match.kwargs)
    return asked


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
