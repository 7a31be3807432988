"""Where uploaded bytes are kept: on the local disk, whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

from educa.lib.parts import WholeFile


class PrivateStorage(FileSystemStorage):
    """Files under MEDIA_ROOT that appear under their name only when every byte is on the disk.

    Bytes go to `<name>.part`, are synced, and renamed; whoever is interrupted leaves only a `.part`,
    which the sweeper removes. Nothing here is served by its path: see `educa.courses.media`.
    """

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        try:
            if not (isinstance(content, WholeFile) and _linked(content.path, part)):
                _write(content, part)
            part.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if self.file_permissions_mode is not None:
            path.chmod(self.file_permissions_mode)
        return name

    def copy_all(self, names: Mapping[str, str]) -> None:
        """Put the bytes of each stored name under a new one too; names that are not there are left out.

        Both names stand for the same bytes on the disk, which takes no time and no space: stored bytes
        are never changed, and go with the last of their names. Where that can't be, they are copied.
        """
        folders = set()
        for name, copy in names.items():
            source, target = Path(self.path(name)), Path(self.path(copy))
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._copy(source, target, copy)
            except FileNotFoundError:
                continue
            folders.add(target.parent)
        for folder in folders:
            _sync_folder(folder)

    def _copy(self, source: Path, target: Path, name: str) -> None:
        try:
            # Names share their dates too, and the sweeper takes old files that no row names yet.
            os.utime(source)
            os.link(source, target)
        except (FileNotFoundError, FileExistsError):
            raise
        except OSError:  # another disk, a file system without links, too many of them, not our file
            with source.open("rb") as file:
                self._save(name, File(file))


def _linked(source: Path, part: Path) -> bool:
    """Whether bytes that are on the disk already have got another name, which takes no time and no space."""
    try:
        os.utime(source)  # as in copying
        os.link(source, part)
    except OSError:  # another disk, or a file system without links
        return False
    return True


def _write(content: File, part: Path) -> None:  # type: ignore[type-arg]
    with part.open("xb") as out:
        for chunk in content.chunks():
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    """Put the name of a new file on the disk too, not only its bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def path_to_fill(storage: Storage, name: str) -> Iterator[Path]:
    """Where to write a whole file, which the storage has under that name when the block is over."""
    try:
        path = Path(storage.path(name))
    except NotImplementedError:
        path = None
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path
        return
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / PurePath(name).name
        yield path
        with path.open("rb") as file:
            storage.save(name, File(file))


def random_name(folder: str, shown_name: str) -> str:
    """A name that nobody can guess, in `folder`, with the (lower case) ending of the shown name."""
    return f"{folder}/{secrets.token_hex(16)}{PurePath(shown_name).suffix.lower()}"


def another_name(name: str) -> str:
    """A name that nobody can guess for a copy of the file of that name, which says the same of its bytes."""
    path = PurePath(name)
    _stem, dot, rest = path.name.partition(".")
    return path.with_name(f"{secrets.token_hex(16)}{dot}{rest}").as_posix()
