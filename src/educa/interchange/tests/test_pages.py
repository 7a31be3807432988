"""HTML of strangers: its encoding, and what can't be shown."""

import pytest

from educa.interchange.pages import prepare, read_page

pytestmark = pytest.mark.once

YOUTUBE = "https://www.youtube.com/embed/M7lc1UVf-VE"
WATCH = "https://www.youtube.com/watch?v=M7lc1UVf-VE"


def every_picture(address: str) -> bool:
    return True


def no_picture(address: str) -> bool:
    return False


def prepared(html: str) -> str:
    """What becomes of HTML when every picture of the package comes along."""
    return prepare(html, every_picture).html


@pytest.mark.parametrize(
    "data",
    [
        "Café".encode(),
        "\ufeffCafé".encode(),
        "Café".encode("utf-16"),
        "Café".encode("windows-1252"),
        '<meta charset="utf-16">Café'.encode(),
        '<meta charset="iso-8859-15">Café'.encode("iso-8859-15"),
        '<meta charset="klingon">Café'.encode("windows-1252"),
    ],
)
def test_a_page_is_read_in_whatever_encoding_it_has(data: bytes) -> None:
    assert read_page(data).html.endswith("Café")


def test_bytes_that_no_encoding_explains_still_make_a_page() -> None:
    assert read_page(b"a\x81\x8d\xffb").html.startswith("a")


def test_title_and_state_are_read_from_the_head() -> None:
    page = read_page(
        b'<title> A &amp;\n B </title><meta name="workflow_state" content="unpublished"/>'
    )

    assert page.title == "A & B"
    assert page.meta == {"workflow_state": "unpublished"}


def test_a_picture_of_another_host_becomes_a_link() -> None:
    result = prepare('<img src="//tracker.example/a.png" alt="A &quot;b&quot;">', every_picture)

    assert result.html == '<a href="//tracker.example/a.png">A &quot;b&quot;</a>'
    assert result.notes == ["pictures of other hosts became links"]


def test_a_picture_inside_a_link_becomes_the_words_of_the_link() -> None:
    html = '<a href="https://example.com"><img src="https://example.com/a.png" alt="Go"></a>'

    assert prepared(html) == '<a href="https://example.com">Go</a>'


def test_a_picture_that_does_not_come_along_becomes_its_description() -> None:
    assert prepare('<p><img src="gone.png" alt="A cat"></p>', no_picture).html == "<p>A cat</p>"


@pytest.mark.parametrize(
    "html", [f'<iframe src="{YOUTUBE}"></iframe>', f'<object data="{YOUTUBE}"></object>']
)
def test_a_framed_video_becomes_a_link_to_it(html: str) -> None:
    result = prepare(f"<p>Watch {html}</p>", every_picture)

    assert result.html == f'<p>Watch <a href="{WATCH}">www.youtube.com</a></p>'
    assert result.only == ""


def test_a_page_that_is_nothing_but_a_video_is_that_video() -> None:
    assert prepare(f'<div><iframe src="{YOUTUBE}"></iframe></div>', every_picture).only == WATCH
    assert prepare('<video controls><source src="a.mp4"></video>', every_picture).only == "a.mp4"


def test_a_frame_that_is_no_video_becomes_a_link_too() -> None:
    result = prepare('<iframe src="https://example.com/tool" title="Tool"></iframe>', every_picture)

    assert (result.html, result.only) == ('<a href="https://example.com/tool">Tool</a>', "")


def test_a_formula_that_is_a_picture_becomes_a_formula() -> None:
    html = '<img class="equation_image" src="/equation_images/x" data-equation-content="x^2">'

    assert "<msup><mi>x</mi><mn>2</mn></msup>" in prepared(html)


def test_headings_go_one_level_down_below_the_title_of_the_page() -> None:
    assert prepared("<h1>A</h1><h2>B</h2><h6>C</h6>") == "<h2>A</h2><h3>B</h3><h6>C</h6>"
    assert prepared("<h2>B</h2>") == "<h2>B</h2>"


def test_a_quarter_of_a_million_tags_take_no_ages() -> None:
    assert prepared("<img src='" * 100_000) is not None
    assert prepared("<iframe>" * 100_000) is not None
    assert prepared("<a><div>" * 2_000) is not None


def test_a_page_keeps_the_direction_of_its_script() -> None:
    assert prepared('<html lang="ar" dir="rtl"><body><p>x</p>') == '<div dir="rtl"><p>x</p></div>'
