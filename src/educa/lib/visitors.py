"""Pages that are the same for all visitors, kept whole and answered before anything could ask who is there.

`VisitorPagesMiddleware` stands before all others. It takes a request for a visitor's when no cookie and no
header says who sends it, so what it keeps was made of requests in which there was nobody to be seen; and
it keeps no answer that sets a cookie, has a token in it, or says itself that it is not to be kept. A page is
kept only where its view says so, with `same_for_visitors`, and with all headers that others have given it.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase, ResponseHeaders
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request

from educa.lib.context import theme_of
from educa.lib.encodings import takes_gzip
from educa.lib.middleware import PAGE, GetResponse
from educa.lib.paths import LONGEST_KEPT, view_at
from educa.lib.remembering import Family, Unkept

View = TypeVar("View", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD"})
FAULT = 500  # the first status of faults of ours
SMALL = 200  # bytes that are not worth to be compressed
LIKELY = "educa.lib.visitors.likely"  # in a request for what is likely to be kept
VARY = "Accept-Encoding", "Cookie"
ASIDE = "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH"
"""Headers of a request that its view does not see: a page is kept as it is made for who has nothing yet."""


@dataclass(frozen=True)
class State:
    """What a page is made of, besides what all pages differ by: words and numbers of ours, and a generation."""

    key: tuple[int | str, ...]
    generation: int


StateOf = Callable[..., State | None]


class _Headers(ResponseHeaders):
    """Headers that can be had again without a look at each of them, which takes longer than all else here."""

    def again(self) -> "_Headers":
        """The same headers, for another answer to change."""
        found = _Headers({})
        found._store = self._store.copy()
        return found


@dataclass(frozen=True)
class Page:
    """An answer as it is kept; the content of a page is compressed."""

    headers: tuple[tuple[str, str], ...]
    content: bytes
    etag: str
    is_compressed: bool
    grows_by: int
    """Bytes that it takes besides, in a process in which somebody has asked for it plain."""

    @cached_property
    def plain(self) -> bytes:
        """The content as it was made."""
        return gzip.decompress(self.content) if self.is_compressed else self.content

    @cached_property
    def sent(self) -> _Headers:
        """The headers as they are sent."""
        return _Headers(dict(self.headers))


@dataclass(frozen=True)
class _Marked:
    """How a view's answers are kept; `despite` is what they say of how others may keep them."""

    family: Family[Any]
    state_of: StateOf
    despite: str


def same_for_visitors(name: str, state_of: StateOf, *, despite: str = "") -> Callable[[View], View]:
    """Let the answers of a view to visitors be kept, in a family of that name.

    `state_of` takes what the view takes. It gives None for what is not to be kept, such as an address with
    somebody's words in it, and must leave to the view what visitors may not see. An answer that has a
    `Cache-Control` is kept only where that is the one of `despite`.
    """
    marked = _Marked(Family(name, near=True), state_of, despite)

    def mark(view: View) -> View:
        vars(view)["for_visitors"] = marked
        return view

    return mark


