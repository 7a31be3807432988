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

from educa.lib.serving.bodies import Receive
from educa.lib.serving.bridge import Scope, Send, WSGIBridge
from educa.lib.serving.proxy import sockets_behind_proxy
from educa.lib.serving.threads import Threads

MULTIPART_OVERHEAD = 2**20  # what a form adds to the largest file it may carry
PATIENCE = 3.0  # seconds that threads get to finish when the server stops

websocket_urlpatterns: list[URLPattern] = []


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a socket at an unknown path with 404, before it is accepted."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


class Lifespan:
    """Starts the threads with the server and stops them with it."""

    def __init__(self, *crews: Threads) -> None:
        self._crews = crews

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for crew in self._crews:
            crew.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for crew in self._crews:
            crew.stop(PATIENCE)
        await send({"type": "lifespan.shutdown.complete"})


def make_application() -> Any:
    """The application of this process, with threads of its own."""
    page_threads = Threads(
        settings.EDUCA_THREADS, name="educa-pages", at_exit=connections.close_all
    )
    file_threads = Threads(2, name="educa-files")
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
