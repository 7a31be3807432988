"""Copies of a person's data: asking for one, making it, and clearing up behind it."""

import logging
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone, translation

from educa.accounts.copying import Beat, write_copy
from educa.accounts.models import DataExport, User, zone_names
from educa.accounts.models.data_export import export_name
from educa.lib.duties import Stopped, give_way, poke, unhurried
from educa.lib.storage import path_to_fill
from educa.lib.throttle import TooManyRequests

logger = logging.getLogger(__name__)

MOST_A_DAY = 3  # copies of one person's data
MOST_ATTEMPTS = 3
DAY = timedelta(days=1)
PAUSE = timedelta(seconds=30)  # before another try of what went wrong
BREATH = 2.0  # seconds between two words about the lease


class Lost(Exception):
    """The lease ran out, or the account is gone."""


def ask_for_data(owner: User) -> DataExport:
    """Ask for a copy; twice is once, while the first is under way. Raises TooManyRequests."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        mine = DataExport.objects.of(owner)
        if under_way := mine.under_way().first():
            return under_way
        since = timezone.now() - DAY
        recent = mine.filter(created__gt=since).order_by("created")
        if len(recent) >= MOST_A_DAY:
            wait = recent[0].created - since
            raise TooManyRequests(max(1, int(wait.total_seconds())))
        language = translation.get_language() or settings.LANGUAGE_CODE
        export = DataExport.objects.create(owner=owner, language=language)
        transaction.on_commit(poke)
    return export


def carry_out_export(export: DataExport) -> None:
    """Make the copy that a claimed row asks for, and say in the row what came of it.

    What breaks off, here or with the process, is begun anew, `MOST_ATTEMPTS` times in all. Raises Stopped
    when the site ends meanwhile; then it counts as not begun.
    """
    try:
        if export.attempts > MOST_ATTEMPTS:
            _end(export, DataExport.Status.FAILED)
        else:
            _attempt(export)
    except Lost:
        logger.warning("Data export %d is not ours any more", export.pk)


def _attempt(export: DataExport) -> None:
    """Raises Lost, and Stopped."""
    try:
        with unhurried():
            _make(export)
    except Lost:
        raise
    except Stopped:
        export.give_back()
        raise
    except Exception:
        logger.exception("Data export %d broke off", export.pk)
        if export.attempts >= MOST_ATTEMPTS:
            _end(export, DataExport.Status.FAILED)
        else:
            export.put_off(PAUSE)


def _make(export: DataExport) -> None:
    storage = _packages()
    _delete_parts(export)  # of an attempt that was broken off
    name = export_name(export, "data.zip")
    if not export.begin(name):
        raise Lost
    try:
        with path_to_fill(storage, name) as path:
            write_data(export.owner, path, language=export.language, beat=_Heart(export).beat)
        _end(export, DataExport.Status.DONE, size=storage.size(name))
    except BaseException:
        storage.delete(name)
        raise


def write_data(person: User, path: Path, *, language: str, beat: Beat) -> None:
    """Write everything that is held about the person into a ZIP file at that path, in their language and time.

    `beat` is called again and again meanwhile, and may break it off by an exception.
    """
    zone = person.time_zone if person.time_zone in zone_names() else settings.TIME_ZONE
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        write_copy(person, path, beat)


class _Heart:
    """Says every few seconds that we are still at it."""

    def __init__(self, export: DataExport) -> None:
        self._export = export
        self._last = time.monotonic()

    def beat(self) -> None:
        """Raises Stopped at the end of the site, and Lost when the export is not ours any more."""
        give_way()
        now = time.monotonic()
        if now > self._last + BREATH:
            self._last = now
            if not self._export.renew():
                raise Lost


def _end(export: DataExport, status: DataExport.Status, **values: int) -> None:
    """Let a whole copy take the place of those before. Raises Lost."""
    with transaction.atomic():
        ended = export.held().update(
            status=status, lease_until=None, finished_at=timezone.now(), **values
        )
        if not ended:
            raise Lost
        if status == DataExport.Status.DONE:
            older = DataExport.objects.filter(owner=export.owner_id).exclude(package="")
            for row in older.exclude(pk=export.pk):
                row.package = ""
                row.save(update_fields=["package"])


def clean_up_exports() -> None:
    """Clear away what is over."""
    for export in DataExport.objects.over().iterator():
        _delete_parts(export)
        export.delete()


def _delete_parts(export: DataExport) -> None:
    current = DataExport.objects.filter(pk=export.pk).first()
    for name in current.parts if current else ():
        with suppress(FileNotFoundError):
            _packages().delete(name)


def _packages() -> Storage:
    storage: Storage = DataExport._meta.get_field("package").storage
    return storage
