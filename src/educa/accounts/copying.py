"""What is held about one person, as a ZIP file: for reading, for machines, and the files themselves.

Rows and bytes pass through in small parts, so that memory does not grow with what there is.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise

from educa.accounts.models import User
from educa.lib.privacy import Fact, HeldFile, PersonalData, by_category, declarations
from educa.lib.zipping import Zip

FORMAT, VERSION = "educa-personal-data", 1
CHUNK = 2**20  # bytes

Beat = Callable[[], None]


def write_copy(person: User, path: Path, beat: Beat) -> None:
    """Write `index.html`, `data.json` and the files; `beat` is called for every row and every MiB."""
    with Zip(path) as out:
        missing = _write_files(person, out, beat)
        with out.entry("index.html") as entry:
            for part in _pages(person, missing, beat):
                entry.write(part.encode())
        with out.entry("data.json") as entry:
            for part in _json(person, missing, beat):
                entry.write(part.encode())


def _write_files(person: User, out: Zip, beat: Beat) -> set[str]:
    """The paths of files that rows name and that are not there any more."""
    missing, written = set(), set()
    for data in declarations():
        if data.files is None:
            continue
        for row in data.held(person):
            for held in data.files(row):
                beat()
                if held.path in written:
                    continue
                if _write_file(held, out, beat):
                    written.add(held.path)
                else:
                    missing.add(held.path)
    return missing


def _write_file(held: HeldFile, out: Zip, beat: Beat) -> bool:
    try:
        source: IO[bytes] = held.storage.open(held.name)
    except FileNotFoundError:
        return False
    with source, out.entry(held.path, held.size) as entry:
        while chunk := source.read(CHUNK):
            entry.write(chunk)
            beat()
    return True


# For machines


def _json(person: User, missing: set[str], beat: Beat) -> Iterator[str]:
    head = {
        "format": FORMAT,
        "version": VERSION,
        "site": settings.EDUCA_SITE_URL or None,
        "made_at": _plain(timezone.now()),
        "username": person.username,
        "missing_files": sorted(missing),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "data": {'
    for place, data in enumerate(declarations()):
        yield f"{',' if place else ''}\n{json.dumps(data.name)}: ["
        for number, row in enumerate(data.held(person)):
            beat()
            said = json.dumps(_said(data, row, missing), ensure_ascii=False)
            yield f"{',' if number else ''}\n  {said}"
        yield "]"
    yield "\n}}\n"


def _said(data: PersonalData, row: Any, missing: set[str]) -> dict[str, Any]:
    said = {fact.key: _plain(fact.value) for fact in data.describe(row)}
    if data.files is not None:
        said["files"] = [held.path for held in data.files(row) if held.path not in missing]
    return said


def _plain(value: Any) -> Any:
    """As JSON has it: times in UTC by ISO 8601, durations in seconds."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)


# For readers


def _pages(person: User, missing: set[str], beat: Beat) -> Iterator[str]:
    sections = [(category, data) for category, data in by_category().items() if data]
    about = {
        "person": person,
        "now": timezone.now(),
        "site_url": settings.EDUCA_SITE_URL,
        "sections": sections,
        "missing": sorted(missing),
    }
    yield render_to_string("account/copy/head.html", about)
    for category, found in sections:
        yield render_to_string("account/copy/category.html", {"category": category})
        for data in found:
            yield render_to_string("account/copy/section.html", {"data": data})
            yield from _rows(person, data, missing, beat)
    yield render_to_string("account/copy/foot.html", about)


def _rows(person: User, data: PersonalData, missing: set[str], beat: Beat) -> Iterator[str]:
    is_empty = True
    for row in data.held(person):
        beat()
        told = [_readable(fact) for fact in data.describe(row)]
        files = [held.path for held in data.files(row)] if data.files else []
        if told or files:
            is_empty = False
            here = [name for name in files if name not in missing]
            yield render_to_string("account/copy/row.html", {"facts": told, "files": here})
    if is_empty:
        yield render_to_string("account/copy/nothing.html")


def _readable(fact: Fact) -> dict[str, Any]:
    value = fact.readable
    if isinstance(value, list | tuple | dict):
        value = json.dumps(_plain(value), ensure_ascii=False) if value else ""
    kind = "flag" if isinstance(value, bool) else "time" if isinstance(value, datetime) else ""
    text = str(value) if isinstance(value, str | Promise) else ""
    return {
        "label": fact.label,
        "value": value,
        "kind": kind,
        "is_long": len(text) > 200 or "\n" in text,  # noqa: PLR2004 - about three lines
    }
