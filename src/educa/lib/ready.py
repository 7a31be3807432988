"""Pieces of pages that differ from one time to the next by some values only: rendered once, then filled in.

A template costs some milliseconds where a page has many tags in it, most of which say the same to everybody. A
`Ready` renders such a template once for each language, with marks in the place of what differs; putting the
values there is joining strings. Nothing of anybody is in what is kept, which is the template itself.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

START, END = "\ue000", "\ue001"  # around a name in what is rendered: from Unicode's private area
MARK = re.compile(f"{START}(\\w+){END}")
INDENTED = re.compile(r"\s*\n\s*")
SOME = 9_000_000_001  # in the place of the first number of a path
MOST = 500  # templates in some languages; paths


class Ready:
    """A template of which variables are only printed, not asked: a condition or a filter would see the mark.

    `Ready("steps/next.html", "url", "title").filled(url=..., title=...)` is the HTML, with all values escaped
    as in a template. The lines of the template lose their indentation.
    """

    def __init__(self, template: str, *names: str) -> None:
        self.template = template
        self.names = names

    def filled(self, **values: Any) -> SafeString:
        """The template with these values. Raises KeyError without one that it names, and ValueError as `pieces`."""
        return self.lines([values])

    def lines(self, rows: Iterable[Mapping[str, Any]]) -> SafeString:
        """The template again and again, with the values of each row; raises as `filled`."""
        parts = pieces(self.template, self.names, get_language())
        holes = tuple(enumerate(parts))[1::2]
        made: list[str] = []
        for values in rows:
            line = list(parts)
            for place, name in holes:
                value = values[name]
                line[place] = value if isinstance(value, SafeString) else escape(str(value))
            made += line
        return SafeString("".join(made))


@lru_cache(MOST)
def pieces(template: str, names: tuple[str, ...], language: str | None) -> tuple[str, ...]:
    """The template in the language that is spoken now, cut at these names: a text, a name, a text, and so on.

    Raises ValueError when one of the names is printed nowhere, as then it is misspelled, or used in another way.
    """
    marks = {name: f"{START}{name}{END}" for name in names}
    parts = tuple(MARK.split(INDENTED.sub("\n", render_to_string(template, marks))))
    if missing := set(names) - set(parts[1::2]):
        raise ValueError(f"{template} does not print {', '.join(sorted(missing))}")
    return parts


def path_to(name: str, *numbers: int) -> str:
    """As `reverse` with these numbers as its arguments, at a tenth of the cost."""
    made = list(_path(name, len(numbers), get_script_prefix(), get_urlconf()))
    for place, number in enumerate(numbers):
        made[2 * place + 1] = str(number)
    return "".join(made)


@lru_cache(MOST)
def _path(name: str, count: int, prefix: str, urlconf: str | None) -> tuple[str, ...]:
    """The path cut at its numbers; it has them in the order in which they are given."""
    numbers = [SOME + place for place in range(count)]
    path = reverse(name, urlconf=urlconf, args=numbers)
    return tuple(re.split(f"({'|'.join(map(str, numbers))})", path) if numbers else [path])
