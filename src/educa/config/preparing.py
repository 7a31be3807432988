"""Everything that must be there before the first page: tables, static files, the demonstration."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from educa import __version__
from educa.config import env
from educa.courses import triggers

STAMP = ".collected"
LOCK = "serving.lock"
COLLECTING = "collecting.lock"
EMBEDDED = {"BoundedMemory", "LocMemCache", "InMemoryChannelLayer"}  # backends inside the process


def prepare_data_dir() -> None:
    """Make the data directory. Raises ImproperlyConfigured when that can't be done."""
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        Path(settings.MEDIA_ROOT).mkdir(exist_ok=True)
    except OSError as error:
        raise env.refuse("EDUCA_DATA_DIR", f"{error.filename}: {error.strerror}") from None


def is_migrated() -> bool:
    """Whether the tables are what this version expects."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate() -> None:
    """Bring the tables and their triggers up to this version; nothing is done when they are."""
    if not is_migrated():
        call_command("migrate", verbosity=0, interactive=False)
    triggers.install()


def collect_static() -> None:
    """Gather the static files under hashed names, unless those that are there were made of the same."""
    root = Path(settings.STATIC_ROOT)
    wanted = _fingerprint()
    if _is_collected(root, wanted):
        return
    with _one_at_a_time(root.with_name(COLLECTING)):
        if not _is_collected(root, wanted):
            _collect_beside(root, wanted)


def _is_collected(root: Path, wanted: str) -> bool:
    stamp = root / STAMP
    return stamp.exists() and stamp.read_text() == wanted


def _collect_beside(root: Path, wanted: str) -> None:
    """Fill a fresh folder and swap it in: what a kill or a full disk left broken is never kept."""
    fresh, old = root.with_name(f"{root.name}.new"), root.with_name(f"{root.name}.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    _collect_into(fresh)
    (fresh / STAMP).write_text(wanted)
    if root.exists():
        root.rename(old)
    fresh.rename(root)
    shutil.rmtree(old, ignore_errors=True)
    _read_names_anew()


def _collect_into(folder: Path) -> None:
    how: dict[str, Any] = settings.STORAGES["staticfiles"]
    command = collectstatic.Command()
    command.storage = storages.create_storage(
        how | {"OPTIONS": how.get("OPTIONS", {}) | {"location": folder}}
    )
    call_command(command, verbosity=0, interactive=False)


def _read_names_anew() -> None:
    """This process may have looked for the hashed names before they were there."""
    storage: Any = staticfiles_storage
    if isinstance(storage, ManifestFilesMixin):
        storage.hashed_files, storage.manifest_hash = storage.load_manifest()  # type: ignore[assignment] # the stubs err


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    digest = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns};".encode())
    return digest.hexdigest()


def embedded_parts() -> list[str]:
    """The variables that would put outside what lives in the process: its cache, its channel layer."""
    backends = {
        "CACHE_URL": settings.CACHES["default"]["BACKEND"],
        "CHANNEL_LAYER_URL": settings.CHANNEL_LAYERS["default"]["BACKEND"],
    }
    return [name for name, path in backends.items() if path.rpartition(".")[2] in EMBEDDED]


def hold_alone() -> IO[bytes] | None:
    """Be the only server of this data while its cache or its channel layer lives in the process.

    The lock ends with the file that is returned, or with the process. Raises CommandError when
    another server has it. With Memcached and Redis there may be several, and no lock is needed.
    """
    embedded = embedded_parts()
    if not embedded:
        return None
    lock = (settings.DATA_DIR / LOCK).open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CommandError(
            f"another server runs on {settings.DATA_DIR}; a second one needs {' and '.join(embedded)},"
            " or an EDUCA_DATA_DIR of its own"
        ) from None
    return lock
