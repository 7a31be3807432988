"""An afternoon of an instructor: a course from nothing to its students, with mishaps, all of it on the pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from educa.courses.tests.factories import PDF, picture
from tests.journeys.conftest import Arrive, Visitor
from tests.journeys.test_outline_editor import choose, drag, grip, row, saved
from tests.journeys.test_writing import area, dialog, paste, png, reopen, save, state, write

pytestmark = pytest.mark.once


def create_course(visitor: Visitor, title: str) -> None:
    """From the list of courses to the empty outline of a new one."""
    visitor.visit("/course/mine/")
    visitor.follow("Create a course")
    visitor.page.get_by_label("Title").fill(title)
    visitor.page.get_by_label("Subject").select_option("Physics")
    visitor.page.get_by_label("Overview").fill("What *moves*, and what does not.")
    visitor.press("Create the draft")


def add_modules(page: Page, *titles: str) -> None:
    title = page.get_by_role("textbox", name="Title of the new module")
    for name in titles:
        title.fill(name)
        title.press("Enter")
        expect(page.get_by_role("heading", name=name)).to_be_visible()


def begin(visitor: Visitor, module: str, kind: str, title: str) -> Page:
    """Open the page of a new content of this kind, and give it a title."""
    page = visitor.page
    with page.expect_navigation():
        row(page, module).get_by_role("link", name=kind, exact=False).last.click()
    page.get_by_label("Title").fill(title)
    return page


def test_course_is_built_arranged_mended_and_published(arrive: Arrive, tmp_path: Path) -> None:
    visitor = arrive("instructor")
    create_course(visitor, "Waves on strings")
    add_modules(visitor.page, "Beginnings", "Middles", "Ends")
    outline = visitor.path.partition("#")[0]

    add_contents(visitor, outline, tmp_path)
    arrange(visitor)
    write_with_a_mishap(visitor)
    visitor.visit(outline)
    delete_and_take_back(visitor.page)
    publish(visitor, outline)
    student = arrive("student")
    student.visit("/?q=Waves+on+strings")
    expect(cards(student.page)).to_have_count(1)

    visitor.visit(outline.replace("outline", "delete"))
    visitor.press("Delete the course")
    student.visit("/?q=Waves+on+strings")
    expect(cards(student.page)).to_have_count(0)


def cards(page: Page) -> Locator:
    """The course in the catalogue."""
    return page.get_by_role("main").get_by_role("link", name="Waves on strings")


def add_contents(visitor: Visitor, outline: str, folder: Path) -> None:
    """One of each kind: three by their forms, a file by dropping it in."""
    page = visitor.page
    begin(visitor, "Beginnings", "Text", "Words")
    visitor.press("Save and close")
    visitor.visit(outline)
    begin(visitor, "Beginnings", "Image", "A string")
    (folder / "string.png").write_bytes(picture("PNG", 700, 500))
    page.locator("input[type=file]").set_input_files(folder / "string.png")
    page.get_by_label("Alternative text").fill("A string that swings")
    visitor.press("Save and close")
    visitor.visit(outline)
    begin(visitor, "Beginnings", "Video", "Slow")
    page.get_by_label("Link").fill("https://youtu.be/M7lc1UVf-VE")
    visitor.press("Save and close")
    visitor.visit(outline)
    (folder / "Sheet.pdf").write_bytes(PDF)
    with page.expect_file_chooser() as chooser:
        row(page, "Middles").get_by_role("button", name="Upload files").click()
    chooser.value.set_files(folder / "Sheet.pdf")
    expect(row(page, "Sheet")).to_be_visible()
    visitor.look()


def arrange(visitor: Visitor) -> None:
    """A content by the mouse, a module by the keys."""
    page = visitor.page
    drag(page, "Slow", grip(page, "Words"), below=-10)
    grip(page, "Ends").focus()
    for key in ("Enter", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    found = saved(visitor)
    assert list(found) == ["Beginnings", "Ends", "Middles"]
    assert found["Beginnings"] == ["Slow", "Words", "A string"]


def write_with_a_mishap(visitor: Visitor) -> None:
    """A picture and words, a page that dies, and the draft that it leaves."""
    page = visitor.page
    page.get_by_role("link", name="Words").click()
    paste(page, files=[png()])
    dialog(page).get_by_label("Alternative text").fill("Two waves")
    dialog(page).get_by_role("button", name="Insert the picture").click()
    expect(area(page)).to_have_value(re.compile(r"!\[Two waves\]\(/media/attachment/"))
    write(page, "\n\nA word that nobody has saved.")
    expect(state(page)).to_contain_text("Draft saved")
    reopen(visitor)
    visitor.follow("Continue with it")
    expect(area(visitor.page)).to_have_value(re.compile("nobody has saved"))
    save(visitor)


def delete_and_take_back(page: Page) -> None:
    choose(page, "A string", "Delete")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "A string")).to_be_visible()


def publish(visitor: Visitor, outline: str) -> None:
    """In spite of advice, and then as students see it."""
    visitor.follow("Publish")
    visitor.press("Publish anyway")
    expect(visitor.page.locator(".messages")).to_contain_text("Published")
    visitor.visit(outline)
    visitor.follow("Preview as a student")
    expect(visitor.page.get_by_text("This is what students see")).to_be_visible()
