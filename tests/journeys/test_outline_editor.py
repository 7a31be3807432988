"""An instructor arranges a course: by mouse, by touch, by keys and by the menu, and takes things back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Arrive, Site, Visitor

pytestmark = pytest.mark.once

BUILD = """
from educa.accounts.models import User
from educa.courses.models import Content, Course, Module, Subject, Text
owner = User.objects.get(username="instructor")
course = Course.objects.create(owner=owner, subject=Subject.objects.first(), title="Arranging")
for title, texts in given["outline"].items():
    module = Module.objects.create(course=course, title=title)
    for text in texts:
        item = Text.objects.create(owner=owner, title=text, content="Words.")
        Content.objects.create(module=module, item=item)
print("course", course.pk)
"""
SMALL = {"Waves": ["Shape", "Period"], "Superposition": ["Adding", "Beats"], "Sound": []}
LONG = {f"Module {number}": ["One", "Two"] for number in range(1, 121)}
READ = """() => Object.fromEntries(
  [...document.querySelectorAll('.outline-modules > li')].map(module => [
    module.querySelector('bdi').textContent,
    [...module.querySelectorAll('.outline-content bdi')].map(title => title.textContent),
  ]))"""
STEPS = 12  # movements of the pointer on its way
Outline = dict[str, list[str]]
Open = Callable[..., Visitor]


def build(site: Site, outline: Outline) -> str:
    """Make a course of the demonstration's instructor; gives the path of its outline."""
    found = re.search(r"course (\d+)", site.prepare(BUILD, outline=outline))
    assert found
    return f"/course/{found[1]}/outline/"


@pytest.fixture
def editor(arrive: Arrive, site: Site) -> Open:
    """Opens the editor of a new course: `editor(LONG, width=390)`."""

    def open_it(outline: Outline | None = None, **device: Any) -> Visitor:
        visitor = arrive("instructor", **device)
        visitor.visit(build(site, SMALL if outline is None else outline))
        return visitor

    return open_it


def shown(page: Page) -> Outline:
    """The outline as the page shows it."""
    return dict(page.evaluate(READ))


def saved(visitor: Visitor) -> Outline:
    """The outline as it was saved, once the page says that it was."""
    expect(visitor.page.locator(".outline-saved")).to_contain_text("Saved")
    visitor.page.reload()
    return shown(visitor.page)


def grip(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=f"Move “{title}”", exact=True)


def row(page: Page, title: str) -> Locator:
    """The row of a module or a content."""
    return page.locator(".outline-module, .outline-content").filter(has=grip(page, title)).last


