"""Addresses in texts: which ones there are, and how those of a course become those of its copy."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

from educa.courses.models import Course

# What may stand before an address that begins with a slash: the beginning of an address, or a host.
BEFORE = r"""(?P<before>^|[\s"'(<=>\[]|https?://[^\s/"'()<>]{1,300})"""
NUMBER = r"[1-9][0-9]{0,18}"
FILE = r"""[a-z0-9_]+/[^\s"'()<>\[\]?#&\\]{1,300}"""

# An address in Markdown, with the description where it is one of a picture; or a whole tag of HTML.
WRITTEN = re.compile(
    r"(?:!\[(?P<alt>[^\[\]]{0,1000}))?\]\(\s{0,9}<?(?P<inline>[^\s<>()]{1,2000})"
    # Not of a footnote, and not the beginning of a sentence.
    r"|^ {0,3}\[(?!\^)[^\[\]\n]{1,200}\]:[ \t]{0,9}<?(?P<defined>[^\s<>]{1,2000})>?(?=[ \t]*$|[ \t]+[\"'(])"
    r"|<(?P<tag>img|a)\s(?P<attributes>(?:[^<>\"']+|\"[^\"]{0,4000}\"|'[^']{0,4000}')*)",
    re.MULTILINE | re.IGNORECASE,
)
ATTRIBUTE = re.compile(
    r"""(?<![\w-])(src|href|alt)\s{0,9}=\s{0,9}(?:"([^"]*)|'([^']*)|([^\s"'>]+))""", re.IGNORECASE
)
CODE = re.compile(r"`[^`\n]{1,500}`")
FENCES = ("```", "~~~")


def is_this_site(host: str) -> bool:
    """Whether `host`, perhaps with a port, is one of the names of this site."""
    named = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    return validate_host(split_domain_port(host)[0], named)


def place_in(player: str) -> str:
    """A pattern for the address of a course's player, of a module in it, and of a content.

    `module` and `content` are their keys; `old` is that of a content as it was written once, with or
    without its module.
    """
    return (
        rf"{re.escape(player)}(?:content/(?P<content>{NUMBER})/"
        rf"|(?:(?P<module>{NUMBER})/)?(?:\?content=(?P<old>{NUMBER}))?)"
    )


class Readdressed:
    """Says of a text of a course what it says in a copy: its own addresses become those of the copy.

    Addresses of what was not copied stay as they are. `modules`, `contents` and `files` give the keys
    and names of copies by those of the originals.
    """

    def __init__(
        self,
        course: Course,
        copy: Course,
        modules: Mapping[int, int],
        contents: Mapping[int, int],
        files: Mapping[str, str],
    ) -> None:
        self.modules, self.contents, self.files = modules, contents, files
        self.player = reverse("student_course_detail", args=[course.pk])
        self.player_of_copy = reverse("student_course_detail", args=[copy.pk])
        self.page, self.page_of_copy = course.get_absolute_url(), copy.get_absolute_url()
        self.media = reverse("media", args=["x"]).removesuffix("x")
        self._files = re.compile(rf"{re.escape(self.media)}(?P<name>{FILE})")
        self._places = re.compile(
            rf"{BEFORE}(?:(?P<page>{re.escape(self.page)})(?![\w/-])|{place_in(self.player)})",
            re.MULTILINE,
        )

    def __call__(self, text: str) -> str:
        """The text of the copy."""
        if self.media in text:
            text = self._files.sub(self._file, text)
        if self.player in text or self.page in text:
            text = self._places.sub(self._place, text)
        return text

    def _file(self, match: re.Match[str]) -> str:
        # Names are random, so no other site has a file of the same name.
        return self.media + self.files.get(match["name"], match["name"])

    def _place(self, match: re.Match[str]) -> str:
        host = match["before"].partition("://")[2]
        if host and not is_this_site(host):
            return match[0]
        if match["page"]:
            return match["before"] + self.page_of_copy
        module, content = match["module"], match["content"] or match["old"]
        if (module and int(module) not in self.modules) or (
            content and int(content) not in self.contents
        ):
            return match[0]
        place = f"{self.modules[int(module)]}/" if module else ""
        if content:
            place = f"content/{self.contents[int(content)]}/"
        return f"{match['before']}{self.player_of_copy}{place}"


@dataclass(frozen=True)
class Reference:
    """An address that stands in a text; `alt` is that of a picture, "" if it has none.

    A picture `is_decoration` when its author says so, which is an `alt` of HTML that is there and empty.
    In Markdown, nothing between the brackets may as well have been forgotten.
    """

    address: str
    is_picture: bool = False
    alt: str = ""
    is_decoration: bool = False


def references_in(text: str) -> Iterator[Reference]:
    """The addresses in a text in Markdown or HTML, as far as they can be told without rendering it.

    It takes time in proportion to the length of the text, whatever is in it.
    """
    for match in WRITTEN.finditer(_without_code(text)):
        if match["tag"]:
            yield from _in_tag(match["tag"].lower(), match["attributes"])
        elif match["inline"]:
            alt = (match["alt"] or "").strip()
            yield Reference(match["inline"], is_picture=match["alt"] is not None, alt=alt)
        else:
            yield Reference(match["defined"])


def _in_tag(tag: str, attributes: str) -> Iterator[Reference]:
    values = {name.lower(): "".join(value) for name, *value in ATTRIBUTE.findall(attributes)}
    if tag == "img":
        alt = values.get("alt", "").strip()
        decorates = "alt" in values and not alt
        yield Reference(values.get("src", ""), is_picture=True, alt=alt, is_decoration=decorates)
    elif values.get("href"):
        yield Reference(values["href"])


def _without_code(text: str) -> str:
    """The text without code, in which addresses are only shown."""
    if any(fence in text for fence in FENCES):
        text = "\n".join(_outside_fences(text))
    return CODE.sub("", text) if "`" in text else text


def _outside_fences(text: str) -> Iterator[str]:
    fence = ""
    for line in text.split("\n"):
        bare = line.strip()
        if fence:
            fence = "" if bare.startswith(fence) else fence
        elif bare.startswith(FENCES):
            fence = bare[:3]
        else:
            yield line
