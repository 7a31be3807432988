"""Zip archives of strangers: judged by their directory before anything is unpacked, and again while it is.

Nothing of an archive is ever written under a name that it gives: bytes go to nameless temporary files.
"""

import contextlib
import os
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import unquote

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from educa.interchange.refusal import ImportRefused
from educa.lib.parts import WholeFile

MAX_ENTRIES = 10_000
MAX_RATIO = 100  # unpacked bytes for one packed byte
RATIO_FLOOR = 2**20  # bytes below which a file may be packed as tightly as it likes
MAX_NAME = 1_000  # characters
SHOWN = 80  # characters of a name that a message shows
CHUNK = 2**18
IN_MEMORY = 4 * 2**20  # bytes of a file that are kept in memory before the disk is used

END = b"PK\x05\x06"
END64 = b"PK\x06\x06"
LOCATOR64 = b"PK\x06\x07"
END_SIZE, END64_SIZE, LOCATOR64_SIZE = 22, 56, 20
MAX_COMMENT = 65_535
ENCRYPTED, STRONGLY_ENCRYPTED, HIDDEN_HEADERS = 0x1, 0x40, 0x2000
UTF8_NAMES = 0x800
MAX_DIRECTORY = (
    MAX_ENTRIES * 1024
)  # bytes; what the directory says of its length is checked before it is read
KNOWN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What other systems leave in an archive for themselves.
JUNK_FOLDERS = {"__MACOSX"}
JUNK_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}


class Archive:
    """The files of a zip archive by their paths, with `/` between folders.

    Raises ImportRefused, on opening, for what is no whole plain zip archive or breaks a limit or
    names a place outside of itself; and on reading, for bytes that are not what was announced.
    `junk` counts the files that were left out because no person made them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.junk = 0
        self.warnings: list[str] = []
        self._checksums: dict[str, str] = {}
        self._zip = self._open()
        try:
            self._entries = self._judged()
            self._base = ""
            self._folded = {_fold(name): name for name in self._entries}
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def enter(self, folder: str) -> None:
        """Take this folder for the root from now on; files beside it are out of reach."""
        start = f"{folder}/"
        kept = {
            name.removeprefix(start): e
            for name, e in self._entries.items()
            if name.startswith(start)
        }
        self._checksums.clear()
        self._entries, self._folded = kept, {_fold(name): name for name in kept}

    @property
    def names(self) -> Iterable[str]:
        return self._entries.keys()

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """The size of a file in bytes."""
        return self._entries[name].file_size

    def find(self, path: str) -> str | None:
        """The name of the file that a path means, or None.

        The path may be percent-encoded, written with backslashes, in another case or in another
        Unicode form than the file; an exact match wins. It can't leave the archive.
        """
        for candidate in (path, unquote(path)):
            inside = _inside(candidate.replace("\\", "/"))
            if inside is None:
                continue
            if inside in self._entries:
                return inside
            if found := self._folded.get(_fold(inside)):
                return found
        return None

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a small file. Raises ImportRefused when it has more than `limit` bytes."""
        if self.size(name) > limit:
            raise ImportRefused(
                _("%(name)s is too large: at most %(most)s MB can be read.")
                % {"name": shown(name), "most": limit // 2**20}
            )
        return b"".join(self._chunks(name))

    def checksum(self, name: str) -> str:
        """The SHA-256 of a file, in hexadecimal digits."""
        if name not in self._checksums:
            for _chunk in self._read_whole(name):
                pass
        return self._checksums[name]

    @contextlib.contextmanager
    def file(self, name: str) -> Iterator[File[Any]]:
        """A whole, checked copy of a file that can be read back and forth, for as long as the block runs."""
        folder = str(settings.FILE_UPLOAD_TEMP_DIR)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder) as copy:
            for chunk in self._read_whole(name):
                copy.write(chunk)
            copy.seek(0)
            file: File[Any] = File(copy, name=name.rpartition("/")[2])
            file.size = self.size(name)
            yield file

    def is_large(self, name: str) -> bool:
        """Whether it takes long to have the file."""
        return self.size(name) > IN_MEMORY

    @contextlib.contextmanager
    def stored(self, name: str) -> Iterator[File[Any]]:
        """As `file`; a large one is on the disk for good, and a storage may link it instead of copying."""
        if not self.is_large(name):
            with self.file(name) as file:
                yield file
            return
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            path = Path(folder) / "file"
            with path.open("wb") as out:
                for chunk in self._read_whole(name):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            with WholeFile(path, name.rpartition("/")[2]) as whole:
                yield whole

    def _read_whole(self, name: str) -> Iterator[bytes]:
        """Every byte of a file, and then its checksum is known."""
        digest = sha256()
        for chunk in self._chunks(name):
            digest.update(chunk)
            yield chunk
        self._checksums[name] = digest.hexdigest()

    def _chunks(self, name: str) -> Iterator[bytes]:
        entry = self._entries[name]
        count = 0
        try:
            with self._zip.open(entry) as source:
                while chunk := source.read(CHUNK):
                    count += len(chunk)
                    yield chunk
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ) as error:
            raise _damaged(name) from error
        if count != entry.file_size:
            raise _damaged(name)

    def _open(self) -> zipfile.ZipFile:
        if not self.path.exists():
            raise ImportRefused(_("There is no file %(path)s.") % {"path": self.path})
        if not self.path.is_file():
            raise ImportRefused(_("%(path)s is not a file.") % {"path": self.path})
        try:
            with self.path.open("rb") as file:
                judge_directory(file)
            return zipfile.ZipFile(self.path)
        except PermissionError as error:
            raise ImportRefused(_("%(path)s may not be read.") % {"path": self.path}) from error
        except (
            zipfile.BadZipFile,
            ValueError,
            EOFError,
            NotImplementedError,
            OSError,
            struct.error,
        ) as error:
            raise ImportRefused(_("This is not a whole zip archive.")) from error

    def _judged(self) -> dict[str, zipfile.ZipInfo]:
        entries = self._zip.infolist()
        judge_sizes(entries, self.path.stat().st_size)
        judged: dict[str, zipfile.ZipInfo] = {}
        folded: set[str] = set()
        for entry in entries:
            name = judged_name(entry)
            if not name:
                continue
            if _fold(name) in folded:
                raise ImportRefused(_("The archive holds %(name)s twice.") % {"name": shown(name)})
            folded.add(_fold(name))
            if is_junk(name):
                self.junk += 1
            else:
                judged[name] = entry
        return judged


