"""The room of a course, with two browsers side by side: what one says, the other sees; once, and in one order."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import Arrive, Visitor

pytestmark = pytest.mark.once
SLUG = "waves-and-sound"
PICTURE = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 30});
  canvas.getContext('2d').fillRect(0, 0, 40, 30);
  const blob = await new Promise(go => canvas.toBlob(go));
  const data = new DataTransfer();
  data.items.add(new File([blob], 'drawing.png', {type: 'image/png'}));
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector('#chat-text').dispatchEvent(event);
}"""
SHOWN = """list => [...list.querySelectorAll('.chat-message')].map(row => row.id)"""


def words() -> str:
    """Something that nobody has said yet."""
    return f"word-{uuid.uuid4().hex[:10]}"


def enter(visitor: Visitor) -> Visitor:
    """Go into the room, and wait until it is live."""
    visitor.page.goto(visitor.site.address + room_of(visitor))
    if visitor.scripts:
        live(visitor.page)
    return visitor


def room_of(visitor: Visitor) -> str:
    """Where the room is, as the course's page says."""
    page = visitor.page.request.get(f"{visitor.site.address}/course/{SLUG}/").text()
    return re.findall(r"/chat/room/\d+/", page)[0]


def live(page: Page) -> None:
    expect(page.locator(".chat-state")).to_have_text("Live")


def study(visitor: Visitor) -> None:
    """Go on with the course."""
    address = room_of(visitor).replace("/chat/room/", "/students/course/")
    visitor.page.goto(visitor.site.address + address)


@pytest.fixture
def student(arrive: Arrive) -> Visitor:
    return enter(arrive("student"))


@pytest.fixture
def instructor(arrive: Arrive) -> Visitor:
    return enter(arrive("instructor", width=390, theme="dark"))


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message", exact=True)


def say(page: Page, text: str) -> None:
    field(page).fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def message(page: Page, text: str) -> Locator:
    return page.locator(".chat-message", has_text=text)


def choose(page: Page, text: str, item: str) -> None:
    """Open the menu of a message, and choose something from it."""
    message(page, text).hover()
    message(page, text).get_by_role("button", name=re.compile("^What to do")).click()
    page.get_by_role("menuitem", name=item).click()


def ids(page: Page) -> list[str]:
    found: list[str] = page.locator(".chat-list").evaluate(SHOWN)
    return found


def test_who_loses_the_network_and_comes_back_sees_what_the_other_sees(
    student: Visitor, instructor: Visitor
) -> None:
    before, away, there, after = words(), words(), words(), words()
    say(instructor.page, before)
    expect(message(student.page, before)).to_be_visible()

    student.page.context.set_offline(True)
    expect(student.page.locator(".chat-state")).to_have_text("Reconnecting…")
    say(student.page, away)
    say(instructor.page, there)
    choose(instructor.page, before, "Delete")
    instructor.page.get_by_role("button", name="Delete", exact=True).click()
    expect(message(student.page, away)).to_contain_text("Sending…")
    student.page.context.set_offline(False)
    live(student.page)
    say(instructor.page, after)

    expect(message(student.page, after)).to_be_visible()
    expect(message(instructor.page, away)).to_be_visible()
    expect(message(student.page, before)).to_have_count(0)
    assert ids(student.page) == ids(instructor.page)
    assert len(set(ids(student.page))) == len(ids(student.page))
    student.troubles.clear()  # the browser reports that it was offline


def test_where_no_socket_can_be_opened_the_chat_goes_on_by_asking(
    arrive: Arrive, instructor: Visitor
) -> None:
    student, text, answer = arrive("student"), words(), words()
    student.page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    student.page.goto(student.site.address + room_of(student))
    expect(student.page.locator(".chat-state")).to_contain_text("may take a few seconds")

    student.page.route("**/messages/", refuse)
    say(student.page, text)
    expect(message(student.page, text)).to_contain_text("Not sent. The room rests.")
    student.page.unroute("**/messages/")
    message(student.page, text).get_by_role("button", name="Try again").click()

    expect(message(instructor.page, text)).to_be_visible()
    say(instructor.page, answer)
    expect(message(student.page, answer)).to_be_visible()
    expect(message(student.page, text)).to_have_count(1)


def refuse(route: Route) -> None:
    error = {"code": "closed", "message": "The room rests.", "retry_after": None}
    route.fulfill(status=403, json={"error": error})


def test_what_was_not_sent_goes_out_once_when_the_page_is_opened_again(
    student: Visitor, instructor: Visitor
) -> None:
    text, half = words(), words()
    student.page.context.set_offline(True)
    say(student.page, text)
    field(student.page).fill(half)
    expect(message(student.page, text)).to_contain_text("Sending…")
    student.troubles.clear()
    student.page.evaluate("document.querySelector('chat-room').connection.stop()")
    student.page.context.set_offline(False)

    student.page.reload()

    expect(message(instructor.page, text)).to_have_count(1)
    expect(message(student.page, text)).to_have_count(1)
    expect(field(student.page)).to_have_value(half)


