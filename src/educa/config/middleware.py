"""Health, which must be answered whatever else is ill; and what a page has cost, for staff."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from educa.accounts.middleware import signed_in
from educa.config import views
from educa.lib.middleware import GetResponse
from educa.lib.remembering import noting

ANSWERS = {"/healthz": views.healthz, "/readyz": views.readyz}


class HealthMiddleware:
    """Answer /healthz and /readyz before anything looks at a session, which is in the database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = ANSWERS.get(request.path_info, self.get_response)
        return answer(request)


class ServerTimingMiddleware:
    """Tell staff in `Server-Timing` what their page has cost: browsers show it beside the request.

    What comes before is not in it: the session, and who they are.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = signed_in(request)
        if person is None or not person.is_staff:
            return self.get_response(request)
        began, clock = time.perf_counter(), Clock()
        with connection.execute_wrapper(clock), noting() as counted:
            response = self.get_response(request)
        took = (time.perf_counter() - began) * 1000
        response.headers["Server-Timing"] = (
            f'page;dur={took:.1f}, db;dur={clock.took * 1000:.1f};desc="{clock.statements} statements",'
            f' cache;desc="{counted["hits"]} hits, {counted["misses"]} misses"'
        )
        return response


class Clock:
    """Measures statements, in seconds by the clock."""

    def __init__(self) -> None:
        self.took, self.statements = 0.0, 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self.took += time.perf_counter() - began
            self.statements += 1
