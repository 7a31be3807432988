"""One entry for everything: pages by way of the WSGI handler, sockets by way of Channels.

For an ASGI server with one process and a lifespan: `educa serve` starts it in the recommended way.
"""

from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import connections
from django.urls import URLPattern, re_path

# Importing the pages sets Django up, which everything below needs.
from educa.config.wsgi import application as pages  # isort: skip

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from educa.lib.serving.bridge import WSGIBridge
from educa.lib.serving.entries import Lifespan, refuse
from educa.lib.serving.proxy import sockets_behind_proxy
from educa.lib.serving.threads import Threads

MULTIPART_OVERHEAD = 2**20  # what a form adds to the largest file it may carry

websocket_urlpatterns: list[URLPattern] = []


def make_application() -> Any:
    """The application of this process, with threads of its own."""
    page_threads = Threads(
        settings.EDUCA_THREADS, name="educa-pages", at_exit=connections.close_all
    )
    file_threads = Threads(2, name="educa-files", most_waiting=10_000)
    # Channels resolves sockets with Django's patterns, whose type knows of pages only.
    sockets = URLRouter([*websocket_urlpatterns, re_path(r"", cast("Any", refuse))])
    guarded = AllowedHostsOriginValidator(AuthMiddlewareStack(sockets))
    temporary = settings.FILE_UPLOAD_TEMP_DIR
    return ProtocolTypeRouter(
        {
            "http": WSGIBridge(
                pages,
                pages=page_threads,
                files=file_threads,
                most_body=settings.EDUCA_MAX_UPLOAD + MULTIPART_OVERHEAD,
                folder=Path(temporary) if temporary else None,
            ),
            "websocket": sockets_behind_proxy(guarded) if settings.EDUCA_PROXY else guarded,
            "lifespan": Lifespan(page_threads, file_threads),
        }
    )


application = make_application()
