"""The site with something that goes wrong at one point of an upload; for a server that is killed there."""

import os
import resource
from pathlib import Path
from threading import Event
from typing import Any

from educa.config.asgi import application
from educa.courses.actions import uploading
from educa.courses.models import Content
from educa.lib import parts

LIMIT = 8 * 2**20  # bytes that a file may have on a disk that is full


def stop_here(*_args: Any, **_named: Any) -> None:
    """Say that the point is reached, and never come back."""
    print("here", flush=True)
    Event().wait()


async def amid_a_part(scope: Any, receive: Any, send: Any) -> None:
    """Some blocks are written."""

    def write(file: Any, block: bytes) -> None:
        file.write(block)
        stop_here()

    parts._write = write
    await application(scope, receive, send)


async def before_the_row(scope: Any, receive: Any, send: Any) -> None:
    """A part is on the disk, and the database does not know."""

    def append(*args: Any, **named: Any) -> None:
        parts.append(*args, **named)
        stop_here()

    uploading.append = append  # type: ignore[assignment]
    await application(scope, receive, send)


async def before_the_commit(scope: Any, receive: Any, send: Any) -> None:
    """The file is stored, and its content is not there yet."""
    Content.save = stop_here  # type: ignore[method-assign]
    await application(scope, receive, send)


async def on_a_full_disk(scope: Any, receive: Any, send: Any) -> None:
    """No file gets longer than the limit."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))
    await application(scope, receive, send)


def stored(folder: Path) -> list[Path]:
    """The files of contents, and those that arrive."""
    places = [folder / "media", folder / "uploads", folder / "tmp"]
    return [
        Path(path, name) for place in places for path, _, names in os.walk(place) for name in names
    ]
