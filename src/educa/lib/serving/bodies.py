"""The body of a request, complete before a thread is taken for it.

A small one stays in memory, a larger one goes to an unlinked temporary file: a slow sender costs
neither memory nor a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from educa.lib.serving.threads import Threads

Receive = Callable[[], Awaitable[dict[str, Any]]]

IN_MEMORY = 2**16
BATCH = 2**20  # bytes written by one hop to a thread
GRACE = 30.0  # seconds that any body may take
SLOWEST = 4096  # bytes a second that a longer one must come at


class TooLarge(Exception):
    """The body is longer than allowed."""


class TooSlow(Exception):
    """The body comes more slowly than anybody would wait for."""


class ClientGone(Exception):
    """The client has left."""


class BodyReader:
    """Reads the bodies of requests, at most `limit` bytes each; large ones go to `folder`."""

    def __init__(self, threads: Threads, *, limit: int, folder: Path | None = None) -> None:
        self._threads = threads
        self._limit = limit
        self._folder = folder

    async def read(self, scope: dict[str, Any], receive: Receive) -> tuple[BinaryIO, int | None]:
        """The body and its length; None when the request announces none.

        Raises TooLarge, TooSlow, ClientGone, or OSError when the disk does not take it.
        """
        announced = announced_length(scope["headers"])
        if not announced:
            return BytesIO(), announced
        self._allow(announced)
        return await self._collect(receive)

    async def _collect(self, receive: Receive) -> tuple[BinaryIO, int]:
        pending, length = bytearray(), 0
        file: BinaryIO | None = None
        clock = asyncio.get_running_loop().time
        end = clock() + GRACE
        try:
            more = True
            while more:
                block, more = await next_block(receive, end + length / SLOWEST - clock())
                pending += block
                length += len(block)
                self._allow(length)
                if len(pending) > (BATCH if file else IN_MEMORY) or (file and not more):
                    file = await self._threads.call(self._store, file, pending)
                    pending = bytearray()
        except BaseException:
            if file is not None:
                file.close()
            raise
        if file is None:
            return BytesIO(pending), length
        file.seek(0)
        return file, length

    def _allow(self, length: int) -> None:
        if length > self._limit:
            raise TooLarge

    def _store(self, file: BinaryIO | None, block: bytearray) -> BinaryIO:
        # Not closed here: it becomes the request's input, which ends with the request.
        target = file or TemporaryFile(dir=self._folder, prefix="body-")  # noqa: SIM115
        try:
            target.write(block)
            target.flush()
        except OSError:
            with suppress(OSError):  # closing writes out what is buffered, and fails as well
                target.close()
            raise
        return target


def announced_length(headers: list[tuple[bytes, bytes]]) -> int | None:
    """The length that the headers give; -1 for a chunked body, None for no body."""
    for name, value in headers:
        if name == b"content-length":
            return int(value)
        if name == b"transfer-encoding":
            return -1
    return None


async def next_block(receive: Receive, patience: float) -> tuple[bytes, bool]:
    """The next part of the body and whether there is more.

    Raises TooSlow after `patience` seconds, or ClientGone.
    """
    try:
        async with asyncio.timeout(patience):
            message = await receive()
    except TimeoutError:
        raise TooSlow from None
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)