def judge_directory(file: IO[bytes]) -> None:
    """Raises ImportRefused unless the file ends as exactly one whole zip archive of few entries.

    The directory itself is not read here, so that one of a million entries costs nothing. Where two
    places could be the end of the archive, two readers would see two archives.
    """
    size = file.seek(0, 2)
    tail_start = max(0, size - END_SIZE - MAX_COMMENT)
    file.seek(tail_start)
    tail = file.read()
    ends = [at for at in _places(tail, END) if _comment_fits(tail, at)]
    if not ends:
        raise ImportRefused(_("This is not a whole zip archive."))
    if len(ends) > 1:
        raise ImportRefused(_("This archive has two ends, so that it could mean two things."))
    entries, length, offset = struct.unpack("<HII", tail[ends[0] + 10 : ends[0] + 20])
    end = tail_start + ends[0]
    if _read_at(file, end - LOCATOR64_SIZE, 4) == LOCATOR64:
        end -= LOCATOR64_SIZE + END64_SIZE
        record = _read_at(file, end, END64_SIZE)
        if record[:4] != END64:
            raise ImportRefused(_("This is not a whole zip archive."))
        entries, length, offset = struct.unpack("<QQQ", record[32:56])
    if entries > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise ImportRefused(
            _("The archive has %(count)s entries; at most %(most)s are allowed.")
            % {"count": entries, "most": MAX_ENTRIES}
        )
    if offset + length != end:
        raise ImportRefused(_("The archive has foreign bytes before or after its files."))


