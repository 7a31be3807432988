"""The pages as a WSGI application, with the static files in front of them.

For any WSGI server: `granian --interface wsgi educa.config.wsgi:application`.
"""

import os
from wsgiref.headers import Headers

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from educa.lib.serving.proxy import WSGIApplication, behind_proxy

HASHED = r"\.[0-9a-f]{12}\.[^/]+$"  # such a name changes with the content, and may be kept for ever


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Keep browsers from guessing the type of a static file."""
    headers["X-Content-Type-Options"] = "nosniff"


def make_application() -> WSGIApplication:
    """Django's handler behind the files of STATIC_ROOT, which are listed once, at start."""
    application = WhiteNoise(
        get_wsgi_application(),
        autorefresh=settings.DEBUG,
        immutable_file_test=HASHED,
        add_headers_function=add_headers,
    )
    if settings.STATIC_ROOT.is_dir():
        application.add_files(settings.STATIC_ROOT, prefix=settings.STATIC_URL)
    return behind_proxy(application) if settings.EDUCA_PROXY else application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "educa.config.settings")
application = make_application()
