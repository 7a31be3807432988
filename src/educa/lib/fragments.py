"""Parts of pages that are rendered once in a process, with blanks for what differs from one request to the next.

A template that says the same to everybody costs as much each time as one that doesn't. So a part is rendered
once for each language and each *choice* (whether somebody is signed in, say), and what is left to do is to set
the *values* of the request into its blanks, escaped.

Nothing personal can get into what is kept: while the part is rendered there is no request, no person and no
context of the page, only the choices, and blanks in the places of the values. Choices are few, and words of ours.
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from html import escape
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_KEPT = 1000  # parts of a process
OPENING, CLOSING = "\ue010", "\ue011"  # of no one's words: from Unicode's private area
INDENTED = re.compile(r"\s*\n\s*")
BLANK = re.compile(f"{OPENING}(.*?){CLOSING}")

_kept: dict[Hashable, tuple[str, tuple[str, ...]]] = {}


def fragment(
    template: str, choices: Mapping[str, Hashable], values: Mapping[str, Any]
) -> SafeString:
    """The part in the reader's language, with these values set into it.

    In the template a choice is what it is, and a value can only be written out: it can't be asked about, and a
    filter would change the blank (which raises ValueError). A value is written as it is, a number without separators.
    What is sent is without the indentation of the template, so no part may have lines of a `pre` of its own.
    """
    return SafeString(_filled(template, get_language(), choices, values))


def fragments(
    template: str,
    rows: Iterable[tuple[Mapping[str, Hashable], Mapping[str, Any]]],
    between: str = "\n",
) -> SafeString:
    """A fragment for each row of choices and values, one after the other, with HTML of ours between them."""
    language = get_language()
    return SafeString(between.join([_filled(template, language, *row) for row in rows]))


def _filled(
    template: str,
    language: str | None,
    choices: Mapping[str, Hashable],
    values: Mapping[str, Any],
) -> str:
    key = (template, language, *choices.items(), *values)
    found = _kept.get(key)
    if found is None:
        found = _made(template, choices, values)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        if not settings.DEBUG:  # in which templates change
            _kept[key] = found
    pattern, names = found
    # The pattern is a template's own output, and each value is escaped on its way in.
    return pattern % {name: escaped(values[name]) for name in names}


def escaped(value: Any) -> str:
    """As `conditional_escape` has it, at a fifth of the cost for the types that there are most of."""
    found = type(value)
    if found is SafeString:
        return str(value)
    if found is str:
        return escape(value)
    if found is int:
        return str(value)
    text = value if hasattr(value, "__html__") else str(value)
    return text.__html__() if hasattr(text, "__html__") else escape(text)


class Form:
    """HTML for many, in which what is one person's own is left blank, to be filled in by plain string work.

    `html` has what `blank` gives in the places of these. Words of people in it came through `without_blanks`.
    """

    def __init__(self, html: str) -> None:
        self._pieces = BLANK.split(html)  # by turns what stands between blanks, and the name of one
        self._places: dict[str, list[int]] = {}
        for at in range(1, len(self._pieces), 2):
            self._places.setdefault(self._pieces[at], []).append(at)
            self._pieces[at] = ""

    def filled(self, values: Mapping[str, Any]) -> SafeString:
        """The HTML with these values, escaped; where there is none, nothing is written."""
        pieces = self._pieces.copy()
        for name, value in values.items():
            text = escaped(value)
            for at in self._places.get(name, ()):
                pieces[at] = text
        return SafeString("".join(pieces))  # what is not escaped here was HTML before


def blank(name: str) -> SafeString:
    """What stands in a `Form` for the value of that name, which is a word of ours."""
    return SafeString(f"{OPENING}{name}{CLOSING}")  # nothing in it means anything in HTML


def without_blanks(text: str) -> str:
    """The text, which can't be taken for one with blanks."""
    return text.replace(OPENING, "").replace(CLOSING, "")


def forget() -> None:
    """Forget all parts, where something has changed that they are made of: the settings, in a test."""
    _kept.clear()


def _made(
    template: str, choices: Mapping[str, Hashable], values: Mapping[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """The part with `%(name)s` in the places of the values, and their names."""
    blanks = {name: f"{OPENING}{name}{CLOSING}" for name in values}
    found = Engine.get_default().get_template(template)
    rendered = INDENTED.sub("\n", found.render(Context({**choices, **blanks})).strip())
    whole = BLANK.sub("", rendered)
    names = BLANK.findall(rendered)
    if OPENING in whole or CLOSING in whole or not set(names) <= set(blanks):
        raise ValueError(f"{template}: a value is not written out as it is")
    return _pattern(rendered), tuple(dict.fromkeys(names))


def _pattern(html: str) -> str:
    """The HTML with `%(name)s` in the places of the blanks."""
    return BLANK.sub(r"%(\1)s", html.replace("%", "%%"))