def choose(page: Page, title: str, item: str) -> None:
    """Choose from the menu of a row."""
    page.get_by_role("button", name=f"More for “{title}”", exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def center(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, title: str, to: Locator, below: float = 0) -> None:
    """Drag a row by its grip, with the mouse, to the middle of another element or `below` it."""
    page.mouse.move(*center(grip(page, title)))
    page.mouse.down()
    x, y = center(to)
    page.mouse.move(x, y, steps=STEPS)
    page.mouse.move(x, y + below, steps=STEPS)
    page.mouse.up()


def test_content_is_dragged_within_its_module(editor: Open) -> None:
    visitor = editor()

    drag(visitor.page, "Period", grip(visitor.page, "Shape"), below=-10)

    assert saved(visitor)["Waves"] == ["Period", "Shape"]


def test_content_is_dragged_into_another_module(editor: Open) -> None:
    visitor = editor()

    drag(visitor.page, "Shape", grip(visitor.page, "Adding"), below=10)

    outline = saved(visitor)
    assert outline["Waves"] == ["Period"]
    assert sorted(outline["Superposition"]) == ["Adding", "Beats", "Shape"]


def test_content_is_dragged_into_an_empty_module(editor: Open) -> None:
    visitor = editor()
    sound = row(visitor.page, "Sound").locator(".outline-contents")

    drag(visitor.page, "Beats", sound)

    assert saved(visitor)["Sound"] == ["Beats"]


def test_folded_module_unfolds_under_what_is_dragged(editor: Open) -> None:
    visitor = editor()
    page = visitor.page
    page.get_by_role("heading", name="Superposition").click()
    expect(row(page, "Adding")).to_be_hidden()

    page.mouse.move(*center(grip(page, "Shape")))
    page.mouse.down()
    page.mouse.move(*center(page.get_by_role("heading", name="Superposition")), steps=STEPS)
    expect(row(page, "Adding")).to_be_visible()
    page.mouse.move(*center(grip(page, "Beats")), steps=STEPS)
    page.mouse.up()

    assert "Shape" in saved(visitor)["Superposition"]


def test_module_is_dragged(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    page.mouse.move(*center(grip(page, "Waves")))
    page.mouse.down()
    page.mouse.move(*center(grip(page, "Superposition")), steps=STEPS)
    page.mouse.move(*center(grip(page, "Sound")), steps=STEPS)
    page.mouse.up()

    outline = saved(visitor)
    assert list(outline) in (
        ["Superposition", "Sound", "Waves"],
        ["Superposition", "Waves", "Sound"],
    )
    assert outline == SMALL  # but for the order


def test_content_is_dragged_with_a_finger(editor: Open) -> None:
    visitor = editor(width=390)
    page = visitor.page
    touch = page.context.new_cdp_session(page)
    (x, start), (_, end) = center(grip(page, "Period")), center(grip(page, "Shape"))

    def send(kind: str, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", start)
    for step in range(1, STEPS + 1):
        send("touchMove", start + (end - 12 - start) * step / STEPS)
    send("touchEnd", end)

    assert saved(visitor)["Waves"] == ["Period", "Shape"]


def test_content_is_moved_with_the_keys_and_heard(editor: Open) -> None:
    visitor = editor()
    page = visitor.page
    said = page.locator(".outline-said")

    grip(page, "Period").focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Grabbed")
    visitor.look()
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Period: place 1 of 3 in module Superposition")
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Period: place 2 of 3 in module Superposition")
    expect(grip(page, "Period")).to_be_focused()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Dropped")

    assert saved(visitor)["Superposition"] == ["Adding", "Period", "Beats"]


def test_module_is_moved_with_the_keys(editor: Open) -> None:
    visitor = editor()

    grip(visitor.page, "Sound").focus()
    for key in ("Enter", "Home", "ArrowDown", "Enter"):
        visitor.page.keyboard.press(key)

    assert list(saved(visitor)) == ["Waves", "Sound", "Superposition"]


def test_escape_puts_back_what_the_keys_have_moved(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    grip(page, "Shape").focus()
    for key in ("Enter", "ArrowDown", "ArrowDown", "ArrowDown", "Escape"):
        page.keyboard.press(key)
    expect(page.locator(".outline-said")).to_contain_text("Put back")

    assert shown(page) == SMALL
    expect(grip(page, "Shape")).to_be_focused()
    expect(page.locator(".outline-saved")).to_be_empty()


def test_leaving_the_grip_drops(editor: Open) -> None:
    visitor = editor()

    grip(visitor.page, "Period").focus()
    for key in ("Enter", "ArrowUp", "Tab"):
        visitor.page.keyboard.press(key)

    assert saved(visitor)["Waves"] == ["Period", "Shape"]


def test_menu_moves_up_and_down(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    choose(page, "Period", "Move up")
    choose(page, "Waves", "Move down")
    choose(page, "Beats", "Move up")

    outline = saved(visitor)
    assert list(outline) == ["Superposition", "Waves", "Sound"]
    assert outline["Waves"] == ["Period", "Shape"]
    assert outline["Superposition"] == ["Beats", "Adding"]


def test_menu_is_worked_with_the_keys(editor: Open) -> None:
    visitor = editor()
    page = visitor.page
    button = page.get_by_role("button", name="More for “Shape”", exact=True)

    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Edit", exact=True)).to_be_focused()
    visitor.look()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    assert saved(visitor)["Waves"] == ["Period", "Shape"]


def test_menu_moves_to_a_module_and_to_a_place(editor: Open) -> None:
    visitor = editor()
    page = visitor.page
    dialog = page.get_by_role("dialog")

    choose(page, "Shape", "Move to module")
    visitor.look()
    dialog.get_by_role("combobox").select_option("3. Sound")
    dialog.get_by_role("button", name="Move").click()
    choose(page, "Waves", "Move to place")
    dialog.get_by_role("combobox").select_option("The end")
    dialog.get_by_role("button", name="Move").click()

    assert saved(visitor) == {
        "Superposition": ["Adding", "Beats"],
        "Sound": ["Shape"],
        "Waves": ["Period"],
    }


def test_titles_are_changed_where_they_stand(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    grip(page, "Shape").focus()
    page.keyboard.press("F2")
    expect(page.get_by_role("textbox", name="Title of “Shape”")).to_be_focused()
    visitor.look()
    page.keyboard.type("Only the shape")
    page.keyboard.press("Enter")
    choose(page, "Sound", "Rename")
    page.keyboard.type("What you hear")
    page.keyboard.press("Enter")
    choose(page, "Beats", "Rename")
    page.keyboard.type("Nothing")
    page.keyboard.press("Escape")

    outline = saved(visitor)
    assert list(outline) == ["Waves", "Superposition", "What you hear"]
    assert outline["Waves"] == ["Only the shape", "Period"]
    assert outline["Superposition"] == ["Adding", "Beats"]


def test_module_is_described(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    choose(page, "Sound", "Describe")
    page.get_by_role("dialog").get_by_role("textbox").fill("What reaches the ear.")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()

    expect(page.get_by_text("What reaches the ear.")).to_be_visible()
    assert saved(visitor) == SMALL


def test_modules_are_added_one_after_another(editor: Open) -> None:
    visitor = editor({})
    page = visitor.page
    title = page.get_by_role("textbox", name="Title of the new module")
    expect(page.get_by_role("heading", name="Add your first module")).to_be_visible()

    for name in ("Waves", "Sound"):
        title.fill(name)
        title.press("Enter")
        expect(page.get_by_role("heading", name=name)).to_be_visible()

    expect(page.get_by_role("heading", name="Add your first module")).to_be_hidden()
    expect(title).to_be_focused()
    assert saved(visitor) == {"Waves": [], "Sound": []}


def test_what_was_deleted_is_taken_back(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    choose(page, "Shape", "Delete")
    expect(page.get_by_text("Deleted “Shape”.")).to_be_visible()
    visitor.look()
    assert shown(page)["Waves"] == ["Period"]
    page.get_by_role("button", name="Undo").click()

    expect(row(page, "Shape")).to_be_visible()
    assert saved(visitor) == SMALL


def test_deleted_module_is_taken_back_with_the_keys_alone(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    choose(page, "Waves", "Delete")
    expect(page.get_by_text("Deleted the module “Waves”.")).to_be_visible()
    expect(page.get_by_role("button", name="More for “Superposition”")).to_be_focused()
    page.keyboard.press("Control+z")

    expect(page.get_by_role("button", name="More for “Waves”")).to_be_focused()
    assert saved(visitor) == SMALL


def test_undo_is_offered_for_ten_seconds_and_waits_while_it_is_looked_at(editor: Open) -> None:
    visitor = editor()
    page = visitor.page
    page.clock.install()
    toast = page.locator(".toast")

    choose(page, "Shape", "Delete")
    expect(toast).to_be_visible()
    page.clock.run_for(9_000)
    toast.hover()
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(1_500)

    expect(toast).to_be_hidden()


def test_folds_are_remembered(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    page.get_by_role("heading", name="Waves").click()
    expect(row(page, "Shape")).to_be_hidden()
    page.reload()

    expect(row(page, "Shape")).to_be_hidden()
    expect(row(page, "Adding")).to_be_visible()


def test_long_outline_loads_a_module_when_it_is_unfolded(editor: Open) -> None:
    visitor = editor(LONG)
    page = visitor.page
    assert shown(page)["Module 7"] == []

    page.get_by_role("heading", name="Module 7", exact=True).click()
    expect(row(page, "Module 7").get_by_role("link", name="One")).to_be_visible()
    visitor.look()
    row(page, "Module 7").get_by_role("button", name="Move “Two”").focus()
    for key in ("Enter", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".outline-said")).to_have_text("Two: place 1 of 3 in module Module 8")
    page.keyboard.press("Enter")

    expect(page.locator(".outline-saved")).to_contain_text("Saved")
    assert shown(page)["Module 8"] == ["Two", "One", "Two"]


def test_two_tabs_end_in_one_order(editor: Open) -> None:
    visitor = editor()
    first = visitor.page
    second = first.context.new_page()
    second.goto(first.url)

    choose(first, "Waves", "Move down")
    choose(second, "Sound", "Move up")
    expect(first.locator(".outline-saved")).to_contain_text("Saved")

    expect(second.locator(".outline-saved")).to_contain_text("Saved")
    first.reload()
    second.reload()
    assert list(shown(first)) == list(shown(second))
    assert sorted(shown(first)) == sorted(SMALL)


def test_step_with_what_another_tab_has_deleted_says_so(editor: Open) -> None:
    visitor = editor()
    first = visitor.page
    second = first.context.new_page()
    second.goto(first.url)
    choose(second, "Shape", "Delete")
    expect(second.locator(".toast")).to_be_visible()

    choose(first, "Shape", "Move down")

    expect(first.get_by_role("alert")).to_contain_text("not there any more")
    expect(row(first, "Shape")).to_have_count(0)
    visitor.look()


def test_who_was_signed_out_loses_nothing(editor: Open) -> None:
    visitor = editor()
    page = visitor.page
    cookies = page.context.cookies()
    page.context.clear_cookies(name="session")

    choose(page, "Period", "Move up")
    expect(page.get_by_role("alert")).to_contain_text("You have been signed out")
    assert shown(page) == SMALL
    visitor.look()
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "session"])
    page.get_by_role("button", name="Try again").click()

    assert saved(visitor)["Waves"] == ["Period", "Shape"]


def test_who_is_offline_is_told_and_tries_again(editor: Open) -> None:
    visitor = editor()
    page = visitor.page
    page.context.set_offline(True)
    expect(page.locator(".outline-saved")).to_have_text("You are offline")

    choose(page, "Shape", "Delete")
    expect(page.get_by_role("alert")).to_contain_text("you are offline")
    assert shown(page) == SMALL
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()

    assert saved(visitor)["Waves"] == ["Period"]


def test_steps_that_follow_quickly_are_all_saved(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    for _ in range(3):
        choose(page, "Waves", "Move down")
        choose(page, "Waves", "Move up")
    choose(page, "Adding", "Delete")
    choose(page, "Beats", "Delete")

    expect(page.locator(".toast")).to_have_count(2)
    assert saved(visitor) == {"Waves": ["Shape", "Period"], "Superposition": [], "Sound": []}


def test_outline_is_arranged_without_scripts(editor: Open) -> None:
    visitor = editor(scripts=False)
    main = visitor.page.get_by_role("main")

    main.get_by_role("button", name="Move module down").first.click()
    main.locator("#new-module-title").fill("Light")
    visitor.press("Add module")

    titles = main.get_by_role("heading", level=2).all_inner_texts()
    assert titles == ["Superposition", "Waves", "Sound", "Light"]


def test_field_with_the_focus_is_not_below_the_buttons(editor: Open) -> None:
    visitor = editor(LONG)
    visitor.visit(visitor.path.partition("#")[0].replace("outline", "module"))
    field = visitor.page.get_by_label("Title").nth(9)
    field.evaluate("each => scrollBy(0, each.getBoundingClientRect().bottom - innerHeight + 10)")

    field.focus()

    shown, buttons = field.bounding_box(), visitor.page.locator(".sticky-actions").bounding_box()
    assert shown
    assert buttons
    assert shown["y"] + shown["height"] <= buttons["y"]


@pytest.mark.parametrize("language", ["en", "ar-xb"])
def test_outline_fits_every_device(editor: Open, device: Any, language: str) -> None:
    long = {"A very long title " * 11: ["Donaudampfschifffahrtsgesellschaft" * 7, "Short"], "B": []}

    visitor = editor(
        {title[:200]: texts for title, texts in long.items()}, language=language, **device
    )

    visitor.page.locator(".row-menu").nth(1).click()
    visitor.look()


def test_row_is_duplicated_and_the_copy_is_taken_back(editor: Open) -> None:
    visitor = editor()
    page = visitor.page

    choose(page, "Shape", "Duplicate")
    expect(page.get_by_text("Duplicated “Shape”.")).to_be_visible()
    expect(row(page, "Waves").locator(".outline-content")).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Waves").locator(".outline-content")).to_have_count(2)

    assert saved(visitor) == SMALL


def test_rest_of_a_long_module_is_shown_when_asked_for(editor: Open) -> None:
    visitor = editor({"Long": [f"Text {number}" for number in range(1, 302)], "Next": []})
    page = visitor.page
    page.get_by_role("heading", name="Long").click()
    rows = row(page, "Long").locator(".outline-content")
    expect(rows).to_have_count(200)

    page.get_by_role("link", name="Show more").click()

    expect(rows).to_have_count(301)
    expect(page.get_by_role("link", name="Show more")).to_have_count(0)
    expect(row(page, "Long").locator(".count")).to_have_text("301")


def test_module_leaves_the_page_of_a_very_long_outline(editor: Open) -> None:
    visitor = editor({f"Module {number}": [] for number in range(1, 503)})
    page = visitor.page
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**page=2")
    assert list(shown(page)) == ["Module 501", "Module 502"]

    choose(page, "Module 501", "Move up")
    expect(page.locator(".outline-said")).to_contain_text("place 500")
    choose(page, "Module 502", "Move to place")
    page.get_by_role("dialog").get_by_role("combobox").select_option("The beginning")
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(page.locator(".outline-said")).to_contain_text("place 1")

    assert list(shown(page)) == ["Module 501", "Module 500"]
