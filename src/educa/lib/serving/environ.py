"""The environ of a WSGI request (PEP 3333), from the scope of an ASGI one."""

import sys
from functools import lru_cache
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

from educa.lib.serving.files import FileWrapper

Environ = dict[str, Any]

# What the server has already acted on; the application sees a body of known length instead.
ABSORBED = frozenset({b"transfer-encoding", b"expect"})
SINGLE = frozenset({"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_AUTHORIZATION"})


class BadRequest(Exception):
    """A request that front and back could read differently; the text says why."""


@lru_cache(maxsize=512)
def environ_key(name: bytes) -> str | None:
    """The name of a header in the environ; None for one that the application must not see.

    Names with an underscore would be taken for those with a hyphen, which a proxy vouches for.
    """
    if b"_" in name or name in ABSORBED:
        return None
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"


def make_environ(scope: dict[str, Any], body: BinaryIO, length: int | None) -> Environ:
    """The environ of an ASGI `http` scope whose body is `length` bytes (None: it has none).

    Raises BadRequest for a header given twice that may be there only once.
    """
    root, path = scope.get("root_path", ""), path_of(scope)
    server = scope.get("server") or ("localhost", None)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": path.removeprefix(root.encode()).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or (443 if scope["scheme"] == "https" else 80)),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    if client := scope.get("client"):
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    add_headers(environ, scope["headers"])
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    return environ


def path_of(scope: dict[str, Any]) -> bytes:
    """The path as bytes without percent signs; those of the wire, where the server tells them."""
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        path: str = scope["path"]
        return path.encode()
    return unquote_to_bytes(raw) if b"%" in raw else raw


def add_headers(environ: Environ, headers: list[tuple[bytes, bytes]]) -> None:
    """Add the headers of a request; repeated ones are joined as RFC 9110 says."""
    for name, raw in headers:
        key = environ_key(name)
        if key is None:
            continue
        value = raw.decode("latin-1")
        if key not in environ:
            environ[key] = value
        elif key in SINGLE:
            raise BadRequest(f"more than one header {name.decode('latin-1')}")
        else:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value
