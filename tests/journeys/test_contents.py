"""What contents can do in a browser: pictures, code, headings, documents, films."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Arrive, Visitor
from tests.journeys.people import new_name, register
from tests.journeys.test_reading import open_course
from tests.missing import miss

pytestmark = pytest.mark.once
REACHED = """() => {
  window.reached = [];
  document.addEventListener("keydown", (event) => window.reached.push(event.key));
}"""


PLAYED = """film => new Promise(go => {
  film.muted = true;
  film.addEventListener("timeupdate", () => film.currentTime > 1 && go());
  film.play();
})"""
PAUSED = """film => new Promise(go => {
  document.addEventListener("educa:watched", (event) => go(event.detail));
  film.pause();
})"""


def open_content(visitor: Visitor, slug: str, title: str) -> Page:
    """Go to the content of this title as a student."""
    open_course(visitor, slug)
    link = visitor.page.locator("#outline a", has_text=title).first
    visitor.visit(link.get_attribute("href") or "")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(title)
    return visitor.page


@pytest.fixture
def student(arrive: Arrive) -> Iterator[Visitor]:
    """A student at a desk."""
    return arrive("student", width=1440)


def test_picture_opens_over_the_window_and_gives_the_focus_back(
    arrive: Arrive, device: Any
) -> None:
    visitor = arrive("student", **device)
    page = open_content(visitor, "data-honestly", "One table, two axes")
    link = page.locator("picture-viewer a")
    link.focus()

    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=link.locator("img").get_attribute("alt"))
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("img")).to_be_visible()
    visitor.look()
    page.keyboard.press("Escape")

    expect(page.locator("dialog.picture-dialog")).to_have_count(0)
    expect(link).to_be_focused()


def test_picture_is_seen_in_its_own_size(arrive: Arrive) -> None:
    visitor = arrive("student", width=390)
    page = open_content(visitor, "data-honestly", "One table, two axes")
    page.locator("picture-viewer a").click()
    dialog = page.get_by_role("dialog")

    dialog.get_by_role("button", name="Actual size").click()
    visitor.look()

    stage = dialog.locator(".picture-stage")
    expect(stage).to_be_focused()
    assert stage.evaluate("e => e.scrollWidth > e.clientWidth")
    dialog.get_by_role("button", name="Fit to the window").click()
    assert stage.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_code_is_copied(student: Visitor) -> None:
    page = open_content(student, "waves-and-sound", "Make the sound")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = page.locator(".code-block").first

    code.get_by_role("button", name="Copy").click()

    expect(code.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator("body > [role=status]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == code.locator("pre").inner_text().removesuffix("\n")


def test_code_is_copied_without_the_clipboard_of_browsers_too(student: Visitor) -> None:
    student.page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
    )
    page = open_content(student, "waves-and-sound", "Make the sound")
    code = page.locator(".code-block").first

    code.get_by_role("button", name="Copy").click()

    expect(code.get_by_role("button", name="Copied")).to_be_visible()


def test_address_of_a_heading_is_copied(student: Visitor) -> None:
    page = open_content(student, "teach-with-educa", "Markdown, from plain to rich")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    heading = page.locator(".prose h2").first
    name = heading.get_attribute("id")

    link = heading.get_by_role("link", name="Copy the link to this heading")
    link.focus()
    page.keyboard.press("Enter")

    expect(page.locator("body > [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url.endswith(f"#{name}")


@pytest.mark.whole_browser
def test_document_opens_in_the_page(student: Visitor) -> None:
    page = open_content(student, "teach-with-educa", "Plan a course on one page")
    button = page.get_by_role("button", name="Show here")
    if not page.evaluate("navigator.pdfViewerEnabled"):
        miss("this browser shows no documents")

    with page.expect_response(lambda response: "/media/file/" in response.url) as answered:
        button.click()

    assert answered.value.status == 200
    assert answered.value.headers["content-type"] == "application/pdf"
    expect(page.locator("pdf-frame iframe")).to_be_visible()
    page.get_by_role("button", name="Hide").click()
    expect(page.locator("pdf-frame iframe")).to_have_count(0)
    # The browser's viewer is a page of its own, with files of its own.
    assert [each for each in student.troubles if "chrome" not in each] == []


@pytest.mark.whole_browser
def test_document_that_is_shown_in_the_page_is_done(arrive: Arrive) -> None:
    student = arrive()
    student.visit("/students/register/")
    register(student, new_name())
    page = open_content(student, "teach-with-educa", "Plan a course on one page")
    if not page.evaluate("navigator.pdfViewerEnabled"):
        miss("this browser shows no documents")

    page.get_by_role("button", name="Show here").click()

    expect(page.locator("#outline [aria-current]")).to_have_class(re.compile("is-done"))


def test_film_is_driven_by_keys_that_the_page_does_not_hear(student: Visitor) -> None:
    page = open_content(student, "waves-and-sound", "Two tones")
    page.evaluate(REACHED)
    film = page.locator("media-player video")
    film.evaluate(
        "film => new Promise(go => film.readyState ? go() : (film.onloadedmetadata = go))"
    )
    film.focus()

    page.keyboard.press("l")
    assert film.evaluate("film => film.currentTime") == 10
    page.keyboard.press("j")
    assert film.evaluate("film => film.currentTime") == 0
    page.keyboard.press(">")
    assert film.evaluate("film => film.playbackRate") == 1.25
    page.keyboard.press("c")
    assert film.evaluate("film => [...film.textTracks].every(track => track.mode !== 'showing')")
    page.keyboard.press("m")
    assert film.evaluate("film => film.muted")
    page.keyboard.press("?")

    assert page.evaluate("window.reached") == ["?"]


def test_film_tells_which_part_was_played(student: Visitor) -> None:
    page = open_content(student, "waves-and-sound", "Two tones")
    film = page.locator("media-player video")
    film.evaluate(PLAYED)

    part = film.evaluate(PAUSED)

    assert part["from"] < 0.5 < part["to"]
    assert part["second"] >= part["to"]
    assert round(part["duration"]) == 12


def test_film_goes_on_where_it_was_left(student: Visitor) -> None:
    page = open_content(student, "waves-and-sound", "Two tones")
    page.evaluate("""() => {
      const player = document.querySelector("media-player");
      const box = document.createElement("div");
      Object.assign(box.dataset, { content: "1", start: "5" });
      const copy = player.cloneNode(true);
      box.append(copy);
      player.replaceWith(box);
    }""")

    film = page.locator("media-player video")
    expect(film).to_have_js_property("currentTime", 5)
    page.get_by_role("button", name="From the beginning").click()
    assert film.evaluate("film => film.currentTime") < 4


def test_film_of_another_host_is_not_asked_for_before_it_is_played(student: Visitor) -> None:
    page = open_content(student, "data-honestly", "Two hundred countries")
    page.route("https://**", lambda route: route.abort())
    assert student.troubles == []

    with page.expect_request("https://www.youtube-nocookie.com/**"):
        page.locator("video-facade a").click()

    frame = page.locator("video-facade iframe")
    assert "allow-scripts" in (frame.get_attribute("sandbox") or "")
    assert "allow-top-navigation" not in (frame.get_attribute("sandbox") or "")
    assert frame.get_attribute("referrerpolicy") == "strict-origin-when-cross-origin"


def test_without_scripts_contents_are_links_and_the_browsers_own(arrive: Arrive) -> None:
    visitor = arrive("student", scripts=False)
    page = open_content(visitor, "waves-and-sound", "Two tones")
    expect(page.locator("video[controls]")).to_be_visible()
    expect(page.locator(".media-tools")).to_be_hidden()

    page = open_content(visitor, "teach-with-educa", "Plan a course on one page")
    expect(page.get_by_role("link", name="Open")).to_be_visible()
    expect(page.get_by_role("button", name="Show here")).to_be_hidden()
