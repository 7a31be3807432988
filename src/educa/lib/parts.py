"""Files that arrive in parts: what has come is on the disk, whatever happens to what still comes."""

import fcntl
import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha1, sha256
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.core.files.uploadedfile import UploadedFile

if TYPE_CHECKING:
    from hashlib import _Hash

BLOCK = 2**20  # bytes in memory at a time
# SHA-1 tells what a line has garbled, not what somebody has forged; the protocol asks for it.
ALGORITHMS: dict[str, Callable[[], "_Hash"]] = {
    "sha1": lambda: sha1(usedforsecurity=False),
    "sha256": sha256,
}


class InUse(Exception):
    """Somebody else is writing to the file."""


class Garbled(Exception):
    """A part is not what its checksum says."""


class Readable(Protocol):
    """Where a part comes from."""

    def read(self, size: int, /) -> bytes: ...


class Checksum:
    """What a part has to add up to, by one of `ALGORITHMS`."""

    def __init__(self, algorithm: str, digest: bytes) -> None:
        self._sum = ALGORITHMS[algorithm]()
        self._digest = digest

    def add(self, block: bytes) -> None:
        """Count these bytes in."""
        self._sum.update(block)

    def check(self) -> None:
        """Raises Garbled for anything else."""
        if not hmac.compare_digest(self._sum.digest(), self._digest):
            raise Garbled


class WholeFile(UploadedFile[Any]):
    """A file that has arrived in parts, as forms know uploaded files; a storage may link it from its path."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path.open("rb"), name, size=path.stat().st_size)
        self.path = path


@contextmanager
def held(path: Path) -> Iterator[FileIO]:
    """The file for writing, which nobody else holds meanwhile, in any process.

    The lock goes with the process that has it. Raises InUse, or FileNotFoundError.
    """
    with path.open("r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse from None
        yield file


def append(file: FileIO, source: Readable, *, offset: int, checksum: Checksum | None = None) -> int:
    """Put what comes behind the first `offset` bytes, and give the new length; all of it is on the disk then.

    Whatever goes wrong, the file ends at `offset` again. Raises Garbled, or OSError when the disk is full.
    """
    file.truncate(offset)
    file.seek(offset)
    try:
        for block in iter(lambda: source.read(BLOCK), b""):
            if checksum:
                checksum.add(block)
            _write(file, block)
        if checksum:
            checksum.check()
        os.fsync(file.fileno())
    except BaseException:
        file.truncate(offset)
        raise
    return file.tell()


def _write(file: FileIO, block: bytes) -> None:
    left = memoryview(block)
    while left:
        left = left[file.write(left) :]
