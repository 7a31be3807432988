"""What a thread has produced and the client has not taken yet."""

import asyncio
from collections import deque
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import BinaryIO

from educa.lib.serving.bodies import ClientGone
from educa.lib.serving.files import BLOCK
from educa.lib.serving.threads import Threads, call_in

IN_MEMORY = 2**18
MOST_BEHIND = 2**30  # bytes on disk for one reader; one further behind is cut off


class TooFarBehind(Exception):
    """The reader is so slow that what it has not taken fills the room it may have."""


class Outbox:
    """A queue of bytes from one worker thread to the event loop.

    Up to 256 KiB wait in memory and the rest in a temporary file, so that the thread finishes at
    its own speed, whatever the speed of the client, and memory does not grow.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, threads: Threads, folder: Path | None
    ) -> None:
        self._loop = loop
        self._threads = threads
        self._folder = folder
        self._lock = Lock()
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self._file: BinaryIO | None = None
        self._written = self._taken = 0  # places in the file
        self._ended = self._failed = self._abandoned = False
        self._news = asyncio.Event()
        self._told = False

    # For the worker thread

    def put(self, chunk: bytes) -> None:
        """Add a chunk. Raises ClientGone when nobody will take it, TooFarBehind, or OSError."""
        with self._lock:
            if self._abandoned:
                raise ClientGone
            if self._file is None and (not self._held or self._held + len(chunk) <= IN_MEMORY):
                self._chunks.append(chunk)
                self._held += len(chunk)
            else:
                self._store(chunk)
        self._tell()

    def end(self, *, failed: bool = False) -> None:
        """Say that nothing follows; `failed` when something should have."""
        with self._lock:
            self._ended, self._failed = True, failed
        self._tell()

    def _store(self, chunk: bytes) -> None:
        if self._file is None:
            # Not closed here: it lives until the reader has caught up.
            self._file = TemporaryFile(dir=self._folder, prefix="answer-")  # noqa: SIM115
        if self._written - self._taken + len(chunk) > MOST_BEHIND:
            raise TooFarBehind
        self._file.seek(self._written)
        self._file.write(chunk)
        self._written += len(chunk)

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            call_in(self._loop, self._hear)

    # For the event loop

    @property
    def failed(self) -> bool:
        """Whether the bytes ended before the answer did."""
        return self._failed

    async def take(self) -> bytes:
        """The next bytes, as soon as there are some; none means the end."""
        while True:
            with self._lock:
                if self._chunks:
                    block = b"".join(self._chunks) if len(self._chunks) > 1 else self._chunks[0]
                    self._chunks.clear()
                    self._held = 0
                    return block
                stored, ended = self._file is not None, self._ended or self._abandoned
            if stored:
                return await self._threads.call(self._take_stored)
            if ended:
                return b""
            await self._news.wait()
            self._news.clear()

    def abandon(self) -> None:
        """Drop what is left, and stop the worker at its next chunk."""
        with self._lock:
            self._abandoned = True
            self._chunks.clear()
            self._drop()
        self._news.set()

    def _take_stored(self) -> bytes:
        with self._lock:
            if self._file is None:
                return b""
            self._file.seek(self._taken)
            block = self._file.read(BLOCK)
            self._taken += len(block)
            if self._taken == self._written:  # caught up: memory is enough again
                self._drop()
            return block

    def _drop(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # what could not be written out is not wanted any more
                self._file.close()
        self._file, self._written, self._taken = None, 0, 0

    def _hear(self) -> None:
        self._told = False
        self._news.set()
