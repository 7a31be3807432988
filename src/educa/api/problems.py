"""Errors in one shape: problem details (RFC 9457)."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import set_rollback

from educa.chat.refusals import Refused as ChatRefused
from educa.lib.throttle import TooManyRequests
from educa.students.refusals import Refused as NotEnrolled

MEDIA_TYPE = "application/problem+json"
OWN_TITLES = {460: "Checksum Mismatch"}  # statuses of protocols, which HTTP has no words for
GENERAL = ""  # the field of errors that are about no field


class Problem(exceptions.APIException):
    """A refusal with a status and a code of its own; `wait` in seconds where waiting helps."""

    wait: int | None = None

    def __init__(
        self, http_status: int, code: str, detail: Any, headers: dict[str, str] | None = None
    ) -> None:
        self.status_code = http_status
        super().__init__(detail, code)
        self.code = code
        self.headers = headers or {}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error in a view; None for faults of ours, which are the server's to report."""
    error = _as_api_exception(error)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    headers: dict[str, str] = dict(getattr(error, "headers", {}))
    if isinstance(error, exceptions.UnsupportedMediaType):
        headers["Accept"] = ", ".join(
            parser.media_type for parser in context["view"].parser_classes
        )
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    body = problem(error)
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def problem(error: exceptions.APIException) -> dict[str, Any]:
    """The body that tells of an error: `errors` names fields, with dots and numbers for what is nested."""
    number = error.status_code
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": OWN_TITLES.get(number) or HTTPStatus(number).phrase,
        "status": number,
    }
    if isinstance(error, exceptions.ValidationError):
        errors = list(_errors(error.detail))
        body["detail"] = errors[0]["message"] if errors else ""
        body["code"] = "invalid"
        body["errors"] = errors
    else:
        body["detail"] = str(error.detail)
        body["code"] = _code(error)
    return body


def problem_response(
    number: int, code: str, detail: Any, headers: dict[str, str] | None = None
) -> JsonResponse:
    """A problem where no view of the API is at work, or none any more."""
    body = problem(Problem(number, code, detail))
    return JsonResponse(body, status=number, content_type=MEDIA_TYPE, headers=headers)


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _errors(detail: Any, field: str = GENERAL) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, below in detail.items():
            general = name == "non_field_errors"
            yield from _errors(below, field if general else f"{field}.{name}".strip("."))
    elif isinstance(detail, list):
        for place, below in enumerate(detail):
            nested = isinstance(below, dict)
            yield from _errors(below, f"{field}.{place}".strip(".") if nested else field)
    else:
        yield {"field": field, "code": getattr(detail, "code", "invalid"), "message": str(detail)}


def _as_api_exception(error: Exception) -> Exception:
    for kind, translate in TRANSLATED.items():
        if isinstance(error, kind):
            return translate(error)
    return error


def _from_room(refusal: ChatRefused) -> Problem:
    refused = Problem(refusal.status, refusal.code, refusal.words)
    refused.wait = refusal.retry_after
    return refused


def _invalid(error: ValidationError) -> exceptions.ValidationError:
    return exceptions.ValidationError(get_error_detail(error))


TRANSLATED: dict[type[Exception], Callable[[Any], Exception]] = {
    Http404: lambda _error: exceptions.NotFound(),
    PermissionDenied: lambda _error: exceptions.PermissionDenied(),
    RequestDataTooBig: lambda _error: Problem(
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, "too_large", _("The body is too long.")
    ),
    SuspiciousOperation: lambda _error: exceptions.ParseError(),
    BadRequest: lambda error: exceptions.ParseError(str(error) or None),
    TooManyRequests: lambda error: exceptions.Throttled(wait=error.retry_after),
    ChatRefused: _from_room,
    NotEnrolled: lambda error: Problem(status.HTTP_409_CONFLICT, error.code, error.words),
    ValidationError: _invalid,
}
"""Errors of the rules as errors of the API; the first that fits counts."""
