"""What a client may say about the encoding of its request: nothing, as ours is UTF-8."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

from educa.lib.serving.environ import Environ
from educa.lib.serving.proxy import WSGIApplication


def always_utf8(application: WSGIApplication) -> WSGIApplication:
    """The same application, which is told no `charset` of the request.

    Django would decode with it everything that was typed, the query of the address too, and fail
    before any page could answer: with some of Python's codecs for any text (`idna`, `hex`), with
    others for what they let through and a database does not store (`utf-7`).
    """

    def decoded(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if ";" in (value := environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = without_charset(value)
        return application(environ, start_response)

    return decoded


def without_charset(value: str) -> str:
    """The Content-Type with its other parameters, or with none when they can't be read."""
    try:
        main, parameters = parse_header_parameters(value)
    except (ValueError, LookupError):
        return value.partition(";")[0].strip()
    if "charset" not in parameters:
        return value
    del parameters["charset"]
    return "; ".join([main, *(f"{name}={quoted(text)}" for name, text in parameters.items())])


def quoted(text: str) -> str:
    """The text as a quoted string of RFC 9110."""
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'
