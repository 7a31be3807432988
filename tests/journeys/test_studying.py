"""Somebody studies a course from the first look to the last content, leaves, and comes back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Arrive, Visitor
from tests.journeys.people import PASSWORD, new_name, register, send_sign_in

COURSE = "/course/waves-and-sound/"
FILM = "Two tones, one hertz apart"
LONG = 60_000  # milliseconds: a film is played to its end, and the end of a text stays in sight
PLAY_FAST = "film => { film.muted = true; film.playbackRate = 2; film.play(); }"
pytestmark = pytest.mark.once


def row(visitor: Visitor, title: str) -> Locator:
    """The row of this content in the outline."""
    return visitor.page.locator("#outline a", has_text=title)


def heading(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("heading", level=1)


def go_on_to(visitor: Visitor, title: str) -> None:
    """Press Next until the content of this title is there."""
    while heading(visitor).inner_text() != title:
        before = heading(visitor).inner_text()
        visitor.page.locator(".step.next").click()
        expect(heading(visitor)).not_to_have_text(before)


def test_a_course_is_studied_left_and_taken_up_again(
    arrive: Arrive, device: dict[str, Any]
) -> None:
    name = new_name()
    student = arrive(**device)
    student.visit(COURSE)
    student.follow("Enroll")
    expect(student.page.get_by_role("main")).to_contain_text("You will be enrolled")
    register(student, name)
    assert student.path == COURSE
    student.follow("Continue")

    read = heading(student).inner_text()
    student.page.locator(".lesson-foot").scroll_into_view_if_needed()
    expect(row(student, read)).to_have_class(re.compile("is-done"), timeout=LONG)
    go_on_to(student, FILM)
    student.look()
    student.page.locator("media-player video").evaluate(PLAY_FAST)
    expect(row(student, FILM)).to_have_class(re.compile("is-done"), timeout=LONG)
    student.page.locator(".step.next").click()
    expect(heading(student)).not_to_have_text(FILM)
    marked = heading(student).inner_text()
    with student.page.expect_response(re.compile("/progress/$")):
        student.page.get_by_role("button", name="Mark as done").click()

    student.visit("/students/courses/")
    student.page.get_by_role("button", name=re.compile("^Leave")).first.click()
    student.look()
    with student.page.expect_navigation():
        student.page.get_by_role("button", name="Leave the course").click()
    expect(student.page.get_by_role("main")).to_contain_text("You have left")

    again = arrive(**device)
    again.visit("/accounts/login/")
    send_sign_in(again, name, PASSWORD)
    again.visit(COURSE)
    again.press("Enroll")

    expect(heading(again)).to_have_text(marked)
    expect(row(again, read)).to_have_class(re.compile("is-done"))
    expect(row(again, FILM)).to_have_class(re.compile("is-done"))
    expect(row(again, marked)).to_have_class(re.compile("is-done"))
    again.look()
