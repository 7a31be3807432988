"""Answers that belong to no app: health, and the pages for what went wrong."""

import errno
import sqlite3
import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseFault
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from educa.api.refusals import FORGED
from educa.courses.triggers import are_ours

API, JSON = "/api/", "application/json"
PLAIN = "text/plain; charset=utf-8"
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
POSTGRESQL_DISK_FULL = "53100"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type=PLAIN)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too; 503 when it does not.

    It says `generations`, too, while nothing moves them as this version needs it. That is no 503: the site goes on, and
    with one each server would be taken away while the next version migrates.
    """
    try:
        words = "ok\n" if are_ours() else "ok\ngenerations\n"
    except DatabaseFault:
        return HttpResponse(
            "database\n", status=503, content_type=PLAIN, headers={"Retry-After": "5"}
        )
    return HttpResponse(words, content_type=PLAIN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from one of our pages, or that lay open for too long."""
    if is_for_program(request):
        return _problem(HTTPStatus.FORBIDDEN, "csrf", FORGED)
    return render(request, "403.html", {"csrf": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What can't be understood, or is more than a form may hold."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    if is_for_program(request):
        code = "too_large" if isinstance(exception, RequestDataTooBig) else "parse_error"
        return _problem(status, code, HTTPStatus(status).phrase)
    return render(request, f"{status}.html", status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """What went wrong on our side: 503 without the database, 507 without room, else 500.

    Django calls it while it handles the exception, behind each piece of middleware; so it holds for
    a question that a middleware asks, too. The pages ask none themselves.
    """
    status = status_of(sys.exc_info()[1])
    headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if is_for_program(request):
        headers["Cache-Control"] = "no-store"
        return _problem(status, "server", HTTPStatus(status).phrase, headers)
    return HttpResponse(render_to_string(f"{status}.html"), status=status, headers=headers)


def is_for_program(request: HttpRequest) -> bool:
    """Whether a problem is told to a program: below /api/, and to who wants JSON rather than a page."""
    is_api = request.path_info.startswith(API)
    return is_api or request.get_preferred_type(["text/html", JSON]) == JSON


def _problem(
    status: int, code: str, words: Any, headers: dict[str, str] | None = None
) -> HttpResponse:
    # Not before it is needed: this module is loaded with the middleware, and REST framework loads all
    # classes that the settings name, in which the order matters.
    from educa.api.problems import problem_response  # noqa: PLC0415

    return problem_response(status, code, words, headers)


def status_of(fault: BaseException | None) -> int:
    """The status that tells a client whether another try could help."""
    if is_full(fault) or is_full(fault and fault.__cause__):
        return 507
    if isinstance(fault, InterfaceError):
        return 503
    # SQLite calls it an operational error, too, when a table or a column is missing.
    missing = getattr(fault and fault.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return 503 if isinstance(fault, OperationalError) and not missing else 500


def is_full(fault: BaseException | None) -> bool:
    """Whether a disk was: ours, SQLite's, or that of PostgreSQL."""
    return (
        (isinstance(fault, OSError) and fault.errno in DISK_FULL)
        or getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(fault, "sqlstate", None) == POSTGRESQL_DISK_FULL
    )
