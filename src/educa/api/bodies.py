"""Bodies of answers that are kept as they are sent, with their tags."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.preconditions import is_known, tag_of


@dataclass(frozen=True)
class Body:
    """What a program reads, as JSON, and the tag of it."""

    content: bytes
    etag: str


def body_of(data: Any) -> Body:
    """The body that says this."""
    content = JSONRenderer().render(data)
    return Body(content, tag_of(content))


def answer_with(request: Request, body: Body) -> HttpResponseBase:
    """The body as it is; made anew for who wants it in another form; 304 for who has it already."""
    if request.accepted_media_type != JSONRenderer.media_type:  # as a page, or indented
        return Response(json.loads(body.content))
    answer = (
        HttpResponseNotModified()
        if is_known(request, body.etag)
        else HttpResponse(body.content, content_type=JSONRenderer.media_type)
    )
    answer.headers["ETag"] = body.etag
    return answer
