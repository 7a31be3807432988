"""The true address of a client behind a reverse proxy that is trusted."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from educa.lib.serving.environ import Environ

ASGIApplication = Callable[..., Awaitable[None]]
WSGIApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def client_of(forwarded: str) -> str:
    """The client in an X-Forwarded-For header: the last entry, the only one our proxy wrote."""
    return forwarded.rpartition(",")[2].strip()


def behind_proxy(application: WSGIApplication) -> WSGIApplication:
    """The same application, told the client's address instead of the proxy's."""

    def forwarded(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if client := client_of(environ.get("HTTP_X_FORWARDED_FOR", "")):
            environ["REMOTE_ADDR"] = client
        return application(environ, start_response)

    return forwarded


def sockets_behind_proxy(application: ASGIApplication) -> ASGIApplication:
    """The same for sockets."""

    async def forwarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        if headers and (client := client_of(headers[-1].decode("latin-1"))):
            scope = {**scope, "client": (client, 0)}
        await application(scope, receive, send)

    return forwarded
