"""How long a film or sound plays, by what its file says of itself."""

import io
import math
import struct
from typing import IO, Any

from django.core.files.base import File
from tinytag import TinyTag

MOST_READS = 50_000  # some hours of Ogg, which says its length on its last page only
MOST_AT_ONCE = 2**20  # bytes
LONGEST = 7 * 24 * 3600  # seconds; what claims to be longer is damaged

# Elements of Matroska, of which WebM is a part (RFC 9559).
SEGMENT, INFO, SCALE, DURATION, CLUSTER = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489, 0x1F43B675
FLOATS = {4: ">f", 8: ">d"}  # by their lengths in bytes
USUAL_SCALE = 1_000_000  # nanoseconds, where the file names no other


def duration_of(file: IO[bytes] | File[Any], media_type: str) -> int | None:
    """The seconds that a film or sound plays, rounded; None where its file does not say, or is damaged.

    Reads a bounded number of pieces of bounded size, whatever the file claims, and leaves it at its
    beginning.
    """
    try:
        seconds = (_of_webm if media_type == "video/webm" else _of_others)(_Sparing(file))
    # What a parser trips over in a damaged file is anything; the upload is no worse for it.
    except Exception:  # noqa: BLE001
        seconds = None
    finally:
        file.seek(0)
    if seconds is None or not math.isfinite(seconds) or not 0 < seconds <= LONGEST:
        return None
    return max(1, round(seconds))


class _Sparing(io.RawIOBase):
    """A file that gives out so many pieces and no more. Raises ValueError for whoever wants more."""

    def __init__(self, file: IO[bytes] | File[Any]) -> None:
        self._file = file
        self._left = MOST_READS
        self._file.seek(0)

    def read(self, size: int = -1) -> bytes:
        self._left -= 1
        if self._left < 0 or not 0 <= size <= MOST_AT_ONCE:
            raise ValueError("the file asks to be read at length")
        return bytes(self._file.read(size))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._file.seek(offset, whence)
        return self.tell()

    def tell(self) -> int:
        return int(self._file.tell())


def _of_others(file: _Sparing) -> float | None:
    return TinyTag.get(file_obj=file, tags=False).duration  # type: ignore[arg-type] # it reads, seeks and tells


def _of_webm(file: _Sparing) -> float | None:
    """The duration in the part about the whole film, which stands before the film itself."""
    _identifier, length = _element(file)  # the head, which says that this is Matroska
    file.seek(length, io.SEEK_CUR)
    if _element(file)[0] != SEGMENT:
        return None
    identifier, length = _element(file)
    while identifier not in {INFO, CLUSTER}:
        file.seek(length, io.SEEK_CUR)
        identifier, length = _element(file)
    return _in_info(file, file.tell() + length) if identifier == INFO else None


def _in_info(file: _Sparing, end: int) -> float | None:
    scale, ticks = USUAL_SCALE, None
    while file.tell() < end:
        identifier, length = _element(file)
        data = file.read(length)
        if identifier == SCALE:
            scale = int.from_bytes(data)
        elif identifier == DURATION:
            ticks = struct.unpack(FLOATS[length], data)[0]
    return None if ticks is None else ticks * scale / 1_000_000_000


def _element(file: _Sparing) -> tuple[int, int]:
    """The identifier of the element that begins here, and the length of what it holds, in bytes."""
    identifier, _ = _number(file)
    _, length = _number(file)
    return identifier, length


def _number(file: _Sparing) -> tuple[int, int]:
    """A number of one to eight bytes, with the bit that says how many, and without it.

    Raises IndexError at the end of the file, ValueError for more bytes than eight.
    """
    first = file.read(1)[0]
    more = 8 - first.bit_length()
    if first == 0:
        raise ValueError("no number begins like this")
    value = int.from_bytes(bytes([first]) + file.read(more))
    return value, value & ~(1 << 7 * (more + 1))
