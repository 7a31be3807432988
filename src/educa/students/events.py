"""What a player tells of somebody who reads, as it comes in: JSON from a script, or a form."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from educa.students.intervals import MOST_PARTS

MOST_BYTES = 16 * 1024
LONGEST = 7 * 24 * 3600  # seconds that a video may have
MOST_PARAGRAPHS = 1_000_000
OLDEST = 365 * 24 * 3600  # seconds since something happened; what is older counts as that old


class BadEvent(Exception):
    """What was sent is no event; `status` is the answer's, `words` say why."""

    def __init__(self, words: "str | Promise", status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(words)
        self.words, self.status = words, status


@dataclass(frozen=True)
class Event:
    """What happened with one content; whatever was not told is None or false.

    Times are in seconds: `age` since it happened, `second` and `watched` within a video. `read` is that the
    end was reached, or a file opened; `done` what the student said by hand.
    """

    age: float = 0
    opened: bool = False
    paragraph: int | None = None
    second: int | None = None
    duration: int | None = None
    watched: list[tuple[float, float]] = field(default_factory=list)
    read: bool = False
    done: bool | None = None


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with every key that was written, those too that were written twice."""


def event_in_json(body: bytes) -> Event:
    """The event that a script has sent. Raises BadEvent."""
    if len(body) > MOST_BYTES:
        raise BadEvent(_("The event is too long."), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        pairs = json.loads(body.decode(), object_pairs_hook=_Pairs, parse_constant=_refuse_number)
    except (ValueError, RecursionError):  # the former for bytes that are no text, too
        raise BadEvent(_("This is not JSON.")) from None
    if not isinstance(pairs, _Pairs) or len(dict(pairs)) < len(pairs):
        raise BadEvent(_("Send a JSON object that names each thing once."))
    readers: dict[str, Callable[[Any], Any]] = {
        "age": lambda value: min(_number(value, math.inf), OLDEST),
        "opened": _bool,
        "paragraph": lambda value: _whole(value, MOST_PARAGRAPHS),
        "second": lambda value: int(_number(value, LONGEST)),
        "duration": lambda value: math.ceil(_number(value, LONGEST)),
        "watched": _parts,
        "read": _bool,
        "done": _bool,
    }
    unknown = dict(pairs).keys() - readers.keys()
    if unknown:
        raise BadEvent(_("The event has a key that has no meaning."))
    return Event(**{name: readers[name](value) for name, value in pairs})


def event_in_form(data: Mapping[str, Any]) -> Event:
    """The event of a page without scripts: only whether the content is done. Raises BadEvent."""
    if data.get("done") not in {"true", "false"}:
        raise BadEvent(_("Say whether the content is done."))
    return Event(done=data["done"] == "true")


def _parts(value: Any) -> list[tuple[float, float]]:
    if not isinstance(value, list) or isinstance(value, _Pairs) or len(value) > MOST_PARTS:
        raise BadEvent(_("The watched parts are no list, or too many."))
    return [_part(each) for each in value]


def _part(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or isinstance(value, _Pairs) or len(value) != 2:  # noqa: PLR2004
        raise BadEvent(_("A watched part is a pair of seconds."))
    start, stop = (_number(each, LONGEST) for each in value)
    if start >= stop:
        raise BadEvent(_("A watched part ends after it begins."))
    return start, stop


def _number(value: Any, most: float) -> float:
    # True is an int, and 10**400 no float.
    is_number = type(value) in {int, float} and value >= 0 and not math.isinf(_float(value))
    if not is_number or value > most:
        raise BadEvent(_("A number is not one, or out of range."))
    return float(value)


def _whole(value: Any, most: int) -> int:
    number = _number(value, most)
    if not number.is_integer():
        raise BadEvent(_("A number is not one, or out of range."))
    return int(number)


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadEvent(_("A value is neither true nor false."))
    return value


def _refuse_number(_name: str) -> NoReturn:
    raise ValueError("not a number")
