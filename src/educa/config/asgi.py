"""One entry for everything: pages by way of the WSGI handler, sockets by way of Channels.

For an ASGI server with one process and a lifespan: `educa serve` starts it in the recommended way.
"""

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.http.request import split_domain_port, validate_host
from django.urls import re_path

# Importing the pages sets Django up, which everything below needs.
from educa.config.wsgi import application as pages  # isort: skip

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware

from educa.chat.routing import socket_patterns
from educa.lib.serving.bodies import BodyLimits, Receive, Room, Scope
from educa.lib.serving.bridge import Send, WSGIBridge
from educa.lib.serving.entries import Lifespan, refuse
from educa.lib.serving.proxy import sockets_behind_proxy
from educa.lib.serving.threads import Threads

MULTIPART_OVERHEAD = 2**20  # what a form adds to the largest file it may carry

CHAT_THREADS = 3  # that ask the database for the rooms

MOST_UPLOADS = 4  # files of the largest size at a time; more, if they are smaller


class OwnOrigin:
    """Lets in sockets of our own pages: the page has the scheme, the host and the port of the socket.

    What can't be read, or is said twice, is foreign.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = self.application if is_own(scope) else WebsocketDenier()
        await application(scope, receive, send)


def is_own(scope: Scope) -> bool:
    """Whether a socket was opened by a page of the site at which it arrives."""
    origins, hosts, schemes = (
        [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]
        for wanted in (b"origin", b"host", b"x-forwarded-proto")
    )
    if len(origins) != 1 or len(hosts) != 1:
        return False
    is_secure = scope.get("scheme") == "wss" or (settings.EDUCA_PROXY and schemes == ["https"])
    domain, _port = split_domain_port(hosts[0])
    if not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    address = address_of(f"{'https' if is_secure else 'http'}://{hosts[0]}")
    return address is not None and address_of(origins[0]) == address


def address_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin (RFC 6454); None for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None or parts.path or parts.query or parts.fragment:
        return None
    if "@" in parts.netloc:  # an origin names nobody
        return None
    return parts.scheme, parts.hostname, port


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
    chat_threads = Threads(CHAT_THREADS, name="educa-chat", at_exit=connections.close_all)
    # Channels resolves sockets with Django's patterns, whose type knows of pages only.
    sockets = URLRouter([*socket_patterns(chat_threads), re_path(r"", cast("Any", refuse))])
    guarded = OwnOrigin(CookieMiddleware(sockets))
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
            "lifespan": Lifespan(page_threads, file_threads, chat_threads),
        }
    )


application = make_application()
