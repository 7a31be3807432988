"""A site that hands out stored files to everybody, to see what a proxy in front makes of it."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware

from educa.config.tests.serving import make_small_site
from educa.courses.media import Media, media_response
from educa.lib.renditions import original_of


def answer(request: HttpRequest) -> HttpResponseBase:
    """The stored file of that name, as the view `media` answers with it to who may have it."""
    _, media, name = request.path_info.rpartition("/media/")
    if not media:
        raise Http404
    original = original_of(name)
    instead = Media(original, "Original.jpg") if original else None
    return media_response(request, Media(name, 'Wörter "und" ?.pdf', original=instead))


def pages(environ: dict[str, Any], start_response: Any) -> Any:
    """/media/ and a name; 404 for names that are not there."""
    try:
        response = SecurityMiddleware(answer)(WSGIRequest(environ))  # type: ignore[arg-type]
    except Http404:
        start_response("404 Not Found", [])
        return []
    status = f"{response.status_code} {response.reason_phrase}"
    start_response(status, [*response.headers.items()])
    return response


site = make_small_site(pages)
