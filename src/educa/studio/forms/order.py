"""An order as scripts send it: JSON `{"<id>": <new index>, ...}`, with every index from 0 once."""

import json
import re
from http import HTTPStatus
from typing import Any, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_KEYS = 10_000
MOST_BYTES = 40 * MOST_KEYS  # a key of 19 digits, an index, quotes, and space between them
KEY = re.compile(r"[1-9][0-9]{0,29}", re.ASCII)


class BadOrder(Exception):
    """What was sent is no order; `status` is the answer's, `words` say why."""

    def __init__(self, words: "str | Promise", status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(words)
        self.words, self.status = words, status


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with every key that was written, those too that were written twice."""


def keys_in_order(body: bytes) -> list[int]:
    """The keys in the order that the body asks for. Raises BadOrder."""
    if len(body) > MOST_BYTES:
        _refuse_length()
    pairs = _parse(body)
    if not isinstance(pairs, _Pairs):
        raise BadOrder(_("Send a JSON object with an index for each id."))
    if len(pairs) > MOST_KEYS:
        _refuse_length()
    if not pairs:
        raise BadOrder(_("The order is empty."))
    keys = [_key(written) for written, _index in pairs]
    if len(set(keys)) < len(keys):
        raise BadOrder(_("An id is there twice."))
    places = {_index(index): key for key, (_written, index) in zip(keys, pairs, strict=True)}
    if sorted(places) != list(range(len(pairs))):
        raise BadOrder(_("The indexes must be 0, 1, 2 and so on, each of them once."))
    return [places[index] for index in range(len(pairs))]


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):  # the former for bytes that are no text, too
        raise BadOrder(_("This is not JSON.")) from None


def _key(written: str) -> int:
    if not KEY.fullmatch(written):
        raise BadOrder(_("A key is not an id."))
    return int(written)


def _index(value: Any) -> int:
    if type(value) is not int:  # True is an int, and 1.0 equals one
        raise BadOrder(_("An index is not a whole number."))
    return value


def _refuse_length() -> NoReturn:
    raise BadOrder(_("The order is too long."), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
