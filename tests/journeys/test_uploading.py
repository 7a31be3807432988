"""An instructor uploads: many at once, over a line that breaks, and into the form of a content."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from educa.courses.tests.factories import picture
from tests.journeys.conftest import Arrive, Site, Visitor

pytestmark = pytest.mark.once

MODULE = "/course/module/1/"
MEGABYTE = 2**20
SLOW = 4 * MEGABYTE  # bytes a second, so that a large file takes some seconds

Files = Callable[..., list[Path]]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Make files on the disk of the visitor, with names that are new to the site."""

    def make(**contents: bytes) -> list[Path]:
        paths = []
        for ending, data in contents.items():
            path = tmp_path / f"{uuid.uuid4().hex[:8]}.{ending}"
            path.write_bytes(data)
            paths.append(path)
        return paths

    return make


@pytest.fixture
def instructor(arrive: Arrive) -> Visitor:
    """At a module of theirs."""
    visitor = arrive("instructor")
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    visitor.visit(MODULE)
    return visitor


def choose(page: Page, paths: list[Path]) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload files").click()
    chooser.value.set_files(paths)


def row(page: Page, path: Path) -> Any:
    """What the list says of a file."""
    return page.locator("upload-list .upload").filter(has_text=path.name)


def slow_down(page: Page) -> None:
    limits = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": SLOW}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", limits)


def film() -> bytes:
    return b"\0\0\0\x18ftypmp42" + bytes(24 * MEGABYTE)


def arriving(site: Site) -> list[Path]:
    return [*(site.folder / "data/uploads").iterdir()]


def test_many_files_become_contents_at_once_and_others_are_refused_with_words(
    instructor: Visitor, files: Files
) -> None:
    page = instructor.page
    text, image, web_page, disguised = paths = [
        *files(txt=b"Some words", png=picture(), html=b"<html>"),
        *files(pdf=b"\0no pdf"),
    ]

    choose(page, paths)

    expect(row(page, text)).to_contain_text("Added")
    expect(row(page, image).get_by_role("link")).to_contain_text("Describe the picture")
    expect(row(page, web_page)).to_contain_text("Files of the kind “.html” can't be uploaded")
    expect(row(page, disguised)).to_contain_text("This is not a .pdf file")
    expect(page.locator("#module-list")).to_contain_text(text.stem)
    expect(page.locator("#module-list")).to_contain_text(image.stem)
    instructor.look()


@pytest.mark.parametrize("path", [MODULE, "/course/1/outline/"])
def test_files_are_dropped_on_a_module(instructor: Visitor, path: str) -> None:
    page = instructor.page
    name = f"{uuid.uuid4().hex[:8]}.txt"
    instructor.visit(path)
    carried = page.evaluate_handle(
        "name => { const carried = new DataTransfer();"
        " carried.items.add(new File(['Some words'], name)); return carried; }",
        name,
    )

    area = page.locator("[data-drop-area]").first
    area.dispatch_event("dragover", {"dataTransfer": carried})
    expect(area).to_have_class(re.compile("is-dropped-on"))
    area.dispatch_event("drop", {"dataTransfer": carried})

    expect(page.locator("upload-list")).to_contain_text("Added")
    expect(area).to_contain_text(name.removesuffix(".txt"))
    instructor.look()


def test_an_upload_that_is_canceled_leaves_nothing(
    instructor: Visitor, files: Files, site: Site
) -> None:
    page = instructor.page
    (path,) = files(mp4=film())
    slow_down(page)
    choose(page, [path])
    expect(row(page, path)).to_contain_text(re.compile(r"[1-9]\d? % of"))

    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        row(page, path).get_by_role("button", name="Cancel").click()

    expect(row(page, path)).to_have_count(0)
    expect(page.locator("upload-list")).to_be_hidden()
    assert arriving(site) == []


