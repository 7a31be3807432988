"""The names and limits of `educa.json`; docs/reference/course-package.md describes it."""

import json
import math
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from educa.interchange.archive import Archive, shown
from educa.interchange.refusal import ImportRefused

INDEX = "educa.json"
FORMAT = "educa-course"
VERSION = 1
PARTS = "educa"  # the folder of the files that list the contents
PART_SIZE = 2**20  # bytes of contents after which another file is begun
MOST_BYTES = 16 * 2**20  # of one file, when it is read
MOST_BRACKETS = 200_000  # in one file: each is an object in memory


def read(archive: Archive, name: str) -> Any:
    """What a JSON file of the package says. Raises ImportRefused for one that can't be read.

    It holds no number that a database would not take, and no letter that can't be stored.
    """
    data = archive.read(name, MOST_BYTES)
    if data.count(b"{") + data.count(b"[") > MOST_BRACKETS:
        raise _unreadable(name)
    try:
        value = json.loads(data.decode(), parse_constant=_refuse, parse_float=_finite)
        for text in _texts(value):
            text.encode()
            if "\0" in text:  # which no database takes
                _refuse(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(name) from error
    return value


def is_exact(archive: Archive) -> bool:
    """Whether the package says of itself that it is Educa's own, of a version that can be read."""
    if INDEX not in archive:
        return False
    about = read(archive, INDEX)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        return False
    if about.get("version") == VERSION:
        return True
    archive.warnings.append(
        _("It was made by another version of Educa, and is read as any Common Cartridge.")
    )
    return False


def _unreadable(name: str) -> ImportRefused:
    return ImportRefused(_("%(name)s can't be read.") % {"name": shown(name)})


def _refuse(word: str) -> None:
    raise ValueError(word)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(digits)
    return value


def _texts(value: Any) -> Iterator[str]:
    """Every string in it, keys too; without recursion, since anybody chooses the depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
