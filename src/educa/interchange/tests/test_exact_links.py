"""Addresses of a course in its texts, as words in a package and as addresses again."""

import time

import pytest

from educa.courses.models import Course
from educa.interchange.exact.links import Outward, with_addresses, word

pytestmark = pytest.mark.once

COURSE = Course(pk=5, slug="waves")
FILE = "file/0123456789abcdef0123456789abcdef.8x6.png"


@pytest.fixture
def links(settings: "pytest.FixtureRequest") -> Outward:
    settings.ALLOWED_HOSTS = ["learn.example.org"]  # type: ignore[attr-defined] # pytest-django's
    return Outward(COURSE, {4: "m4"}, {12: "c12"}, {FILE: word("file", "c12", "file")})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/students/course/5/", "$EDUCA/course$"),
        ("[x](/students/course/5/4/)", "[x]($EDUCA/module/m4$)"),
        ("[x](/students/course/5/4/?content=12#c-a)", "[x]($EDUCA/content/c12$#c-a)"),
        ("/students/course/5/?content=12", "$EDUCA/content/c12$"),
        ("[x](/students/course/5/content/12/#c-a)", "[x]($EDUCA/content/c12$#c-a)"),
        ("<a href='/course/waves/'>", "<a href='$EDUCA/page$'>"),
        (f"![](/media/{FILE})", "![]($EDUCA/file/c12/file$)"),
        (f"See /media/{FILE}.", "See $EDUCA/file/c12/file$."),
        (f"/media/{FILE}?download", "$EDUCA/file/c12/file$?download"),
        (f"https://learn.example.org/media/{FILE}", "$EDUCA/file/c12/file$"),
        ("http://learn.example.org/students/course/5/", "$EDUCA/course$"),
        ("$EDUCA/course$", "$EDUCA/itself$course$"),
        ("$EDUCA/itself$", "$EDUCA/itself$itself$"),
    ],
)
def test_an_address_of_the_course_becomes_a_word(links: Outward, text: str, told: str) -> None:
    assert links.told(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "/students/course/55/",
        "/students/course/6/4/?content=12",
        "/students/course/5/4/?content=13",
        "/students/course/5/content/13/",
        "/students/course/6/content/12/",
        "/students/course/5/9/",
        "/course/waves-2/",
        "/course/waves/edit/",
        "https://other.example/course/waves/",
        "https://other.example/students/course/5/",
        f"https://other.example/media/{FILE}",
        "/media/file/ffffffffffffffffffffffffffffffff.png",
        "x/students/course/5/",
        "/accounts/profile/",
        "/media/../../etc/passwd",
        "$E=mc^2$",
    ],
)
def test_anything_else_stays_as_it_is(links: Outward, text: str) -> None:
    assert links.told(text) == text


@pytest.mark.parametrize(
    "text", ["$EDUCA/", "$EDUCA/itself$", "$EDUCA/content/c12$", "$EDUCA/$EDUCA/x$", "a $ b"]
)
def test_a_text_with_words_of_its_own_has_them_back(links: Outward, text: str) -> None:
    assert with_addresses(links.told(text), lambda *_which: "no") == text


def test_a_word_that_means_nothing_leads_nowhere() -> None:
    assert with_addresses("[x]($EDUCA/content/c9$#a)", lambda *_which: None) == "[x](##a)"


@pytest.mark.parametrize("part", ["/media/", "$EDUCA/", "/students/course/5/", "https://a/", "("])
def test_a_text_made_to_take_long_does_not(links: Outward, part: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        with_addresses(links.told(text), lambda *_which: "x")
        return time.process_time() - start

    assert seconds(part * 100_000) < 5
