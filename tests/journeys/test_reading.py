"""A student reads a course from the first content to the last."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive, Visitor
from tests.journeys.people import new_name, register

COURSES = ("teach-with-educa", "data-honestly", "waves-and-sound")
MOST = 40  # contents of a course of the demonstration, at most
pytestmark = pytest.mark.once


def open_course(visitor: Visitor, slug: str) -> None:
    """Go to the course as one of its students, enrolling first if need be."""
    visitor.visit(f"/course/{slug}/")
    enroll = visitor.page.get_by_role("main").get_by_role("button", name="Enroll")
    if enroll.count():
        visitor.press("Enroll")
        visitor.visit(f"/course/{slug}/")
    visitor.follow("Continue")


@pytest.fixture
def newcomer(arrive: Arrive) -> Visitor:
    """A student who has read nothing yet, on a phone."""
    visitor = arrive(width=390)
    visitor.visit("/students/register/")
    register(visitor, new_name())
    return visitor


@pytest.mark.parametrize("slug", COURSES)
def test_every_content_of_the_demonstration_can_be_read(
    arrive: Arrive, device: Any, slug: str
) -> None:
    visitor = arrive("student", **device)
    open_course(visitor, slug)

    links = visitor.page.locator("#outline ol ol a")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    assert 0 < len(addresses) <= MOST
    for address in addresses:
        visitor.visit(address)
        expect(visitor.page.get_by_role("heading", level=1)).not_to_be_empty()


def test_reading_goes_on_where_it_stopped(newcomer: Visitor) -> None:
    open_course(newcomer, "waves-and-sound")
    newcomer.follow("Next")
    left = newcomer.page.get_by_role("heading", level=1).inner_text()

    newcomer.visit("/students/courses/")
    open_course(newcomer, "waves-and-sound")

    expect(newcomer.page.get_by_role("heading", level=1)).to_have_text(left)


def test_contents_are_for_the_enrolled(arrive: Arrive) -> None:
    student = arrive("student")
    open_course(student, "teach-with-educa")
    address = student.path

    visitor = arrive()
    visitor.visit(address)

    assert visitor.path.startswith("/accounts/login/")


def test_drawer_of_a_phone_leads_to_another_content(newcomer: Visitor) -> None:
    open_course(newcomer, "teach-with-educa")

    newcomer.page.get_by_role("button", name="Contents").click()
    outline = newcomer.page.get_by_role("navigation", name="Contents of the course")
    expect(outline).to_be_visible()
    newcomer.look()
    second = outline.locator("ol ol a").nth(1)
    title = second.locator("bdi").inner_text()
    with newcomer.page.expect_navigation():
        second.click()
    newcomer.look()

    expect(newcomer.page.get_by_role("heading", level=1)).to_have_text(title)
