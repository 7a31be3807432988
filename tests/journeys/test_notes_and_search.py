"""A student writes notes beside what they read, and finds words again."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import Arrive, Visitor
from tests.journeys.people import new_name, register
from tests.journeys.test_reading import open_course

pytestmark = pytest.mark.once
SLUG = "waves-and-sound"
REST = 2_000  # milliseconds, in which a note that nobody goes on with is sent


@pytest.fixture
def reader(arrive: Arrive) -> Visitor:
    """A student without notes, at the first content of a course, on a phone."""
    visitor = arrive(width=390)
    return begin(visitor)


def begin(visitor: Visitor) -> Visitor:
    visitor.visit("/students/register/")
    register(visitor, new_name())
    open_course(visitor, SLUG)
    first = visitor.page.locator("#outline ol ol a").first.get_attribute("href") or ""
    visitor.visit(first)
    return visitor


def note(page: Page) -> Locator:
    """The field of the note; it is opened if need be."""
    panel = page.locator("details.note")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    return page.get_by_role("textbox", name="Your note")


def state(page: Page) -> Locator:
    return page.locator(".note-state")


def test_note_is_saved_while_it_is_typed(reader: Visitor) -> None:
    note(reader.page).fill("Ask about beats.")
    expect(state(reader.page)).to_contain_text("Saved at")
    reader.look()

    reader.visit(reader.path)

    expect(note(reader.page)).to_have_value("Ask about beats.")
    # What the player has to tell of the reading is kept there, too, until it is sent.
    reader.page.wait_for_function("() => Object.keys(localStorage).length === 0")


def test_two_tabs_are_told_of_each_other(reader: Visitor) -> None:
    other = reader.page.context.new_page()
    other.goto(reader.page.url)
    note(other).fill("From the other tab.")
    expect(state(other)).to_contain_text("Saved at")

    note(reader.page).fill("From this tab.")
    expect(reader.page.locator(".note-conflict")).to_contain_text("From the other tab.")
    reader.look()
    reader.page.get_by_role("button", name="Keep both").click()

    expect(note(reader.page)).to_have_value("From the other tab.\n\nFrom this tab.")
    expect(state(reader.page)).to_contain_text("Saved at")


def test_without_the_network_nothing_is_lost(reader: Visitor) -> None:
    context = reader.page.context
    context.set_offline(True)
    note(reader.page).fill("Written in a tunnel.")
    expect(state(reader.page)).to_contain_text("You are offline")
    reader.troubles.clear()  # the browser reports that it could not send

    path = reader.path
    reader.crash()
    context.set_offline(False)
    reader.visit(path)

    expect(note(reader.page)).to_have_value("Written in a tunnel.")
    expect(state(reader.page)).to_contain_text("Saved at")


def test_note_is_saved_when_the_network_comes_back(reader: Visitor) -> None:
    reader.page.context.set_offline(True)
    note(reader.page).fill("Written in a tunnel.")
    expect(state(reader.page)).to_contain_text("You are offline")
    reader.troubles.clear()

    reader.page.context.set_offline(False)

    expect(state(reader.page)).to_contain_text("Saved at")


def test_note_of_a_content_that_is_left_in_the_middle_is_saved(reader: Visitor) -> None:
    path = reader.path
    note(reader.page).press_sequentially("Half a thou")
    reader.visit("/students/courses/")

    reader.visit(path)

    expect(note(reader.page)).to_have_value("Half a thou")


def test_note_panel_that_is_swapped_out_saves_on_the_way(reader: Visitor) -> None:
    note(reader.page).press_sequentially("Half a thou")
    with reader.page.expect_response(re.compile("/note/$")):
        reader.page.locator("note-panel").evaluate("panel => panel.remove()")

    reader.visit(reader.path)

    expect(note(reader.page)).to_have_value("Half a thou")


def test_note_is_there_for_one_who_goes_back_and_on_again(reader: Visitor) -> None:
    held: list[Route] = []
    first = reader.page.get_by_role("heading", level=1).inner_text()
    reader.page.locator(".step.next").click()
    expect(reader.page.get_by_role("heading", level=1)).not_to_have_text(first)
    reader.page.route("**/note/", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks the handler
    note(reader.page).press_sequentially("Half a thou")
    with reader.page.expect_request(re.compile("/note/$")):
        reader.page.locator(".step:not(.next)").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(first)

    with reader.page.expect_response(re.compile("/note/$")):
        held[0].continue_()
    reader.page.wait_for_load_state("networkidle")
    reader.page.locator(".step.next").click()
    expect(reader.page.get_by_role("heading", level=1)).not_to_have_text(first)

    expect(note(reader.page)).to_have_value("Half a thou")


def test_what_is_typed_while_a_note_is_being_saved_is_saved_too(reader: Visitor) -> None:
    page = reader.page
    field = note(page)
    page.clock.install()
    held: list[Route] = []
    page.route("**/note/", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks the handler
    field.fill("A thought.")
    with page.expect_request("**/note/"):
        page.clock.run_for(REST)
    field.fill("A second thought.")
    page.clock.run_for(REST)
    held.pop().continue_()
    expect(state(page)).to_contain_text("Saved at")
    page.unroute("**/note/")

    with page.expect_request("**/note/") as again:
        page.clock.run_for(REST)

    assert "second" in (again.value.post_data or "")


def test_note_that_is_refused_is_not_sent_again_before_it_is_changed(reader: Visitor) -> None:
    page = reader.page
    field = note(page)
    page.clock.install()
    sent: list[str | None] = []

    def refuse(route: Route) -> None:
        sent.append(route.request.post_data)
        route.fulfill(status=413, json={})

    page.route("**/note/", refuse)
    field.fill("Far too long.")
    page.clock.run_for(REST)
    expect(state(page)).to_contain_text("too long")
    page.clock.run_for(10 * REST)
    page.unroute("**/note/")

    field.fill("Short.")
    page.clock.run_for(REST)

    expect(state(page)).to_contain_text("Saved at")
    assert len(sent) == 1


def test_note_can_be_written_without_scripts(arrive: Arrive) -> None:
    visitor = begin(arrive(width=390, scripts=False))
    note(visitor.page).fill("By hand.")
    visitor.press("Save the note")

    expect(note(visitor.page)).to_have_value("By hand.")
    visitor.visit("/students/notes/")
    expect(visitor.page.get_by_role("main")).to_contain_text("By hand.")


def test_word_is_found_where_it_is_said(arrive: Arrive, device: Any) -> None:
    visitor = begin(arrive(**device))
    visitor.visit("/students/courses/")
    box = visitor.page.get_by_role("main").get_by_role("searchbox")
    box.fill("amplit")
    with visitor.page.expect_navigation():
        box.press("Enter")
    visitor.look()

    expect(visitor.page.locator(".found-passage mark").first).to_be_visible()
    visitor.page.locator(".found h3 a").first.click()
    expect(visitor.page.get_by_role("heading", level=1)).not_to_be_empty()
