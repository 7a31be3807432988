"""Figures for those who look after the site: for Prometheus, in the administration, and of single pages."""

from collections.abc import Iterator
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from educa.accounts.middleware import signed_in
from educa.lib.caches import Figures, figures
from educa.lib.remembering import COUNTS, families

TYPE = "text/plain; version=0.0.4; charset=utf-8"
OF_SERVERS = {
    "hits": ("counter", "Keys that were asked for and found."),
    "misses": ("counter", "Keys that were asked for and not found."),
    "sets": ("counter", "Values that were stored."),
    "items": ("gauge", "Values that are there."),
    "memory": ("gauge", "Bytes that the values take."),
    "memory_limit": ("gauge", "Bytes that they may take."),
    "evictions": ("counter", "Values that were forgotten before their time, for want of memory."),
    "ratio": ("gauge", "Hits among all keys that were asked for, from 0 to 1."),
}
OF_FAMILIES = {
    "hits": "Values that were found.",
    "misses": "Values that were not found.",
    "rebuilds": "Values that were made.",
    "stale": "Values given out while somebody else made them anew.",
    "waits": "Requests that waited for somebody else to make the value.",
    "oversized": "Values that were too large to be kept.",
    "passed": "Requests in a transaction, for which nothing is kept.",
}


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in the text format of Prometheus, for staff and for who sends `EDUCA_METRICS_TOKEN`."""
    if not _may_see(request):
        person = signed_in(request)
        status = HTTPStatus.FORBIDDEN if person else HTTPStatus.UNAUTHORIZED
        headers = {} if person else {"WWW-Authenticate": "Bearer"}
        return HttpResponse(f"{status.phrase}\n", status=status, content_type=TYPE, headers=headers)
    return HttpResponse("\n".join(_lines()) + "\n", content_type=TYPE)


def _may_see(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.EDUCA_METRICS_TOKEN
    if wanted and scheme.lower() == "bearer" and constant_time_compare(token.strip(), wanted):
        return True
    person = signed_in(request)
    return person is not None and person.is_active and person.is_staff


def _lines() -> Iterator[str]:
    servers = figures()
    yield from _head("cache_up", "gauge", "Whether the server answers.")
    for server in servers:
        yield f"educa_cache_up{{server={_quoted(server.server)}}} {int(server.is_up)}"
    for name, (sort, words) in OF_SERVERS.items():
        yield from _of_servers(name, sort, words, servers)
    totals = {family.name: family.totals() for family in families()}
    for what in COUNTS:
        name = f"cache_family_{what}_total"
        yield from _head(name, "counter", OF_FAMILIES[what])
        for family, counted in totals.items():
            yield f"educa_{name}{{family={_quoted(family)}}} {counted[what]}"


def _of_servers(what: str, sort: str, words: str, servers: list[Figures]) -> Iterator[str]:
    name = f"cache_{what}_total" if sort == "counter" else f"cache_{what}"
    yield from _head(name, sort, words)
    for server in servers:
        value: float | None = getattr(server, what)
        if value is not None:
            yield (
                f"educa_{name}{{server={_quoted(server.server)}}} {value:.6g}"
                if isinstance(value, float)
                else f"educa_{name}{{server={_quoted(server.server)}}} {value}"
            )


def _head(name: str, sort: str, words: str) -> Iterator[str]:
    yield f"# HELP educa_{name} {words}"
    yield f"# TYPE educa_{name} {sort}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
    return f'"{escaped}"'
