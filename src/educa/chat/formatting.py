"""How a message looks: its text in pieces, of which scripts and templates make elements and never HTML."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from educa.chat.texts import MENTION

BLOCK = re.compile(r"^```[^\n`]*\n(.*?)\n?```[ \t]*$\n?", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`|(https?://[^\s<>\"]+)", re.IGNORECASE)
ENDS = ".,;:!?'\"*_"  # what belongs to the sentence and not to the address in it


@dataclass(frozen=True)
class Piece:
    """A part of a text: `text`, `code`, `block` of code, `link` or `mention`."""

    kind: str
    text: str


def pieces_of(text: str, mentions: Collection[str] = ()) -> Iterator[Piece]:
    """Take a text apart; `mentions` are the user names that stand for people. The same as js/chat/text.js."""
    end = 0
    for block in BLOCK.finditer(text):
        yield from _lines(text[end : block.start()], mentions)
        yield Piece("block", block[1])
        end = block.end()
    yield from _lines(text[end:], mentions)


def _lines(text: str, mentions: Collection[str]) -> Iterator[Piece]:
    end = 0
    for found in INLINE.finditer(text):
        code, address = found[1], address_in(found[2] or "")
        if not code and not address:
            continue
        yield from _words(text[end : found.start()], mentions)
        yield Piece("code", code) if code else Piece("link", address)
        end = found.end() if code else found.start() + len(address)
    yield from _words(text[end:], mentions)


def _words(text: str, mentions: Collection[str]) -> Iterator[Piece]:
    end = 0
    for found in MENTION.finditer(text):
        name = found[1].rstrip(".-")
        if name.lower() not in mentions:
            continue
        if found.start() > end:
            yield Piece("text", text[end : found.start()])
        yield Piece("mention", f"@{name}")
        end = found.start() + 1 + len(name)
    if end < len(text):
        yield Piece("text", text[end:])


def address_in(text: str) -> str:
    """The address at the beginning, without what ends the sentence; "" where a browser could not open it."""
    address = text.rstrip(ENDS)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(ENDS)
    try:
        return address if urlsplit(address).hostname else ""
    except ValueError:
        return ""
