"""Remove files that a crash left behind."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.core.management.base import BaseCommand, CommandError
from django.db.models import FileField

from educa.courses.models import Upload
from educa.lib.files import names_of

SECONDS_PER_HOUR = 3600


class Command(BaseCommand):
    """Files that are younger may belong to an upload whose row is about to be saved."""

    help = "Remove unfinished uploads, and files that no row names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than",
            type=float,
            default=24,
            metavar="HOURS",
            help="leave files alone that were changed since (default: 24)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")

    def handle(self, *args: Any, older_than: float, dry_run: bool, **options: Any) -> None:
        """Print every file that goes, and how much that is. Raises CommandError for a time to come."""
        if not 0 <= older_than < float("inf"):
            raise CommandError("--older-than: give a number of hours, 0 or more")
        files = size = 0
        changed_before = time.time() - older_than * SECONDS_PER_HOUR
        for path, name in chain(
            _cut_off(changed_before),
            _of_no_upload(changed_before),
            _left_behind(_root(), changed_before),
        ):
            self.stdout.write(f"would remove {name}" if dry_run else f"removed {name}")
            files, size = files + 1, size + path.stat().st_size
            if not dry_run:
                path.unlink(missing_ok=True)
        self.stdout.write(f"{files} files, {size} bytes")


def _root() -> Path:
    storage = storages["default"]
    if not isinstance(storage, FileSystemStorage):
        raise CommandError("files are not kept in a folder that could be swept")
    return Path(storage.location)


def _cut_off(changed_before: float) -> Iterator[tuple[Path, str]]:
    """Uploads whose server was killed while they arrived."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    for path in _old_files(folder, changed_before):
        yield path, path.relative_to(folder.parent).as_posix()


def _of_no_upload(changed_before: float) -> Iterator[tuple[Path, str]]:
    """Parts of files that nobody can go on with."""
    folder = Path(settings.EDUCA_UPLOAD_DIR)
    found = _old_files(folder, changed_before)
    known = {upload.path for upload in Upload.objects.all()}
    for path in found:
        if path not in known:
            yield path, path.relative_to(folder.parent).as_posix()


def _left_behind(root: Path, changed_before: float) -> Iterator[tuple[Path, str]]:
    """Files under `root` that nobody will miss, with the names that rows would know them by."""
    # The files are listed before the rows are read, so that no file of a newer row is taken.
    found = _old_files(root, changed_before)
    named = set(_named())
    for path in found:
        name = path.relative_to(root).as_posix()
        if name not in named:
            yield path, name


def _old_files(folder: Path, changed_before: float) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in files if path.stat().st_mtime <= changed_before)


def _named() -> Iterator[str]:
    """The names of all files that rows have, in every app, with those that belong to them."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField):
                for name in model._base_manager.values_list(field.attname, flat=True).iterator():
                    yield from names_of(field, name or "")
