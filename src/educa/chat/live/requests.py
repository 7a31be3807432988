"""What a program may ask for over a socket."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from educa.chat.actions import Draft
from educa.chat.refusals import MALFORMED, Refused

LEAST = 16 * 1024  # bytes of a frame that are taken whatever the site is set to
BESIDES = 1024  # bytes of all in a frame but the text
WIDEST = 4  # bytes of a character
MOST_NUMBER = 2**63 - 1
MOST_PLACE = 2**31 - 1


@dataclass(frozen=True)
class Say:
    """Say something."""

    draft: Draft


@dataclass(frozen=True)
class Read:
    """Remember how far one has read."""

    sequence: int


@dataclass(frozen=True)
class Typing:
    """Tell the others that one is writing."""


@dataclass(frozen=True)
class Ping:
    """Answer, to show that the connection lives."""


Request = Say | Read | Typing | Ping


class Malformed(Refused):
    """A frame that can't be understood; `client_id` where there is one."""

    def __init__(self, client_id: str | None = None) -> None:
        super().__init__(MALFORMED)
        self.client_id = client_id


def request_in(text: str | None) -> Request:
    """What a frame asks for. Raises Malformed for anything else; keys that are not known mean nothing."""
    frame = _object_in(text)
    kind = frame.get("type", "message")
    if kind == "message":
        return Say(_draft(frame))
    if kind == "read":
        return Read(_whole(_number(frame, "sequence", MOST_NUMBER)))
    if kind == "typing":
        return Typing()
    if kind == "ping":
        return Ping()
    raise Malformed


def most_bytes() -> int:
    """How long a frame may be: the longest message goes into it, whatever is written in it."""
    return max(LEAST, WIDEST * int(settings.EDUCA_CHAT_LENGTH) + BESIDES)


def _object_in(text: str | None) -> dict[str, Any]:
    most = most_bytes()
    if text is None or len(text) > most or len(text.encode()) > most:
        raise Malformed
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Malformed from fault
    if not isinstance(frame, dict):
        raise Malformed
    return frame


def _draft(frame: dict[str, Any]) -> Draft:
    client_id = _uuid(frame.get("client_id"))
    try:
        return Draft(
            client_id=client_id,
            body=_text(frame.get("message")),
            reply_to=_number(frame, "reply_to", MOST_NUMBER),
            content=_number(frame, "content", MOST_NUMBER),
            paragraph=_number(frame, "paragraph", MOST_PLACE),
            second=_number(frame, "second", MOST_PLACE),
        )
    except Malformed as fault:
        fault.client_id = str(client_id)
        raise


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed
    return value


def _uuid(value: Any) -> uuid.UUID:
    if not isinstance(value, str):
        raise Malformed
    try:
        return uuid.UUID(value)
    except ValueError as fault:
        raise Malformed from fault


def _whole(number: int | None) -> int:
    if number is None:
        raise Malformed
    return number


def _number(frame: dict[str, Any], key: str, most: int) -> int | None:
    value = frame.get(key)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise Malformed
    return value
