"""What is behind the back button, in a browser that keeps pages alive for it, as those of people do."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from tests.journeys.conftest import Arrive, Visitor, launched
from tests.journeys.people import new_name, register

COURSE = "/course/teach-with-educa/"
OWN = [COURSE, "/students/notes/", "/students/courses/", "/accounts/my-data/", "/accounts/profile/"]
IS_LOADED = """
new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", () => done()))
"""
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, which Playwright lets keep the pages that were left; its headless shell keeps none."""
    with launched(playwright, ignore_default_args=["--disable-back-forward-cache"]) as browser:
        yield browser


def test_who_has_signed_out_leaves_nothing_behind_the_back_button(
    arrive: Arrive, device: Any
) -> None:
    name = new_name()
    visitor = arrive(**device)
    visitor.visit("/students/register/")
    register(visitor, name)
    assert all(name in visitor.visit(path).text() for path in OWN)

    visitor.page.get_by_role("button", name="Account").click()
    visitor.press("Sign out")
    shown = {path: gone_back(visitor) for path in reversed(OWN)}

    assert [path for path, text in shown.items() if name in text] == []
    assert visitor.path == COURSE


def test_a_page_that_tells_of_nobody_is_kept_for_the_way_back(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/")
    visitor.page.evaluate("document.body.append('as it was left')")
    visitor.visit(COURSE)

    assert "as it was left" in gone_back(visitor)


def gone_back(visitor: Visitor) -> str:
    """The page before, as it is now; one that was kept alive loads nothing."""
    visitor.page.go_back(wait_until="commit")
    visitor.page.evaluate(IS_LOADED)
    return visitor.page.content()