def test_replies_signs_edits_and_deletions_appear_at_the_other(
    student: Visitor, instructor: Visitor
) -> None:
    text, reply, changed = words(), words(), words()
    say(student.page, text)
    choose(instructor.page, text, "Reply")
    say(instructor.page, reply)
    expect(message(student.page, reply).locator(".chat-quote")).to_contain_text(text)

    message(student.page, reply).hover()
    message(student.page, reply).get_by_role("button", name=re.compile("^What to do")).click()
    student.page.get_by_role("menuitemcheckbox", name="👍").click()
    expect(message(instructor.page, reply).locator(".chat-sign")).to_have_text("👍 1")

    field(student.page).press("ArrowUp")
    expect(field(student.page)).to_have_value(text)
    field(student.page).fill(changed)
    field(student.page).press("Enter")
    expect(message(instructor.page, changed).first).to_contain_text("edited")
    expect(message(instructor.page, reply).locator(".chat-quote")).to_contain_text(changed)

    choose(instructor.page, reply, "Delete")
    instructor.page.get_by_role("button", name="Delete", exact=True).click()
    expect(message(student.page, reply)).to_have_count(0)
    instructor.look()


def test_hostile_text_stays_text(student: Visitor, instructor: Visitor) -> None:
    text = words()
    hostile = f"{text} <img src=x onerror=document.title='gone'> javascript:alert(1) https://example.org/{text}?a=1."
    say(student.page, f"{hostile}\n```\n<b>{text}</b>\n```")

    shown = message(instructor.page, text).locator(".chat-text")
    expect(shown).to_contain_text("<img src=x onerror=document.title='gone'> javascript:alert(1)")
    expect(shown.locator("pre code")).to_have_text(f"<b>{text}</b>")
    expect(shown.locator("img, b")).to_have_count(0)
    expect(shown.locator("a")).to_have_attribute("href", f"https://example.org/{text}?a=1")
    expect(shown.locator("a")).to_have_attribute("rel", "nofollow noopener ugc")


def test_picture_is_pasted_and_seen_by_the_other(student: Visitor, instructor: Visitor) -> None:
    text = words()
    student.page.evaluate(PICTURE)
    expect(student.page.locator(".chat-chip img")).to_be_visible()
    say(student.page, text)

    picture = message(instructor.page, text).get_by_role("img", name="Picture from Demo student")
    expect(picture).to_be_visible()
    instructor.page.wait_for_function(
        "() => [...document.querySelectorAll('.chat-picture img')].at(-1).naturalWidth === 40"
    )
    expect(message(student.page, text)).not_to_contain_text("Sending")


def test_room_is_read_and_written_in_without_scripts(
    arrive: Arrive, instructor: Visitor, device: dict[str, Any]
) -> None:
    student = enter(arrive("student", scripts=False, **device))
    text = words()
    expect(student.page.locator("noscript .chat-note")).to_be_visible()

    field(student.page).fill(text)
    student.press("Send")

    assert re.search(r"/chat/room/\d+/#m\d+$", student.path)
    expect(message(student.page, text)).to_have_count(1)
    expect(message(instructor.page, text)).to_be_visible()
    student.press("Send")
    expect(student.page.get_by_role("alert")).to_contain_text("Write something first.")


def test_chat_stays_beside_the_lessons(arrive: Arrive, instructor: Visitor, device: Any) -> None:
    student, text = arrive("student", **device), words()
    study(student)
    student.page.get_by_role("link", name=re.compile("^Chat")).click()
    live(student.page)
    student.look()
    student.page.evaluate("window.kept = document.querySelector('chat-room').connection")

    heading = student.page.locator(".lesson h1")
    first = heading.inner_text()
    student.page.locator(".step").first.evaluate("step => step.click()")
    expect(heading).not_to_have_text(first)
    say(instructor.page, text)

    expect(message(student.page, text)).to_be_visible()
    assert student.page.evaluate("kept === document.querySelector('chat-room').connection")
    student.page.get_by_role("button", name="Close the chat").click()
    expect(student.page.get_by_role("complementary", name="Chat")).to_be_hidden()
    expect(student.page.get_by_role("link", name=re.compile("^Chat"))).to_be_focused()