def test_an_upload_waits_for_the_line_and_goes_on_by_itself(
    instructor: Visitor, files: Files
) -> None:
    page = instructor.page
    (path,) = files(mp4=film())
    slow_down(page)
    choose(page, [path])
    expect(row(page, path)).to_contain_text(re.compile(r"[4-9]\d % of"))

    page.context.set_offline(True)
    expect(row(page, path)).to_contain_text("You are offline")
    page.context.set_offline(False)

    expect(row(page, path)).to_contain_text("Added")
    instructor.troubles = [text for text in instructor.troubles if "DISCONNECTED" not in text]
    instructor.look()


def test_an_upload_is_paused_and_continued(instructor: Visitor, files: Files) -> None:
    page = instructor.page
    (path,) = files(mp4=film())
    slow_down(page)
    choose(page, [path])
    expect(row(page, path)).to_contain_text(re.compile(r"[1-9]\d? % of"))

    row(page, path).get_by_role("button", name="Pause").press("Enter")
    expect(row(page, path)).to_contain_text("Paused at")
    again = row(page, path).get_by_role("button", name="Continue")
    expect(again).to_be_focused()
    again.press("Enter")

    expect(row(page, path)).to_contain_text("Added")


def test_an_upload_is_gone_on_with_after_the_page_was_left(
    instructor: Visitor, files: Files
) -> None:
    page = instructor.page
    (path,) = files(mp4=film())
    slow_down(page)
    choose(page, [path])
    expect(row(page, path)).to_contain_text(re.compile(r"[4-9]\d % of"))

    page.reload()
    expect(row(page, path)).to_contain_text("% is there. Choose the file again to go on.")
    instructor.look()
    with (
        page.expect_file_chooser() as chooser,
        page.expect_request(lambda request: request.method == "PATCH") as first,
    ):
        row(page, path).get_by_role("button", name="Choose the file").click()
        chooser.value.set_files([path])

    assert int(first.value.headers["upload-offset"]) >= 8 * MEGABYTE
    expect(row(page, path)).to_contain_text("Added")
    expect(row(page, path)).to_have_count(1)


def test_a_picture_is_described_right_beside_it(
    arrive: Arrive, files: Files, device: dict[str, Any]
) -> None:
    (path,) = files(png=picture(width=600, height=400))
    visitor = arrive("instructor", **device)
    page = visitor.page
    visitor.visit(f"{MODULE}content/image/create/")

    page.get_by_label("Picture").set_input_files(path)
    expect(page.locator(".upload-field")).to_contain_text("Save to keep it")
    expect(page.locator("#upload-preview")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value(path.stem)
    page.get_by_label("Alternative text").fill("A blue square")
    visitor.look()
    visitor.press("Save")

    expect(page.get_by_label("Alternative text")).to_have_value("A blue square")
    expect(page.locator("#upload-preview")).to_have_attribute("src", re.compile("^/media/image/"))


def test_a_form_that_is_sent_too_early_waits_for_its_file(
    instructor: Visitor, files: Files
) -> None:
    page = instructor.page
    (path,) = files(mp4=film())
    instructor.visit(f"{MODULE}content/video/create/")
    slow_down(page)

    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").last).to_have_text(
        "The page is saved as soon as the file is there."
    )

    page.wait_for_url(re.compile(r"/content/video/\d+/$"))
    expect(page.get_by_label("Title")).to_have_value(path.stem)
    instructor.look()


def test_what_a_file_is_refused_for_is_said_beside_it(instructor: Visitor, files: Files) -> None:
    page = instructor.page
    (path,) = files(mp4=b"<html>no film</html>")
    instructor.visit(f"{MODULE}content/video/create/")

    page.get_by_label("File").set_input_files(path)

    expect(page.locator(".upload-field")).to_contain_text("This is not a .mp4 file")
    instructor.look()


def test_without_scripts_a_file_is_sent_with_its_form(arrive: Arrive, files: Files) -> None:
    (path,) = files(txt=b"Some words")
    visitor = arrive("instructor", scripts=False)
    visitor.visit(f"{MODULE}content/file/create/")

    visitor.page.get_by_label("File").set_input_files(path)
    visitor.page.get_by_label("Title").fill("Some words")
    visitor.press("Save")

    expect(visitor.page.get_by_role("link", name=path.name)).to_be_visible()
