"""Zip archives written as a stream, the same bytes for the same files."""

import contextlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

DATE = (1980, 1, 1, 0, 0, 0)
UNIX = 3  # as zipfile numbers the systems that an archive can come from
MODE = 0o644 << 16
MAX_KNOWN = 2**31  # bytes of an entry above which the archive says so in another way


class Zip:
    """An archive that appears under its path only when it is whole; until then it is a `.part` beside it.

    Nothing is compressed: pictures and films are so already, other versions of the compressor would give
    other bytes, and no reader can take it for a bomb.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")

    def __enter__(self) -> Self:
        self._out = self._part.open("wb")
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_STORED)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with self._out:
                with contextlib.nullcontext() if kind is None else contextlib.suppress(OSError):
                    self._zip.close()
                if kind is None:
                    self._out.flush()
                    os.fsync(self._out.fileno())
            if kind is None:
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def entry(self, name: str, size: int = 0) -> Iterator[IO[bytes]]:
        """Write one file; `size` is about what it will have, in bytes."""
        info = zipfile.ZipInfo(name, DATE)
        info.create_system, info.external_attr = UNIX, MODE
        with self._zip.open(info, "w", force_zip64=size > MAX_KNOWN) as out:
            yield out

    def write(self, name: str, data: bytes) -> None:
        """Write one small file."""
        with self.entry(name, len(data)) as out:
            out.write(data)

    @property
    def count(self) -> int:
        """How many files are in it."""
        return len(self._zip.filelist)
