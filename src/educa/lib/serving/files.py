"""Files that a WSGI application hands over whole."""

from collections.abc import Iterator
from typing import Protocol

BLOCK = 2**16  # bytes of a file that are in memory at a time, per reader


class Readable(Protocol):
    """What has bytes to read."""

    def read(self, size: int, /) -> bytes: ...


class FileWrapper:
    """The server's `wsgi.file_wrapper`: a file to be sent, read when the client has room for it.

    Such an answer holds no thread while a slow client takes it.
    """

    def __init__(self, file: Readable, block_size: int = BLOCK) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        while block := self._file.read(BLOCK):
            yield block

    def read(self, size: int) -> bytes:
        """The next bytes; fewer than `size` only at the end."""
        block = self._file.read(size)
        while block and len(block) < size and (more := self._file.read(size - len(block))):
            block += more
        return block

    def close(self) -> None:
        """Close the file, if it can be closed."""
        close = getattr(self._file, "close", None)
        if close is not None:
            close()
