"""What may be said: plain text."""

import re
import unicodedata
from collections.abc import Collection

from django.conf import settings

from educa.chat.refusals import CHARACTERS, TOO_LONG, Refused

MENTION = re.compile(r"(?<![\w@.+-])@([\w.-]{1,150})", re.UNICODE)
MOST_MENTIONS = 20
UNSEEN = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})  # alone, they show nothing
KEPT = frozenset("\n\t\u200c\u200d")  # joiners hold letters and signs of some scripts together


def cleaned(text: str) -> str:
    """The text as it is kept: in Unicode's form C, with plain line ends, without blanks around it.

    Raises Refused when it is too long or holds what no page can show. May be empty, as it is
    where there is nothing to be seen.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > settings.EDUCA_CHAT_LENGTH:
        raise Refused(TOO_LONG, most=settings.EDUCA_CHAT_LENGTH, length=len(text))
    if any(_is_unshowable(character) for character in text):
        raise Refused(CHARACTERS)
    if all(unicodedata.category(character) in UNSEEN for character in text):
        return ""
    return unicodedata.normalize("NFC", text)


def mentioned_in(text: str) -> list[str]:
    """The user names after a `@`, as they are compared; each once, and only so many."""
    found = (match[1].rstrip(".-").lower() for match in MENTION.finditer(text))
    return list(dict.fromkeys(filter(None, found)))[:MOST_MENTIONS]


def _is_unshowable(character: str) -> bool:
    """Control characters, halves of surrogate pairs, and signs that turn the order of what follows."""
    if character in KEPT:
        return False
    return unicodedata.category(character) in {"Cc", "Cs"} or "\u202a" <= character <= "\u202e"


def without_mentions(text: str, names: Collection[str]) -> str:
    """The text without these user names after a `@`, for whoever is not to learn them."""
    hidden = {name.lower() for name in names}

    def shown(match: re.Match[str]) -> str:
        name = match[1].rstrip(".-")
        return f"@…{match[1][len(name) :]}" if name.lower() in hidden else match[0]

    return MENTION.sub(shown, text)
