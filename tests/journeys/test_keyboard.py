"""Everything can be reached and worked with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Arrive

pytestmark = pytest.mark.once

FOCUSED = "() => (document.activeElement.innerText || document.activeElement.name || '').trim()"
OUTLINE = """() => {
  const outlined = e => {
    const style = getComputedStyle(e);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  };
  for (let e = document.activeElement; e !== document.body; e = e.parentElement)
    if (outlined(e)) return true;  // a field may have it around its box
  return false;
}"""


def tab_to(page: Page, name: str, *, within: int = 40) -> None:
    """Press Tab until what has this name has the focus."""
    for _ in range(within):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    pytest.fail(f"Tab never came to {name!r}")


def test_first_tab_offers_to_skip_to_the_content(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/")

    visitor.page.keyboard.press("Tab")
    skip = visitor.page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.get_by_role("main")).to_be_focused()


def test_a_course_is_opened_with_the_keyboard(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/")

    tab_to(visitor.page, "Teach with Educa")
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")

    assert visitor.path == "/course/teach-with-educa/"


def test_the_focus_is_always_to_be_seen(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.visit("/")

    unseen = []
    for _ in range(12):
        visitor.page.keyboard.press("Tab")
        if not visitor.page.evaluate(OUTLINE):
            unseen.append(visitor.page.evaluate(FOCUSED))

    assert unseen == []


def test_account_menu_opens_and_closes_with_the_keyboard(arrive: Arrive) -> None:
    visitor = arrive("student")
    visitor.visit("/")
    sign_out = visitor.page.get_by_role("button", name="Sign out")

    visitor.page.get_by_role("button", name="Account").focus()
    visitor.page.keyboard.press("Enter")
    expect(sign_out).to_be_visible()
    visitor.look()
    visitor.page.keyboard.press("Escape")

    expect(sign_out).to_be_hidden()


def test_menu_of_a_phone_opens_and_closes(arrive: Arrive) -> None:
    visitor = arrive(width=390)
    visitor.visit("/")
    catalogue = visitor.page.get_by_role("link", name="Catalogue")

    visitor.page.get_by_role("button", name="Menu").click()
    expect(catalogue).to_be_visible()
    visitor.look()
    visitor.page.keyboard.press("Escape")

    expect(catalogue).to_be_hidden()
