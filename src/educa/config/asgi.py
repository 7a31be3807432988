"""One entry for everything: pages by way of the WSGI handler, sockets by way of Channels.

For an ASGI server with one process and a lifespan: `educa serve` starts it in the recommended way.
"""

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import ParseResult, urlsplit

from django.conf import settings
from django.db import connections
from django.urls import URLPattern, re_path

# Importing the pages sets Django up, which everything below needs.
from educa.config.wsgi import application as pages  # isort: skip

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator, WebsocketDenier

from educa.lib.serving.bodies import BodyLimits, Receive, Room, Scope
from educa.lib.serving.bridge import Send, WSGIBridge
from educa.lib.serving.entries import Lifespan, refuse
from educa.lib.serving.proxy import sockets_behind_proxy
from educa.lib.serving.threads import Threads

MULTIPART_OVERHEAD = 2**20  # what a form adds to the largest file it may carry

MOST_UPLOADS = 4  # files of the largest size at a time; more, if they are smaller

websocket_urlpatterns: list[URLPattern] = []


class OwnOrigin(OriginValidator):  # type: ignore[misc]  # Channels has no types
    """Lets in sockets of our own pages; an origin that can't be read is a foreign one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        application = super().__call__ if all(map(is_origin, origins)) else WebsocketDenier()
        await application(scope, receive, send)

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """Whether it is one of ours."""
        return parsed_origin is not None and bool(super().valid_origin(parsed_origin))


def is_origin(value: bytes) -> bool:
    """Whether the address can be taken apart."""
    try:
        urlsplit(value.decode("latin-1")).port  # noqa: B018 - it fails where the port is none
    except ValueError:
        return False
    return True


def room_for_bodies() -> int:
    """Bytes of disk for what is being sent: one package of a course, and some files of the largest size."""
    files = MOST_UPLOADS * (settings.EDUCA_MAX_UPLOAD + MULTIPART_OVERHEAD)
    return int(files + settings.EDUCA_MAX_PACKAGE + MULTIPART_OVERHEAD)


def make_application() -> Any:
    """The application of this process, with threads of its own."""
    page_threads = Threads(
        settings.EDUCA_THREADS, name="educa-pages", at_exit=connections.close_all
    )
    file_threads = Threads(2, name="educa-files", most_waiting=10_000)
    # Channels resolves sockets with Django's patterns, whose type knows of pages only.
    sockets = URLRouter([*websocket_urlpatterns, re_path(r"", cast("Any", refuse))])
    guarded = OwnOrigin(AuthMiddlewareStack(sockets), settings.ALLOWED_HOSTS)
    temporary = settings.FILE_UPLOAD_TEMP_DIR
    return ProtocolTypeRouter(
        {
            "http": WSGIBridge(
                pages,
                pages=page_threads,
                files=file_threads,
                most_body=BodyLimits(
                    forms=settings.DATA_UPLOAD_MAX_MEMORY_SIZE + MULTIPART_OVERHEAD,
                    uploads={
                        re.compile(pattern): most + MULTIPART_OVERHEAD
                        for pattern, most in settings.UPLOAD_PATHS.items()
                    },
                    cookie=settings.SESSION_COOKIE_NAME,
                ),
                room=Room(room_for_bodies()),
                folder=Path(temporary) if temporary else None,
            ),
            "websocket": sockets_behind_proxy(guarded) if settings.EDUCA_PROXY else guarded,
            "lifespan": Lifespan(page_threads, file_threads),
        }
    )


application = make_application()