class VisitorPagesMiddleware:
    """Answer visitors with what was kept for them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        known = None if connection.in_atomic_block or not is_visitor(request) else _known(request)
        if known is None:
            return self.get_response(request)
        marked, state = known
        key = (*state.key, *_differences(request))
        answer = marked.family.get(
            key,
            state.generation,
            lambda: self._made(request, marked.despite),
            _place_of(request),
        )
        return (
            _answer(request, answer) if isinstance(answer, Page) else cast("HttpResponse", answer)
        )

    def _made(self, request: HttpRequest, despite: str) -> Page:
        said = request.META
        aside = {name: said.pop(name) for name in ASIDE if name in said}
        # Who asks for the headers alone has the page made, too: it is what the headers are of.
        method, request.method = request.method, "GET"
        response = self.get_response(request)
        request.method = method
        said.update(aside)
        if not _is_for_all(request, response, despite):
            raise Unkept(response, is_fault=response.status_code >= FAULT)
        content = response.content
        is_compressed = len(content) >= SMALL and response.headers["Content-Type"].startswith(PAGE)
        patch_vary_headers(response, VARY)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("ETag", f'W/"{sha256(content).hexdigest()[:32]}"')
        del response.headers["Content-Length"]
        return Page(
            headers=tuple(response.headers.items()),
            # No random bytes against BREACH: there is no secret in the page, and nothing of the request.
            content=gzip.compress(content, 6, mtime=0) if is_compressed else content,
            etag=response.headers["ETag"],
            is_compressed=is_compressed,
            grows_by=len(content) if is_compressed else 0,
        )


def is_visitor(request: HttpRequest) -> bool:
    """Whether nothing in the request says who sends it, or that something waits to be told to them."""
    said = request.META  # `request.headers` puts all of them together first
    if request.method not in SAFE or "HTTP_AUTHORIZATION" in said:
        return False
    if "HTTP_COOKIE" not in said:
        return True
    cookies = request.COOKIES
    return settings.SESSION_COOKIE_NAME not in cookies and CookieStorage.cookie_name not in cookies


def is_likely_kept(request: HttpRequest) -> bool:
    """Whether it pays for a `state_of` to ask for no more than the state; else the view will want the rest, too."""
    return LIKELY in request.META


def _known(request: HttpRequest) -> tuple[_Marked, State] | None:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    try:
        if not has_usual_name(request):
            return None
        path = request.path_info
        found = resolve(path) if len(path) > LONGEST_KEPT else view_at(path, get_urlconf())
    except (DisallowedHost, Resolver404):
        return None
    marked: _Marked | None = getattr(found.func, "for_visitors", None)
    if marked is None:
        return None
    if marked.family.is_likely_at(_place_of(request)):
        request.META[LIKELY] = True
    state = marked.state_of(request, *found.args, **found.kwargs)
    return (marked, state) if state else None


def _place_of(request: HttpRequest) -> str:
    return f"{request.path_info}?{request.META.get('QUERY_STRING', '')}"


def has_usual_name(request: HttpRequest) -> bool:
    """Whether the site was asked for by a name that it is given, as browsers write it, with no port or its own.

    The name is in links of what is kept, and so in keys: of names that somebody makes up (below a wildcard, with a dot
    at the end, capitals, or another port) there is no end, and nothing is kept for them. Raises DisallowedHost.
    """
    host = request.get_host()
    names = {each.lower() for each in settings.ALLOWED_HOSTS}
    if host in names or host == settings.EDUCA_SITE_URL.partition("://")[2]:
        return True
    name, _, port = host.rpartition(":")
    return name in names and port == request.META.get("SERVER_PORT")


def origin_of(request: HttpRequest) -> str:
    """A word for the name by which the site was asked for, which is in absolute links."""
    return _word_for(f"{request.scheme}://{request.get_host()}")


@lru_cache(100)
def _word_for(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()[:16]


def _differences(request: HttpRequest) -> tuple[str, str, str]:
    """What all pages differ by; the name by which the site was asked for is in the links of some."""
    language = (
        get_language_from_request(request)
        if len(settings.LANGUAGES) > 1
        else settings.LANGUAGE_CODE
    )
    return language, theme_of(request) or "system", origin_of(request)


def _is_for_all(request: HttpRequest, response: HttpResponseBase, despite: str) -> bool:
    return (
        response.status_code == 200  # noqa: PLR2004 - nothing else is kept
        and not response.streaming
        and not response.cookies
        and response.headers.get("Cache-Control", "") in {"", despite}
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")  # a token was asked for
    )


def _answer(request: HttpRequest, page: Page) -> HttpResponseBase:
    sent = request.META
    if (asked := sent.get("HTTP_IF_NONE_MATCH")) and _is_among(page.etag, asked):
        answer: HttpResponse = HttpResponseNotModified()
        answer.headers = page.sent.again()
    elif page.is_compressed and takes_gzip(sent.get("HTTP_ACCEPT_ENCODING", "")):
        answer = HttpResponse(page.content)
        answer.headers = page.sent.again()
        answer.headers["Content-Encoding"] = "gzip"
    else:
        answer = HttpResponse(page.plain)
        answer.headers = page.sent.again()
    return answer


def _is_among(etag: str, asked: str) -> bool:
    """Whether a browser has this state already."""
    known = parse_etags(asked)
    return any(each in known for each in (etag, etag.removeprefix("W/"), f"W/{etag}"))
