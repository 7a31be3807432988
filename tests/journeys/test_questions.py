"""A student asks where they read, the instructor answers from the queue, and the next student is offered it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Arrive, Visitor
from tests.journeys.people import new_name, register
from tests.journeys.test_reading import open_course

pytestmark = pytest.mark.once
SLUG = "waves-and-sound"


@pytest.fixture
def student(arrive: Arrive) -> Callable[..., Visitor]:
    """Makes a student at the first content of a course, a text; scripts or not."""

    def make(*, width: int = 390, scripts: bool = True) -> Visitor:
        visitor = arrive(width=width, scripts=scripts)
        visitor.visit("/students/register/")
        register(visitor, new_name())
        open_course(visitor, SLUG)
        first = visitor.page.locator("#outline ol ol a").first.get_attribute("href") or ""
        visitor.visit(first)
        return visitor

    return make


def ask_about(page: Page, paragraph: int, words: str) -> None:
    """Ask at a paragraph, counted from 0, as one does on a phone."""
    page.locator(".prose > p").nth(paragraph).click()
    page.get_by_role("button", name="Ask about this").click()
    page.get_by_role("textbox", name="Your question about paragraph").fill(words)
    page.get_by_role("button", name="Ask", exact=True).click()


def answer(visitor: Visitor, question: str, words: str) -> None:
    """Answer it from the queue of the studio."""
    visitor.visit("/course/mine/")
    visitor.follow("Questions")
    row = visitor.page.get_by_role("article").filter(has_text=question)
    row.get_by_role("textbox", name="Your answer").fill(words)
    row.get_by_role("button", name="Send the answer").click()
    expect(visitor.page.get_by_text("Your answer is sent.")).to_be_visible()
    visitor.look()


def test_question_is_asked_answered_and_offered_to_the_next_one(
    student: Callable[..., Visitor], arrive: Arrive
) -> None:
    first = student()
    ask_about(first.page, 0, "Which way does the bump of a zebra travel?")
    dialog = first.page.get_by_role("dialog", name="Questions")
    expect(dialog.get_by_role("article")).to_contain_text("the bump of a zebra")
    expect(dialog.get_by_role("article")).to_contain_text("No answer yet")
    first.look()

    answer(arrive("instructor", width=820), "bump of a zebra", "Away from your hand.")

    second = student(width=1440)
    expect(second.page.get_by_text("1 question", exact=True)).to_be_visible()
    second.page.get_by_role("button", name="Questions about paragraph 1: 1").click()
    second.page.get_by_role("textbox", name="Your question").press_sequentially("zebra bump")
    offer = second.page.get_by_role("region", name="Questions that were asked before")
    offer.get_by_text("Which way does the bump of a zebra travel?").click()
    expect(offer).to_contain_text("Away from your hand.")
    second.look()


def test_asking_and_finding_work_without_scripts(
    student: Callable[..., Visitor], arrive: Arrive
) -> None:
    first = student(scripts=False)
    first.follow("Ask here")
    first.page.get_by_role("textbox", name="Your question").fill("Is a yak a wave?")
    first.press("Ask")
    expect(first.page.get_by_text("Your question is asked.")).to_be_visible()

    answer(arrive("instructor", scripts=False), "Is a yak a wave?", "No yak is.")

    first.visit("/students/search/?q=yak")
    first.follow("Is a yak a wave?")
    expect(first.page.get_by_role("article").filter(has_text="a yak")).to_contain_text("No yak is.")


def test_key_asks_about_what_is_in_view(student: Callable[..., Visitor]) -> None:
    visitor = student(width=1440)
    visitor.page.locator("h1").click()

    visitor.page.keyboard.press("a")

    field = visitor.page.get_by_role("textbox", name="Your question about paragraph 1")
    expect(field).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(field).to_be_hidden()


def test_what_was_typed_is_there_when_the_questions_are_opened_again(
    student: Callable[..., Visitor],
) -> None:
    page = student().page
    page.mouse.wheel(0, 100)  # what opens them is loaded when one begins to read
    page.wait_for_function("() => Boolean(customElements.get('content-questions'))")
    page.get_by_role("link", name="Ask here").click()
    page.get_by_role("textbox", name="Your question").fill("Half a thou")
    page.get_by_role("button", name="Close").click()

    page.get_by_role("link", name="Ask here").click()

    expect(page.get_by_role("textbox", name="Your question")).to_have_value("Half a thou")
