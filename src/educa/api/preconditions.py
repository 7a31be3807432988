"""States of things: `ETag`, `If-None-Match` and `If-Match` (RFC 9110, section 13)."""

from hashlib import sha256
from typing import Any

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.problems import Problem


def etag_of(representation: Any) -> str:
    """The entity tag of what a program would read."""
    return tag_of(JSONRenderer().render(representation))


def tag_of(content: bytes) -> str:
    """The entity tag of what a program would read, as JSON."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def refuse_unless_current(request: Request, representation: Any) -> None:
    """Raises Problem (412) when `If-Match` names another state than the present one."""
    condition = request.headers.get("If-Match")
    if condition is None:
        return
    tag = etag_of(representation)
    # A proxy that compresses makes a tag weak on its way out, and programs send back what they got.
    if not {"*", tag, f"W/{tag}"} & set(parse_etags(condition)):
        raise Problem(
            status.HTTP_412_PRECONDITION_FAILED,
            "changed",
            _("It was changed in the meantime. Read it again first."),
        )


def tagged(request: Request, response: Response) -> Response:
    """The same answer with its tag; 304 without a body for who has it already."""
    if response.status_code != status.HTTP_200_OK or response.data is None:
        return response
    tag = etag_of(response.data)
    if request.method in {"GET", "HEAD"} and is_known(request, tag):
        response = Response(status=status.HTTP_304_NOT_MODIFIED)
    response["ETag"] = tag
    return response


def is_known(request: Request, tag: str) -> bool:
    """Whether who asks has what is of this tag."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return tag in known or f"W/{tag}" in known
