"""Where uploaded bytes are kept: on the local disk, whole or not at all."""

import os
import secrets
from pathlib import Path, PurePath

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


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
            with part.open("xb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if self.file_permissions_mode is not None:
            path.chmod(self.file_permissions_mode)
        return name


def _sync_folder(folder: Path) -> None:
    """Put the name of a new file on the disk too, not only its bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def random_name(folder: str, shown_name: str) -> str:
    """A name that nobody can guess, in `folder`, with the (lower case) ending of the shown name."""
    return f"{folder}/{secrets.token_hex(16)}{PurePath(shown_name).suffix.lower()}"
