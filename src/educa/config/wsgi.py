"""The pages as a WSGI application, with the static files in front of them.

For any WSGI server: `granian --interface wsgi educa.config.wsgi:application`.
"""

import os
from typing import Any
from wsgiref.headers import Headers

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, get_urlconf
from whitenoise import WhiteNoise
from whitenoise.responders import MissingFileError

from educa.lib.encodings import accepted
from educa.lib.paths import LONGEST_KEPT, view_at
from educa.lib.serving.media_type import always_utf8
from educa.lib.serving.proxy import WSGIApplication, behind_proxy
from educa.lib.static_files import HASHED

MANIFEST = "staticfiles.json"


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Keep browsers from guessing the type of a static file."""
    headers["X-Content-Type-Options"] = "nosniff"


class StaticFiles(WhiteNoise):  # type: ignore[misc]  # WhiteNoise has no types
    """Static files without those that only say how they were collected, and in no encoding that is refused."""

    @staticmethod
    def serve(static_file: Any, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer with the file; WhiteNoise looks for the names of encodings, and would take `br;q=0` for a wish."""
        asked = environ | {
            "HTTP_ACCEPT_ENCODING": accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
        }
        return WhiteNoise.serve(static_file, asked, start_response)

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        if not is_internal(url):
            super().add_file_to_dictionary(url, path, stat_cache=stat_cache)

    def find_file_at_path(self, path: str, url: str) -> Any:
        if is_internal(url):
            raise MissingFileError(path)
        return super().find_file_at_path(path, url)


def is_internal(url: str) -> bool:
    """Whether the file is for us alone: the table of hashed names, and names with a dot in front."""
    name = url.removeprefix(settings.STATIC_URL)
    return name == MANIFEST or any(part.startswith(".") for part in name.split("/"))


class Handler(WSGIHandler):
    """Django's, which asks for the view of a path where others have asked for it already."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """The view that answers, with its arguments. Raises Resolver404."""
        if len(request.path_info) > LONGEST_KEPT or hasattr(request, "urlconf"):
            return super().resolve_request(request)
        match = request.resolver_match = view_at(request.path_info, get_urlconf())
        return match


def make_application() -> WSGIApplication:
    """Django's handler behind the files of STATIC_ROOT, which are listed once, at start."""
    django.setup(set_prefix=False)  # as `get_wsgi_application`
    application = StaticFiles(
        always_utf8(Handler()),
        autorefresh=settings.DEBUG,
        immutable_file_test=HASHED,
        allow_all_origins=False,
        add_headers_function=add_headers,
    )
    if settings.STATIC_ROOT.is_dir():
        application.add_files(settings.STATIC_ROOT, prefix=settings.STATIC_URL)
    return behind_proxy(application) if settings.EDUCA_PROXY else application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "educa.config.settings")
application = make_application()