def _places(data: bytes, sign: bytes) -> Iterator[int]:
    at = data.find(sign)
    while at >= 0:
        yield at
        at = data.find(sign, at + 1)


def _comment_fits(tail: bytes, at: int) -> bool:
    if len(tail) - at < END_SIZE:
        return False
    (comment,) = struct.unpack("<H", tail[at + 20 : at + 22])
    return at + END_SIZE + int(comment) == len(tail)


def _read_at(file: IO[bytes], at: int, count: int) -> bytes:
    if at < 0:
        return b""
    file.seek(at)
    return file.read(count)


def judge_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """Raises ImportRefused for more than the limits, by what the directory announces.

    `packed` is the size of the whole archive: entries that together claim more than that share bytes.
    """
    if len(entries) > MAX_ENTRIES:
        raise ImportRefused(
            _("The archive has %(count)s entries; at most %(most)s are allowed.")
            % {"count": len(entries), "most": MAX_ENTRIES}
        )
    total = sum(entry.file_size for entry in entries)
    if total > settings.EDUCA_MAX_PACKAGE:
        raise ImportRefused(
            _("Unpacked, the archive would have %(total)s MB; at most %(most)s are allowed.")
            % {"total": total // 2**20, "most": settings.EDUCA_MAX_PACKAGE // 2**20}
        )
    for entry in entries:
        if entry.file_size > RATIO_FLOOR and entry.file_size > MAX_RATIO * max(
            entry.compress_size, 1
        ):
            raise ImportRefused(
                _("%(name)s is packed more than %(most)s times, as only bombs are.")
                % {"name": shown(entry.filename), "most": MAX_RATIO}
            )
    if sum(entry.compress_size for entry in entries) > packed:
        raise ImportRefused(_("Files of the archive share their bytes, as only bombs do."))


def judged_name(entry: zipfile.ZipInfo) -> str:
    """The name of a file with `/` between folders, or "" for a folder.

    Raises ImportRefused for a name that leads out of the archive and for an entry that is no plain
    file or folder, is encrypted, or is packed in a way that is not in use.
    """
    raw = _in_utf8(entry)
    name = unicodedata.normalize("NFC", raw.replace("\\", "/"))
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in name) or len(name) > MAX_NAME:
        raise ImportRefused(
            _("The archive has a file with an impossible name: %(name)s") % {"name": shown(raw)}
        )
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        raise ImportRefused(
            _("The archive wants to write outside of itself: %(name)s") % {"name": shown(raw)}
        )
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ImportRefused(
            _("The archive holds a link or a device: %(name)s") % {"name": shown(raw)}
        )
    if entry.flag_bits & (ENCRYPTED | STRONGLY_ENCRYPTED | HIDDEN_HEADERS):
        raise ImportRefused(_("The archive is encrypted: %(name)s") % {"name": shown(raw)})
    if entry.compress_type not in KNOWN_METHODS:
        raise ImportRefused(_("%(name)s is packed in an unusual way.") % {"name": shown(raw)})
    if name.endswith("/"):
        return ""
    return "/".join(part for part in name.split("/") if part not in {"", "."})


def _in_utf8(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: many writers use UTF-8 without the flag that says so."""
    name = entry.orig_filename
    if entry.flag_bits & UTF8_NAMES:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def is_junk(name: str) -> bool:
    """Whether a file was left by a system for itself, and means nothing in a course."""
    *folders, last = name.split("/")
    return bool(JUNK_FOLDERS & set(folders)) or last in JUNK_FILES or last.startswith("._")


def shown(name: str) -> str:
    """A name of the archive, or from it, as it may stand in one line of a message."""
    printable = "".join(c if c.isprintable() else "?" for c in name)
    return printable if len(printable) <= SHOWN else f"{printable[: SHOWN - 1]}…"


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _inside(path: str) -> str | None:
    """The path without `.` and `..`, or None for one that leaves the archive."""
    parts: list[str] = []
    for part in unicodedata.normalize("NFC", path).split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _damaged(name: str) -> ImportRefused:
    return ImportRefused(_("The archive is damaged at %(name)s.") % {"name": shown(name)})
