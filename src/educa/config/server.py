"""The server of the embedded form: one process, one port, pages and sockets."""

import errno
import ipaddress
import logging
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from django.core.management import CommandError

from educa.lib.serving.connections import Connection
from educa.lib.serving.garbage import spare_what_stays
from educa.lib.serving.sockets import SocketConnection

if TYPE_CHECKING:
    from educa.lib.tls import TlsFiles

APPLICATION = "educa.config.asgi:application"
KEEP_ALIVE = 15  # seconds between two requests of a connection
GRACE = 5  # seconds that requests get to finish when the server stops
SILENCE = 60_000  # milliseconds after which a peer that acknowledges nothing is gone
PING = 25.0  # seconds between two questions whether a socket is still there
PONG = 45.0  # seconds that the answer may take: behind a frame that is being handled it is not even read
MOST_FRAME = 2**16  # bytes of a message on a socket
MOST_FILES = 65_536  # open files, of which every connection is one
TURN = 0.0005  # seconds that a thread computes while another waits; sockets wait this short

REASONS = {
    errno.EADDRINUSE: "is in use by another program; choose another with PORT",
    errno.EACCES: "may not be used without special rights; choose a PORT from 1024",
    errno.EADDRNOTAVAIL: "is no address of this machine; see HOST",
}


class Server(uvicorn.Server):
    """uvicorn's server, which says when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            spare_what_stays()
            self._on_ready()


def serve(
    host: str,
    port: int,
    *,
    tls: "TlsFiles | None" = None,
    on_ready: Callable[[str], object] = print,
) -> None:
    """Serve until Ctrl-C or SIGTERM, then finish what is under way and return.

    `port` 0 takes a free one. `on_ready` gets the address, once connections are accepted. Raises
    CommandError when the address can't be used.
    """
    with listen(host, port) as listener:
        address = url_of(listener, host, secure=tls is not None)
        serve_on(listener, tls=tls, on_ready=lambda: on_ready(address))


def serve_on(
    listener: socket.socket, *, tls: "TlsFiles | None" = None, on_ready: Callable[[], object]
) -> None:
    """The same on a socket that listens already, which is closed at the end."""
    allow_many_files()
    sys.setswitchinterval(TURN)
    with signals_end_quietly():
        Server(make_config(tls), on_ready).run([listener])


def tls_files() -> "TlsFiles | None":
    """The certificate that the settings ask for: a given one, or one made in the data directory.

    Raises ImproperlyConfigured when the given files can't be used.
    """
    if not settings.EDUCA_TLS:
        return None
    from educa.lib import tls as certificates  # noqa: PLC0415 - 9 MB, for who asks for HTTPS here

    if settings.EDUCA_TLS_CERT or settings.EDUCA_TLS_KEY:
        return certificates.given(settings.EDUCA_TLS_CERT, settings.EDUCA_TLS_KEY)
    return certificates.ensure_certificate(
        settings.DATA_DIR / "tls", [settings.HOST, *settings.ALLOWED_HOSTS]
    )


def make_config(tls: "TlsFiles | None") -> uvicorn.Config:
    """uvicorn's options. One process: the cache and the channel layer live in its memory."""
    return uvicorn.Config(
        APPLICATION,
        workers=1,
        http=Connection,
        ws=SocketConnection,
        ws_max_size=MOST_FRAME,
        ws_ping_interval=PING,
        ws_ping_timeout=PONG,
        ws_per_message_deflate=False,  # messages are short, and each connection would pay for it
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # educa.lib.serving.proxy reads them, for every kind of server
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CommandError with the reason, if there can't be one."""
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(
            address[:2],
            family=family,
            backlog=2048,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except socket.gaierror:
        raise CommandError(
            f"{shown}: HOST is neither a name nor an address that is known"
        ) from None
    except OSError as error:
        reason = REASONS.get(error.errno or 0, error.strerror)
        raise CommandError(f"{shown} {reason}") from None
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE)
    return listener


def url_of(listener: socket.socket, host: str, *, secure: bool) -> str:
    """The address to type into a browser; for all addresses, that of this machine."""
    bound, port = listener.getsockname()[:2]
    if ipaddress.ip_address(bound).is_unspecified:
        host = "::1" if ":" in bound else "127.0.0.1"
    name = f"[{host}]" if ":" in host else host
    scheme, usual = ("https", 443) if secure else ("http", 80)
    return f"{scheme}://{name}/" if port == usual else f"{scheme}://{name}:{port}/"


def allow_many_files() -> None:
    """Use as many open files as this user may, up to what a busy site needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextmanager
def signals_end_quietly() -> Iterator[None]:
    """Keep the signals that uvicorn raises once more, after it has stopped, from ending us."""

    def ignore(number: int, frame: FrameType | None) -> None:
        logging.getLogger(__name__).debug("Stopped by signal %d", number)

    before: dict[int, Any] = {
        number: signal.signal(number, ignore) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
