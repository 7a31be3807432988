"""A visitor finds a course."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive

TEACHING = "Teach with Educa"
pytestmark = pytest.mark.once


def test_visitor_sees_every_course_of_the_demonstration(arrive: Arrive, device: Any) -> None:
    visitor = arrive(**device)

    visitor.visit("/")

    expect(visitor.page.get_by_role("heading", name=TEACHING)).to_be_visible()
    expect(visitor.page.locator("main .card")).to_have_count(3)


def test_visitor_reads_what_a_course_is_about(arrive: Arrive, device: Any) -> None:
    visitor = arrive(**device)
    visitor.visit("/")

    visitor.follow(TEACHING)

    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(TEACHING)
    expect(visitor.page.get_by_role("heading", name="What is inside")).to_be_visible()


def test_search_finds_courses_by_a_word_of_theirs(arrive: Arrive, device: Any) -> None:
    visitor = arrive(**device)
    visitor.visit("/")

    with visitor.page.expect_navigation():
        visitor.page.get_by_role("main").get_by_role("searchbox").fill("teach")
        visitor.page.keyboard.press("Enter")
    visitor.look()

    expect(visitor.page.locator("main .card h3").first).to_have_text(TEACHING)


def test_search_without_result_offers_a_way_on(arrive: Arrive, device: Any) -> None:
    visitor = arrive(**device)
    visitor.visit("/?q=no-course-is-called-this")

    expect(visitor.page.locator("main .card")).to_have_count(0)
    visitor.follow("Clear the search")

    expect(visitor.page.locator("main .card")).to_have_count(3)


def test_each_subject_shows_as_many_courses_as_it_says(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/")
    with_courses = visitor.page.get_by_role("navigation", name="Subjects").get_by_role(
        "link", name=re.compile("[1-9]$")
    )
    subject, count = (with_courses.nth(1).inner_text()).rsplit(maxsplit=1)

    visitor.follow(re.compile(f"^{subject}"))

    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(subject)
    expect(visitor.page.locator("main .card")).to_have_count(int(count))


def test_sorting_by_title_sorts_by_title(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/")

    sort = visitor.page.get_by_label("Sort by")
    sort.dispatch_event("pointerdown")  # a pointer's choice is sent at once
    with visitor.page.expect_navigation():
        sort.select_option(label="Title")
    visitor.look()

    titles = visitor.page.locator("main .card h3").all_inner_texts()
    assert titles == sorted(titles)


def test_sorting_works_without_scripts(arrive: Arrive) -> None:
    visitor = arrive(scripts=False)
    visitor.visit("/")

    visitor.page.get_by_label("Sort by").select_option(label="Title")
    visitor.press("Apply")

    assert parse_qs(urlsplit(visitor.page.url).query)["sort"] == ["title"]


def test_search_and_course_page_work_without_scripts(arrive: Arrive) -> None:
    visitor = arrive(scripts=False, width=390)
    visitor.visit("/")

    visitor.page.get_by_role("main").get_by_role("searchbox").fill("teach")
    visitor.press("Search")
    visitor.follow(TEACHING)

    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(TEACHING)
