"""An afternoon of an instructor: a course from nothing to its students, with mishaps, all of it on the pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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
    page = visitor.page
    create_course(visitor, "Waves on strings")
    add_modules(page, "Beginnings", "Middles", "Ends")

    for kind, title in (("Text", "Words"), ("Image", "A string"), ("Video", "Slow")):
        outline = visitor.path
        begin(visitor, "Beginnings", kind, title)
        if kind == "Image":
            (tmp_path / "string.png").write_bytes(picture("PNG", 700, 500))
            page.locator("input[type=file]").set_input_files(tmp_path / "string.png")
            page.get_by_label("Alternative text").fill("A string that swings")
        if kind == "Video":
            page.get_by_label("Link").fill("https://youtu.be/M7lc1UVf-VE")
        visitor.press("Save and close")
        visitor.visit(outline.partition("#")[0])
    (tmp_path / "Sheet.pdf").write_bytes(PDF)
    with page.expect_file_chooser() as chooser:
        row(page, "Middles").get_by_role("button", name="Upload files").click()
    chooser.value.set_files(tmp_path / "Sheet.pdf")
    expect(row(page, "Sheet")).to_be_visible()
    visitor.look()

    drag(page, "Slow", grip(page, "Words"), below=-10)
    grip(page, "Ends").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    found = saved(visitor)
    assert list(found) == ["Beginnings", "Ends", "Middles"]
    assert found["Beginnings"] == ["Slow", "Words", "A string"]
    outline = visitor.path.partition("#")[0]

    page.get_by_role("link", name="Words").click()
    paste(page, files=[png()])
    dialog(page).get_by_label("Alternative text").fill("Two waves")
    dialog(page).get_by_role("button", name="Insert the picture").click()
    expect(area(page)).to_have_value(re.compile(r"!\[Two waves\]\(/media/attachment/"))
    write(page, "\n\nA word that nobody has saved.")
    expect(state(page)).to_contain_text("Draft saved")
    page = reopen(visitor)
    visitor.follow("Continue with it")
    save(visitor)

    visitor.visit(outline)
    choose(page, "A string", "Delete")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "A string")).to_be_visible()

    visitor.follow("Publish")
    visitor.press("Publish anyway")
    expect(page.locator(".messages")).to_contain_text("Published")
    visitor.visit(outline)
    visitor.follow("Preview as a student")
    expect(page.get_by_text("This is what students see")).to_be_visible()
    assert arrive("student").visit("/?q=Waves+on+strings").status == 200
