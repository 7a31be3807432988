"""Pages bear longer words and the other direction; two made-up languages show it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive

PUBLIC = ("/", "/course/teach-with-educa/", "/accounts/login/", "/students/register/")
pytestmark = pytest.mark.once


@pytest.mark.parametrize("path", PUBLIC)
def test_page_bears_longer_words(arrive: Arrive, device: Any, path: str) -> None:
    visitor = arrive(language="en-xa", **device)
    visitor.visit(path)

    expect(visitor.page.locator("html")).to_have_attribute("lang", "en-xa")


@pytest.mark.parametrize("path", PUBLIC)
def test_page_runs_from_right_to_left(arrive: Arrive, device: Any, path: str) -> None:
    visitor = arrive(language="ar-xb", **device)
    visitor.visit(path)

    expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl")


def test_no_word_of_a_page_escapes_translation(arrive: Arrive) -> None:
    visitor = arrive(language="en-xa")
    visitor.visit("/accounts/login/")

    plain = [
        text
        for text in visitor.page.locator("main").inner_text().splitlines()
        if text.strip() and text.isascii()
    ]

    assert plain == []
