"""Everything can be reached and worked with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Arrive
from tests.journeys.people import PASSWORD, new_name

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


def press(page: Page, name: str) -> None:
    """Go to what has this name by Tab, press Enter, and wait for the page that comes."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, **fields: str) -> None:
    """Go to the fields of these names by Tab, and type."""
    for name, value in fields.items():
        tab_to(page, name)
        page.keyboard.type(value)


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


def test_a_course_is_studied_with_the_keyboard(arrive: Arrive) -> None:
    visitor, name = arrive(), new_name()
    page = visitor.page
    visitor.visit("/course/teach-with-educa/")
    press(page, "Enroll")
    write(page, username=name, email=f"{name}@example.org", password1=PASSWORD)
    press(page, "Create account")
    press(page, "Continue")
    read = page.get_by_role("heading", level=1).inner_text()

    tab_to(page, "Mark as done", within=80)
    page.keyboard.press("Enter")
    expect(page.locator("#outline [aria-current].is-done")).to_have_count(1)
    tab_to(page, page.locator(".step.next").inner_text().strip())
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).not_to_have_text(read)
    expect(page.get_by_role("heading", level=1)).to_be_focused()


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
