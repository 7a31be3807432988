"""The body of a request, complete before a thread is taken for it.

A small one stays in memory, a larger one goes to an unlinked temporary file: a slow sender costs
neither memory nor a thread.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedRandom, BytesIO, RawIOBase
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any, BinaryIO, cast

from educa.lib.serving.environ import path_of
from educa.lib.serving.threads import Threads

Receive = Callable[[], Awaitable[dict[str, Any]]]
Scope = dict[str, Any]

IN_MEMORY = 2**16
BATCH = 2**20  # bytes written by one hop to a thread
GRACE = 30.0  # seconds that any body may take
PROGRAMS = {b"bearer", b"basic"}  # the ways in which programs sign in
SLOWEST = 4096  # bytes a second that a longer one must come at


class TooLarge(Exception):
    """The body is longer than allowed."""


class TooSlow(Exception):
    """The body comes more slowly than anybody would wait for."""


class ClientGone(Exception):
    """The client has left."""


class NoRoom(Exception):
    """The bodies that are stored take all the room that there is for them."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How many bytes a body may have: at a path that fits a pattern of `uploads`, of who seems to be known.

    These are requests with the session's cookie, and with an `Authorization`. Everything else is a form, and
    may have `forms`. Whether cookie and secret are worth anything, only the database knows: made-up ones pass
    here, and are why all bodies share one `Room`.
    """

    forms: int
    uploads: Mapping[re.Pattern[str], int]
    cookie: str

    def __call__(self, scope: Scope) -> int:
        """The limit for this request; the first pattern that fits counts."""
        if not self._signed(scope):
            return self.forms
        path = path_of(scope).decode(errors="replace")
        fitting = (most for pattern, most in self.uploads.items() if pattern.search(path))
        return next(fitting, self.forms)

    def _signed(self, scope: Scope) -> bool:
        beginning = f"{self.cookie}=".encode()
        return any(
            (name == b"authorization" and value.partition(b" ")[0].lower() in PROGRAMS)
            or (name == b"cookie" and _has_cookie(value, beginning))
            for name, value in scope["headers"]
        )


def _has_cookie(header: bytes, beginning: bytes) -> bool:
    return any(pair.strip().startswith(beginning) for pair in header.split(b";"))


class Room:
    """Bytes of disk for all stored bodies together; for any thread."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = Lock()

    def take(self, size: int) -> None:
        """Raises NoRoom."""
        with self._lock:
            if size > self._left:
                raise NoRoom
            self._left -= size

    def give_back(self, size: int) -> None:
        """The bytes are on disk no more."""
        with self._lock:
            self._left += size


class StoredBody(BufferedRandom):
    """A body in an unlinked file, which holds its part of the room until it is closed."""

    def __init__(self, folder: Path | None, room: Room) -> None:
        file = TemporaryFile(dir=folder, prefix="body-", buffering=0)  # noqa: SIM115 - closed with us
        super().__init__(cast("RawIOBase", file))
        self._room = room
        self._held = 0

    def add(self, block: bytearray) -> None:
        """Write at the end. Raises NoRoom, or OSError when the disk is full."""
        self._room.take(len(block))
        self._held += len(block)
        self.write(block)
        self.flush()

    def close(self) -> None:
        """Let go of file and room; a second time does nothing."""
        try:
            super().close()
        finally:
            held, self._held = self._held, 0
            self._room.give_back(held)


class BodyReader:
    """Reads the bodies of requests, each up to its limit; large ones go to `folder`."""

    def __init__(
        self,
        threads: Threads,
        *,
        limit: Callable[[Scope], int],
        room: Room,
        folder: Path | None = None,
    ) -> None:
        self._threads = threads
        self._limit = limit
        self._room = room
        self._folder = folder

    async def read(self, scope: Scope, receive: Receive) -> tuple[BinaryIO, int | None]:
        """The body and its length; None when the request announces none.

        Raises TooLarge, TooSlow, NoRoom, ClientGone, or OSError when the disk does not take it.
        """
        announced = announced_length(scope["headers"])
        if not announced:
            return BytesIO(), announced
        limit = self._limit(scope)
        allow(announced, limit)
        return await self._collect(receive, limit)

    async def _collect(self, receive: Receive, limit: int) -> tuple[BinaryIO, int]:
        pending, length = bytearray(), 0
        file: StoredBody | None = None
        clock = asyncio.get_running_loop().time
        end = clock() + GRACE
        try:
            more = True
            while more:
                block, more = await next_block(receive, end + length / SLOWEST - clock())
                pending += block
                length += len(block)
                allow(length, limit)
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
        return cast("BinaryIO", file), length

    def _store(self, file: StoredBody | None, block: bytearray) -> StoredBody:
        # Not closed here: it becomes the request's input, which ends with the request.
        target = file or StoredBody(self._folder, self._room)
        try:
            target.add(block)
        except (OSError, NoRoom):
            with suppress(OSError):  # closing writes out what is buffered, and fails as well
                target.close()
            raise
        return target


def allow(length: int, limit: int) -> None:
    """Raises TooLarge for more bytes than allowed."""
    if length > limit:
        raise TooLarge


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
