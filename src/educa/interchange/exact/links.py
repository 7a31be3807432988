"""The addresses by which a course's texts lead to each other and to its files.

In a package they must not be those of the site. In their place stand words such as `$EDUCA/content/c12$`,
which say what is meant; a text that has such words of its own has them back afterwards.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse

from educa.courses.addresses import BEFORE, FILE, is_this_site, place_in
from educa.courses.models import Course
from educa.lib.renditions import original_of

MARK = "$EDUCA/"
WORD = re.compile(r"\$EDUCA/([a-z]+)(?:/([a-z]\d{1,18}))?(?:/(\w{1,100}))?\$")
ITSELF = "$EDUCA/itself$"  # stands for the mark, where a text has it
NOWHERE = "#"
HOST = r"""https?://[^\s/"'()<>]{1,300}"""
MARKS = ".,;:!*_~`"


def word(what: str, *which: str) -> str:
    """What stands in the place of an address."""
    return f"{MARK}{'/'.join([what, *which])}$"


@dataclass
class Outward:
    """Finds the addresses of one course in its texts.

    `media` has the words for the names of stored files, `modules` and `contents` the keys of these.
    """

    course: Course
    modules: dict[int, str] = field(default_factory=dict)
    contents: dict[int, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reading = reverse("student_course_detail", args=[self.course.pk])
        media = reverse("media", args=["x"]).removesuffix("x")
        self._places = re.compile(
            rf"{BEFORE}(?:(?P<page>{re.escape(self.course.get_absolute_url())})(?![\w/-])"
            rf"|{place_in(reading)})",
            re.MULTILINE,
        )
        self._files = re.compile(rf"(?P<host>{HOST})?{re.escape(media)}(?P<name>{FILE})")

    def told(self, text: str) -> str:
        """The text with words in the place of this course's addresses; others stay as they are."""
        text = text.replace(MARK, ITSELF)
        return self._places.sub(self._place, self._files.sub(self._file, text))

    def target(self, address: str) -> tuple[str, str]:
        """The word for an address, and what follows it there; "" for an address that leads elsewhere."""
        told = self.told(address)
        match = WORD.match(told)
        return (match[0], told[match.end() :]) if match else ("", "")

    def _file(self, match: re.Match[str]) -> str:
        """Without the marks after a name, which belong to the sentence."""
        if match["host"] and not is_this_site(match["host"].partition("://")[2]):
            return match[0]
        name = match["name"]
        bare = next((n for n in (name, name.rstrip(MARKS)) if self._word_for(n)), "")
        return f"{self._word_for(bare)}{name[len(bare) :]}" if bare else match[0]

    def _word_for(self, name: str) -> str | None:
        return self.media.get(name) or self.media.get(original_of(name) or "")

    def _place(self, match: re.Match[str]) -> str:
        host = match["before"].partition("://")[2]
        found = self._word_of(match) if not host or is_this_site(host) else None
        return f"{'' if host else match['before']}{found}" if found else match[0]

    def _word_of(self, match: re.Match[str]) -> str | None:
        if match["page"]:
            return word("page")
        if content := match["content"] or match["old"]:
            key = self.contents.get(int(content))
            return word("content", key) if key else None
        if match["module"]:
            key = self.modules.get(int(match["module"]))
            return word("module", key) if key else None
        return word("course")


Find = Callable[[str, str, str], str | None]
"""Given what, which and which part of it, the address here; None for what is not here."""


def with_addresses(text: str, find: Find) -> str:
    """The text with addresses in the place of words; a word that means nothing here leads nowhere."""

    def address(match: re.Match[str]) -> str:
        what, which, part = match[1], match[2] or "", match[3] or ""
        return MARK if what == "itself" else find(what, which, part) or NOWHERE

    return WORD.sub(address, text)