def test_question_about_a_place_says_where(arrive: Arrive, instructor: Visitor) -> None:
    student, text = arrive("student"), words()
    study(student)
    student.page.evaluate("""() => {
      const content = Number(document.querySelector('.lesson').dataset.content);
      const detail = {content, title: 'Beats', paragraph: 2};
      document.querySelector('.lesson').dispatchEvent(new CustomEvent('educa:ask', {bubbles: true, detail}));
    }""")
    expect(student.page.locator(".chat-chip")).to_contain_text("About: Beats, paragraph 3")
    live(student.page)

    say(student.page, text)

    place = message(instructor.page, text).locator(".chat-place")
    expect(place).to_have_attribute("href", re.compile(r"/content/\d+/#paragraph-2$"))


def test_everything_is_done_with_the_keyboard_alone(student: Visitor, instructor: Visitor) -> None:
    text, reply = words(), words()
    say(instructor.page, text)
    expect(message(student.page, text)).to_be_visible()
    keyboard = student.page.keyboard
    message(student.page, text).get_by_role("button", name=re.compile("^What to do")).focus()
    keyboard.press("ArrowUp")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(field(student.page)).to_be_focused()
    keyboard.type("@instr")
    student.page.get_by_role("option").first.wait_for()
    keyboard.press("Enter")
    keyboard.type(reply)
    keyboard.press("Shift+Enter")
    keyboard.type("second line")
    keyboard.press("Enter")

    expect(message(instructor.page, reply).locator(".chat-quote")).to_contain_text(text)
    expect(message(instructor.page, reply).locator(".chat-mention.is-me")).to_be_visible()
    student.look()


@pytest.mark.parametrize(("width", "theme", "language"), [(390, "light", "ar-xb"), (820, "dark", "en-xa"), (1440, "dark", "")])  # fmt: skip
def test_room_can_be_used_by_everybody(
    arrive: Arrive, width: int, theme: str, language: str
) -> None:
    visitor = arrive("student", width=width, theme=theme, language=language)
    visitor.page.goto(visitor.site.address + room_of(visitor))
    visitor.page.locator(".chat-state[data-state=live]").wait_for()

    visitor.look()
    visitor.page.locator(".chat-more").last.click()

    visitor.look()


LOST_AND_TWICE = """async ([module, seed, steps]) => {
  const {Log} = await import(module);
  let state = seed;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const upTo = most => Math.floor(random() * most);
  const server = [];
  const happen = () => {
    const sequence = server.length + 1;
    const target = 1 + upTo(sequence);
    const about = {sequence, target, datetime: '2026-01-01T00:00:00Z'};
    const kinds = [
      {...about, type: 'edit', message: `edited ${sequence}`, mentions: [], edited: about.datetime},
      {...about, type: 'delete', by: 'author'},
      {...about, type: 'reaction', user: 'ben', sign: 'x', on: random() < 0.5},
      {...about, type: 'pin', pinned: random() < 0.5},
      {...about, type: 'room', closed: false},
    ];
    const said = {type: 'message', sequence, message: `said ${sequence}`, reactions: {}, deleted: false};
    server.push(random() < 0.6 ? said : kinds[upTo(kinds.length)]);
  };
  const inOrder = new Log();
  const shaken = new Log();
  const wrong = [];
  for (let step = 0; step < steps; step += 1) {
    const choice = random();
    if (choice < 0.3) happen();
    else if (choice < 0.7) {          // a frame comes: lost before, twice, late, or out of turn
      const frame = server[Math.max(0, server.length - 1 - upTo(12))];
      const before = shaken.last;
      const how = frame && shaken.take(frame);
      if (how === 'taken' && shaken.last !== before + 1) wrong.push(step);
      if (how !== 'taken' && shaken.last !== before) wrong.push(step);
    } else if (choice < 0.8) {        // the connection comes back and catches up with some of it
      for (const frame of server.slice(shaken.last, shaken.last + upTo(9))) shaken.take(frame);
    }
    const list = shaken.list.map(each => each.sequence);
    const isSorted = list.every((each, index) => index === 0 || list[index - 1] < each);
    const expected = server.slice(0, shaken.last).filter(({type}) => type === 'message');
    if (!isSorted || list.length !== expected.length) wrong.push(step);
  }
  for (const frame of server.slice(shaken.last)) shaken.take(frame);
  for (const frame of server) inOrder.take(frame);
  return {wrong, isSame: JSON.stringify(shaken.list) === JSON.stringify(inOrder.list), events: server.length};
}"""


def test_log_of_a_page_is_that_of_the_room_whatever_is_lost_or_comes_twice(arrive: Arrive) -> None:
    page = arrive().page
    page.goto(arrive().site.address)

    found = page.evaluate(LOST_AND_TWICE, ["/static/educa/js/chat/log.js", 20261128, 10_000])

    assert found["wrong"] == []
    assert found["isSame"]
    assert found["events"] > 2_000
