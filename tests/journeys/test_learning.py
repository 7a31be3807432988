"""A student studies: moves on, marks, stops, and comes back; with keys, without scripts, without a network."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Request, Response, expect

from tests.journeys.checks import problems_of
from tests.journeys.conftest import Arrive, Visitor
from tests.journeys.people import PASSWORD, new_name, register, send_sign_in

COURSE = "teach-with-educa"
PLAYED = """lesson => lesson.dispatchEvent(new CustomEvent("educa:watched", {
  bubbles: true, detail: {from: 0, to: 12, duration: 12, second: 6},
}))"""
PLAYED_OF_UNKNOWN = PLAYED.replace("duration: 12", "duration: 0")
PLAY_TWO_SECONDS = """film => new Promise(go => {
  film.muted = true;
  film.addEventListener("timeupdate", () => film.currentTime > 2 && go());
  film.play();
})"""
FILM = "Two tones, one hertz apart"
KEEPS_NOTHING = (
    "Storage.prototype.setItem = () => { throw new DOMException('QuotaExceededError'); }"
)
BREAKS_OFF = """() => {
  const real = window.fetch;
  window.fetch = async (url, options) => {
    if (!/content\\/\\d+\\/$/.test(url)) return real(url, options);
    window.fetch = real;
    return new Response(new ReadableStream({start: (body) => body.error(new TypeError())}));
  };
}"""
FORGET = "fields => fields.forEach(field => { field.value = ''; })"
IN_PLACE = "window.stillThere = true"
pytestmark = pytest.mark.once


def begin(visitor: Visitor, course: str = COURSE) -> str:
    """Register, enroll in the course, open its first content, and give the name of the account."""
    name = new_name()
    visitor.visit("/students/register/")
    register(visitor, name)
    visitor.visit(f"/course/{course}/")
    visitor.press("Enroll")
    return name


def heading(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("heading", level=1)


def current(visitor: Visitor) -> Locator:
    """The row of the outline for what is read."""
    return visitor.page.locator("#outline [aria-current]")


def is_in_place(visitor: Visitor) -> bool:
    """Whether the page has not been loaded again since `IN_PLACE` ran in it."""
    return bool(visitor.page.evaluate("window.stillThere === true"))


def open_film(visitor: Visitor) -> Locator:
    """Enroll in the course with the film, go there, and give the film."""
    begin(visitor, "waves-and-sound")
    visitor.page.locator("#outline summary").nth(1).click()
    visitor.page.locator("#outline a", has_text=FILM).click()
    expect(heading(visitor)).to_have_text(FILM)
    return visitor.page.locator("media-player video")


def is_of_a_film(request: Request) -> bool:
    """Whether it reports what was played."""
    return request.url.endswith("/progress/") and "watched" in (request.post_data or "")


def is_saved(response: Response) -> bool:
    """Whether the server has taken what was reported."""
    return response.ok and response.url.endswith("/progress/")


def is_of_its_place(visitor: Visitor) -> Callable[[Response], bool]:
    """What says whether the server has taken how far one has read in what is open.

    Where the content before was left, and that this one was opened, may be reported earlier.
    """
    told = visitor.page.locator(".lesson").get_attribute("data-progress")
    assert told

    def is_taken(response: Response) -> bool:
        said = response.request.post_data or ""
        return response.ok and response.url.endswith(told) and "paragraph" in said

    return is_taken


@pytest.fixture
def student(arrive: Arrive, device: dict[str, Any]) -> Visitor:
    """Someone who has just enrolled."""
    visitor = arrive(**device)
    begin(visitor)
    return visitor


@pytest.fixture
def reader(arrive: Arrive) -> Visitor:
    """Someone who has just enrolled, at a desk."""
    visitor = arrive()
    begin(visitor)
    return visitor


def test_one_moves_on_without_loading_the_page_again(student: Visitor) -> None:
    first = heading(student).inner_text()
    student.page.evaluate(IN_PLACE)
    student.follow(re.compile("Next"))

    expect(heading(student)).not_to_have_text(first)
    expect(heading(student)).to_be_focused()
    expect(current(student)).to_have_count(1)
    assert heading(student).inner_text() in student.page.title()
    assert is_in_place(student)

    student.page.go_back()
    expect(heading(student)).to_have_text(first)
    assert is_in_place(student)


def test_what_is_marked_is_ticked_and_counted(student: Visitor) -> None:
    student.page.get_by_role("button", name="Mark as done").click()

    expect(current(student)).to_have_class(re.compile("is-done"))
    expect(student.page.locator(".progress").last).to_contain_text("1 of")
    student.look()
    student.page.reload()
    expect(student.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_text_that_is_read_to_its_end_is_done(reader: Visitor) -> None:
    reader.page.locator(".lesson-end").scroll_into_view_if_needed()

    expect(current(reader)).to_have_class(re.compile("is-done"))
    reader.page.reload()

    expect(reader.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_video_that_was_played_is_done_and_goes_on_where_it_stood(arrive: Arrive) -> None:
    viewer = arrive()
    open_film(viewer)

    viewer.page.locator(".lesson").evaluate(PLAYED)
    expect(current(viewer)).to_have_class(re.compile("is-done"))
    viewer.page.reload()

    expect(viewer.page.locator(".lesson")).to_have_attribute("data-start", "6")


def test_keys_move_on_mark_and_can_be_switched_off(reader: Visitor) -> None:
    first = heading(reader).inner_text()
    reader.page.keyboard.press("j")
    expect(heading(reader)).not_to_have_text(first)
    reader.page.keyboard.press("m")
    expect(current(reader)).to_have_class(re.compile("is-done"))
    reader.page.keyboard.press("ArrowLeft")
    expect(heading(reader)).to_have_text(first)

    reader.page.keyboard.press("?")
    reader.look()
    reader.page.get_by_role("checkbox", name="Use these keys").press("Space")
    reader.page.keyboard.press("Escape")
    reader.page.reload()
    reader.page.keyboard.press("j")

    expect(heading(reader)).to_have_text(first)
    reader.page.get_by_role("button", name="Keys").press("Enter")
    expect(reader.page.get_by_role("checkbox", name="Use these keys")).not_to_be_checked()


def test_what_happens_without_a_network_is_saved_when_there_is_one(reader: Visitor) -> None:
    reader.page.wait_for_load_state("networkidle")
    reader.page.context.set_offline(True)
    reader.page.get_by_role("button", name="Mark as done").click()
    state = reader.page.get_by_role("main").get_by_role("status")
    expect(state).to_contain_text("Will be saved when you are online.")
    expect(current(reader)).to_have_class(re.compile("is-done"))
    assert problems_of(reader.page) == []

    reader.page.context.set_offline(False)
    expect(state).to_contain_text("Saved")
    reader.page.reload()

    expect(reader.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_content_that_can_not_be_fetched_is_offered_again(reader: Visitor) -> None:
    reader.page.wait_for_load_state("networkidle")
    first = heading(reader).inner_text()
    reader.page.context.set_offline(True)
    reader.page.locator("#outline ol ol a").nth(2).click()
    expect(reader.page.get_by_text("You are offline.")).to_be_visible()
    expect(heading(reader)).to_have_text(first)

    reader.page.context.set_offline(False)
    reader.page.get_by_role("button", name="Try again").click()

    expect(heading(reader)).not_to_have_text(first)


def test_next_content_is_there_without_a_network(reader: Visitor) -> None:
    reader.page.wait_for_load_state("networkidle")
    first = heading(reader).inner_text()
    reader.page.context.set_offline(True)

    reader.page.keyboard.press("j")

    expect(heading(reader)).not_to_have_text(first)
    reader.page.context.set_offline(False)


def test_one_comes_back_to_the_paragraph_in_a_new_session(
    arrive: Arrive, device: dict[str, Any]
) -> None:
    before = arrive(**device)
    name = begin(before)
    before.follow(re.compile("Next"))
    title = heading(before).inner_text()
    block = before.page.locator(".prose > *").nth(6)
    text = block.inner_text()
    with before.page.expect_response(is_of_its_place(before)):
        block.evaluate("block => block.scrollIntoView({block: 'start'})")

    again = arrive(**device)
    again.visit("/accounts/login/")
    send_sign_in(again, name, PASSWORD)
    again.visit(f"/course/{COURSE}/")
    again.follow("Continue")

    expect(heading(again)).to_have_text(title)
    stopped = again.page.locator(".is-stopped")
    expect(stopped).to_be_in_viewport()
    expect(again.page.locator(".prose > *").filter(has_text=text[:40]).first).to_be_in_viewport()
    again.look()


def test_everything_works_without_scripts(arrive: Arrive) -> None:
    visitor = arrive(width=390, scripts=False)
    begin(visitor)
    first = heading(visitor).inner_text()

    visitor.press("Mark as done")
    expect(visitor.page.get_by_role("button", name="Mark as not done")).to_be_visible()
    visitor.follow(re.compile("Next"))
    expect(heading(visitor)).not_to_have_text(first)
    visitor.visit(f"/course/{COURSE}/")
    visitor.follow("Continue")

    expect(heading(visitor)).not_to_have_text(first)


def test_browser_whose_store_is_full_reports_all_the_same(reader: Visitor) -> None:
    reader.page.add_init_script(KEEPS_NOTHING)
    reader.page.reload()
    with reader.page.expect_response(re.compile("/progress/$")):
        reader.page.get_by_role("button", name="Mark as done").click()

    reader.page.reload()

    expect(reader.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_content_whose_answer_breaks_off_is_offered_again(reader: Visitor) -> None:
    reader.page.wait_for_load_state("networkidle")
    first = heading(reader).inner_text()
    reader.page.evaluate(BREAKS_OFF)
    reader.page.locator("#outline ol ol a").nth(2).click()
    expect(reader.page.get_by_text("You are offline.")).to_be_visible()

    reader.page.get_by_role("button", name="Try again").click()

    expect(heading(reader)).not_to_have_text(first)
    assert reader.troubles == []


def test_what_a_network_that_wants_a_password_swallows_is_sent_again(reader: Visitor) -> None:
    reader.page.route("**/progress/", lambda route: route.fulfill(body="<h1>Pay</h1>"), times=1)
    reader.page.get_by_role("button", name="Mark as done").click()
    state = reader.page.get_by_role("main").get_by_role("status")
    expect(state).to_contain_text("Will be saved")

    expect(state).to_contain_text("Saved")
    assert reader.troubles == []
    reader.page.reload()

    expect(reader.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_what_is_played_until_one_moves_on_counts(arrive: Arrive) -> None:
    viewer = arrive()
    open_film(viewer).evaluate(PLAY_TWO_SECONDS)
    with viewer.page.expect_request(is_of_a_film) as sent:
        viewer.page.locator(".step.next").click()

    ((start, end),) = sent.value.post_data_json["watched"]
    assert start < 0.5
    assert end > 1.5


def test_film_of_unknown_length_goes_on_where_it_stood(arrive: Arrive) -> None:
    viewer = arrive()
    open_film(viewer)
    with viewer.page.expect_response(re.compile("/progress/$")):
        viewer.page.locator(".lesson").evaluate(PLAYED_OF_UNKNOWN)

    viewer.page.reload()

    expect(viewer.page.locator(".lesson")).to_have_attribute("data-start", "6")


@pytest.mark.parametrize("status", [403, 404])
def test_what_is_closed_to_the_student_for_a_while_is_saved_later(
    arrive: Arrive, status: int
) -> None:
    viewer = arrive()
    open_film(viewer)
    viewer.page.route("**/progress/", lambda route: route.fulfill(status=status))
    viewer.page.get_by_role("button", name="Mark as done").click()
    expect(viewer.page.get_by_text("This could not be saved.")).to_be_visible()
    viewer.page.unroute("**/progress/")

    with viewer.page.expect_response(re.compile("/progress/$")):
        viewer.page.reload()
    viewer.page.reload()

    expect(viewer.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_what_is_closed_to_the_student_holds_up_nothing_else(reader: Visitor) -> None:
    own = reader.page.locator(".lesson").get_attribute("data-progress") or ""
    reader.page.route(f"**{own}", lambda route: route.fulfill(status=404))
    reader.page.get_by_role("button", name="Mark as done").click()
    expect(reader.page.get_by_text("This could not be saved.")).to_be_visible()
    reader.page.keyboard.press("j")
    expect(reader.page.locator(f".lesson:not([data-progress='{own}'])")).to_be_visible()

    with reader.page.expect_response(lambda answer: not answer.url.endswith(own) and answer.ok):
        reader.page.get_by_role("button", name="Mark as done").click()

    expect(reader.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_old_token_is_changed_for_a_new_one(arrive: Arrive) -> None:
    viewer = arrive()
    open_film(viewer)
    viewer.page.context.clear_cookies(name="csrf")
    viewer.page.locator("[name=csrfmiddlewaretoken]").evaluate_all(FORGET)
    with viewer.page.expect_response(is_saved):
        viewer.page.get_by_role("button", name="Mark as done").click()

    viewer.page.reload()

    expect(viewer.page.get_by_role("button", name="Mark as not done")).to_be_visible()


def test_one_who_goes_back_and_on_again_finds_the_place(reader: Visitor) -> None:
    reader.page.wait_for_load_state("networkidle")
    first = heading(reader).inner_text()
    reader.page.locator(".step.next").click()
    expect(heading(reader)).not_to_have_text(first)
    block = reader.page.locator(".prose > *").nth(6)
    with reader.page.expect_response(is_of_its_place(reader)):
        block.evaluate("block => block.scrollIntoView({block: 'start'})")
        reader.page.keyboard.press("k")
    expect(heading(reader)).to_have_text(first)
    reader.page.wait_for_load_state("networkidle")

    reader.page.keyboard.press("j")

    expect(reader.page.locator(".is-stopped")).to_be_in_viewport()


def test_one_who_signs_out_loses_nothing(arrive: Arrive) -> None:
    reader = arrive()
    name = begin(reader)
    first = heading(reader).inner_text()
    reader.page.locator(".step.next").click()
    expect(heading(reader)).not_to_have_text(first)
    reader.page.locator("details.note summary").click()
    reader.page.get_by_role("textbox", name="Your note").fill("Half a thou")
    block = reader.page.locator(".prose > *").nth(6)
    block.evaluate("block => block.scrollIntoView({block: 'start'})")
    reader.page.locator("[data-sign-out]").evaluate("form => form.requestSubmit()")
    # Not any navigation: that the player keeps the place in the history is one, too.
    reader.page.wait_for_url(f"{reader.site.address}/")

    reader.visit("/accounts/login/")
    send_sign_in(reader, name, PASSWORD)
    reader.visit(f"/course/{COURSE}/")
    reader.follow("Continue")

    expect(reader.page.locator(".is-stopped")).to_be_visible()
    expect(reader.page.locator("note-panel textarea")).to_have_value("Half a thou")


def test_one_who_signs_out_is_asked_when_something_can_not_be_saved(reader: Visitor) -> None:
    reader.page.on("dialog", lambda dialog: dialog.dismiss())
    reader.page.route("**/progress/", lambda route: route.fulfill(status=404))
    reader.page.get_by_role("button", name="Mark as done").click()
    expect(reader.page.get_by_text("This could not be saved.")).to_be_visible()
    path = reader.path

    reader.page.get_by_role("button", name="Account").click()
    with reader.page.expect_event("dialog") as asked:
        reader.page.get_by_role("button", name="Sign out").click()

    assert "could not be saved yet" in asked.value.message
    assert reader.path == path
