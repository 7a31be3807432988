"""An instructor writes a text: with tools, pictures and words from elsewhere; and what they type is kept."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from educa.courses.tests.factories import picture
from tests.journeys.conftest import Arrive, Site, Visitor, sign_in

pytestmark = pytest.mark.once

BUILD = """
from educa.accounts.models import User
from educa.courses.models import Content, Course, Module, Subject, Text
owner = User.objects.get(username="instructor")
course = Course.objects.create(owner=owner, subject=Subject.objects.first(), title="Writing")
module = Module.objects.create(course=course, title="Waves")
item = Text.objects.create(
    owner=owner, title="Beats", content=given["words"], format=given["kind"]
)
Content.objects.create(module=module, item=item)
print("text", module.pk, item.pk)
"""
PASTE = """(area, {html, words, files, shift}) => {
  const carried = new DataTransfer();
  if (html) carried.setData('text/html', html);
  if (words) carried.setData('text/plain', words);
  for (const {name, type, bytes} of files) {
    const data = Uint8Array.from(atob(bytes), sign => sign.charCodeAt(0));
    carried.items.add(new File([data], name, {type}));
  }
  area.focus();
  const keys = {key: 'V', ctrlKey: true, shiftKey: shift, bubbles: true};
  area.dispatchEvent(new KeyboardEvent('keydown', keys));
  const paste = {clipboardData: carried, bubbles: true, cancelable: true};
  return area.dispatchEvent(new ClipboardEvent('paste', paste));
}"""
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
<style><!-- p.MsoNormal {mso-style-parent:""; margin:0cm;} --></style></head><body lang=EN-US><!--StartFragment-->
<h2>Waves<o:p></o:p></h2>
<p class=MsoNormal style='mso-margin-top-alt:auto'>They carry <b style='mso-bidi-font-weight:normal'>energy</b>.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Water<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>Deep water</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>Medium</p></td><td><p class=MsoNormal>Speed</p></td></tr>
<tr><td><p class=MsoNormal>Air</p></td><td><p class=MsoNormal>343</p></td></tr></table>
<p class=MsoNormal><img src="file:///C:/clip_image002.png" v:shapes="Picture_x0020_1"></p>
<!--EndFragment--></body></html>"""
CLEAN = """## Waves

They carry **energy**.

- Water
  - Deep water

| Medium | Speed |
| --- | --- |
| Air | 343 |"""
GOOGLE = """<b style="font-weight:normal" id="docs-internal-guid-1"><p><span style="font-weight:700">Bold</span>
<span style="font-weight:400"> and </span><span style="font-style:italic">italic</span></p></b>"""
Open = Callable[..., Visitor]
KEPT = "words => Object.values(localStorage).some(kept => kept.includes(words))"


@pytest.fixture
def text_url(site: Site) -> Callable[..., str]:
    """Makes a text of the demonstration's instructor; gives the path of the page on which it is written."""

    def make(words: str = "", *, kind: str = "markdown") -> str:
        made = site.prepare(BUILD, words=words, kind=kind)
        found = re.search(r"text (\d+) (\d+)", made)
        assert found
        return f"/course/module/{found[1]}/content/text/{found[2]}/"

    return make


@pytest.fixture
def desk(arrive: Arrive, text_url: Callable[..., str]) -> Open:
    """Opens the page of a new text: `desk("Words", width=390)`."""

    def open_it(words: str = "", *, kind: str = "markdown", **device: Any) -> Visitor:
        visitor = arrive("instructor", **device)
        visitor.visit(text_url(words, kind=kind))
        return visitor

    return open_it


def area(page: Page) -> Locator:
    return page.get_by_label("Text", exact=True)


def state(page: Page) -> Locator:
    return page.locator(".writing-state")


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar", name="Formatting").get_by_role(
        "button", name=name, exact=True
    )


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="A picture for the text")


def paste(
    page: Page, *, html: str = "", words: str = "", files: Any = (), shift: bool = False
) -> bool:
    """Paste into the text; whether it is left to the browser."""
    carried = {"html": html, "words": words, "files": list(files), "shift": shift}
    return bool(area(page).evaluate(PASTE, carried))


def png(name: str = "beats.png") -> dict[str, str]:
    """A picture as it lies on the clipboard."""
    return {"name": name, "type": "image/png", "bytes": base64.b64encode(picture()).decode()}


def write(page: Page, words: str) -> None:
    """Type at the end of the text."""
    area(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def save(visitor: Visitor) -> None:
    """Press the button, and wait for the page that says so."""
    visitor.press("Save")
    expect(visitor.page.locator(".messages")).to_contain_text("Saved.")


def restore(visitor: Visitor) -> None:
    """Take the text back to what it said before."""
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Restore").first.click()
    visitor.look()


def blocks(prose: Locator) -> str:
    """The HTML of a text without the blanks between its blocks, and without what scripts add in the player."""
    html = re.sub(r' <a class="heading-link".*?</a>', "", prose.inner_html())
    return re.sub(r">\s+<", "><", html).strip()


def test_page_is_for_every_screen_and_everybody(desk: Open, device: Any) -> None:
    visitor = desk("## Beats\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x^2$", **device)

    visitor.page.get_by_role("button", name="Preview", exact=True).click()
    expect(preview(visitor.page).get_by_role("table")).to_be_visible()
    visitor.look()
    visitor.page.get_by_role("button", name="How to write").click()
    expect(visitor.page.locator(".writing-help")).to_be_visible()
    visitor.look()


def test_tools_write_markdown_that_can_be_taken_back(desk: Open) -> None:
    page = desk("loud").page
    area(page).select_text()

    tool(page, "Bold").click()
    expect(area(page)).to_have_value("**loud**")
    page.keyboard.press("Control+i")
    expect(area(page)).to_have_value("***loud***")
    tool(page, "List").click()
    expect(area(page)).to_have_value("- ***loud***")
    for _ in range(3):
        page.keyboard.press("Control+z")

    expect(area(page)).to_have_value("loud")


def test_tools_are_one_stop_of_the_tab_key_and_the_text_is_no_trap(desk: Open) -> None:
    page = desk().page
    tool(page, "Heading").focus()

    page.keyboard.press("ArrowRight")
    expect(tool(page, "Smaller heading")).to_be_focused()
    page.keyboard.press("End")
    expect(tool(page, "Footnote")).to_be_focused()
    area(page).focus()
    page.keyboard.press("Tab")

    expect(preview(page)).to_be_focused()


def test_tools_that_do_not_fit_come_with_a_button(desk: Open) -> None:
    visitor = desk("loud", width=390)
    page = visitor.page
    expect(tool(page, "Footnote")).not_to_be_in_viewport()

    page.get_by_role("button", name="More tools").click()
    expect(tool(page, "Footnote")).to_be_in_viewport()
    visitor.look()
    tool(page, "Footnote").click()
    expect(area(page)).to_have_value(re.compile(r"\[\^1\]"))
    page.get_by_role("button", name="More tools").click()

    expect(tool(page, "Footnote")).not_to_be_in_viewport()


def test_keys_lead_to_tools_that_do_not_fit(desk: Open) -> None:
    page = desk(width=390).page
    more = page.get_by_role("button", name="More tools")
    expect(more).to_have_attribute("aria-expanded", "false")

    tool(page, "Heading").focus()
    page.keyboard.press("End")

    expect(tool(page, "Footnote")).to_be_focused()
    expect(tool(page, "Footnote")).to_be_in_viewport()
    expect(more).to_have_attribute("aria-expanded", "true")


def test_tools_that_fit_need_no_button(desk: Open) -> None:
    page = desk(width=1440).page

    expect(tool(page, "Footnote")).to_be_in_viewport()
    expect(page.get_by_role("button", name="More tools")).to_be_hidden()


def test_enter_goes_on_with_a_list_and_then_leaves_it(desk: Open) -> None:
    page = desk().page

    write(page, "1. One\nTwo\n\nAfter")

    expect(area(page)).to_have_value("1. One\n2. Two\n\nAfter")


def test_block_of_code_has_a_language(desk: Open) -> None:
    page = desk("x = 1").page
    area(page).select_text()

    tool(page, "Block of code").click()
    page.get_by_role("dialog").get_by_label("Language").select_option("Python")
    page.get_by_role("button", name="Insert", exact=True).click()

    expect(area(page)).to_have_value("```python\nx = 1\n```\n")
    expect(preview(page).locator("pre.code .mi")).to_have_text("1")


def test_preview_is_what_students_read(desk: Open) -> None:
    visitor = desk()

    write(visitor.page, "## Beats\n\nTwo *tones*[^1] make $f_1 - f_2$.\n\n[^1]: Near each other.")
    expect(preview(visitor.page).locator("math")).to_be_visible()
    shown = blocks(preview(visitor.page).locator(".prose"))
    save(visitor)
    visitor.follow("See it as a student")

    assert blocks(visitor.page.locator("article .prose")) == shown


def test_words_from_word_come_clean_and_pictures_of_elsewhere_stay_away(desk: Open) -> None:
    visitor = desk()

    paste(visitor.page, html=WORD, words="Waves They carry energy.")

    expect(area(visitor.page)).to_have_value(CLEAN)
    expect(visitor.page.locator(".writing .message")).to_contain_text("One picture of another site")
    visitor.look()


def test_words_from_google_keep_what_they_mean(desk: Open) -> None:
    page = desk().page

    paste(page, html=GOOGLE, words="Bold and italic")

    expect(area(page)).to_have_value("**Bold** and *italic*")


def test_spreadsheet_becomes_a_table_and_an_address_a_link(desk: Open) -> None:
    page = desk().page
    html = "<table><tr><td>Planet</td><td>Moons</td></tr><tr><td>Mars</td><td>2</td></tr></table>"

    paste(page, html=html, words="Planet\tMoons\nMars\t2")
    expect(area(page)).to_have_value("| Planet | Moons |\n| --- | --- |\n| Mars | 2 |")
    area(page).fill("Mars")
    area(page).select_text()
    paste(page, words="https://example.org/mars")

    expect(area(page)).to_have_value("[Mars](https://example.org/mars)")


def test_plain_words_stay_plain(desk: Open) -> None:
    page = desk("```\n").page
    write(page, "")

    assert paste(page, html="<b>x</b>", words="x", shift=True)
    assert paste(page, html="<span>a_b</span>", words="a_b")
    assert paste(page, html="<b>x</b>", words="x")
    expect(area(page)).to_have_value("```\n")


def test_picture_is_uploaded_described_and_shown(desk: Open) -> None:
    visitor = desk("Before")
    page = visitor.page
    write(page, "\n\n")

    paste(page, files=[png()])
    expect(dialog(page)).to_be_visible()
    visitor.look()
    dialog(page).get_by_role("button", name="Insert the picture").click()
    expect(dialog(page)).to_be_visible()
    dialog(page).get_by_label("Alternative text").fill("Two waves [added]")
    dialog(page).get_by_role("button", name="Insert the picture").click()

    picture_in_text = r"Before\n\n!\[Two waves \\\[added\\\]\]\(/media/attachment/[\w.]+png\)"
    expect(area(page)).to_have_value(re.compile(picture_in_text))
    shown = preview(page).get_by_role("img", name="Two waves [added]")
    expect(shown).to_have_js_property("naturalWidth", 8)


def test_several_pictures_are_asked_for_one_by_one_and_one_may_be_left_out(desk: Open) -> None:
    page = desk().page

    paste(page, files=[png("first.png"), png("second.png"), png("third.png")])
    dialog(page).get_by_label("Alternative text").fill("The first")
    dialog(page).get_by_role("button", name="Insert the picture").click()
    expect(dialog(page)).to_contain_text("second.png")
    dialog(page).get_by_role("button", name="Leave the picture out").click()
    expect(dialog(page)).to_contain_text("third.png")
    dialog(page).get_by_label("It is decoration").check()
    dialog(page).get_by_role("button", name="Insert the picture").click()

    media = r"/media/attachment/[\w.]+"
    decoration = rf'<img src="{media}" alt="">'
    expect(area(page)).to_have_value(re.compile(rf"^!\[The first\]\({media}\)\s+{decoration}$"))


def test_file_that_is_something_else_is_refused_in_its_place(desk: Open) -> None:
    visitor = desk("Words")
    bad = {**png("page.png"), "bytes": base64.b64encode(b"<script>alert(1)</script>").decode()}

    paste(visitor.page, files=[bad])

    expect(visitor.page.locator(".writing-uploads")).to_contain_text("This is not a .png file")
    expect(area(visitor.page)).to_have_value("Words")
    visitor.look()


def test_dropped_file_becomes_a_link(desk: Open) -> None:
    page = desk().page
    data = page.evaluate_handle(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(['a,b'], 'day_light.csv', {type: 'text/csv'}));
          return carried;
        }"""
    )

    area(page).dispatch_event("drop", {"dataTransfer": data})

    link = r"\[day\\_light\.csv\]\(/media/attachment/\w+\.csv\)"
    expect(area(page)).to_have_value(re.compile(link))


def reopen(visitor: Visitor) -> Page:
    """The page dies without a word, and is opened again."""
    path = visitor.path
    visitor.crash()
    visitor.visit(path.partition("?")[0])
    return visitor.page


def test_draft_survives_the_death_of_the_page(desk: Open) -> None:
    visitor = desk("Old words.")
    write(visitor.page, " New words.")
    expect(state(visitor.page)).to_contain_text("Draft saved")

    page = reopen(visitor)

    expect(area(page)).to_have_value("Old words.")
    visitor.follow("Continue with it")
    expect(area(page)).to_have_value("Old words. New words.")
    save(visitor)
    visitor.visit(visitor.path)
    expect(page.get_by_text("unsaved draft")).to_have_count(0)


def test_draft_can_be_thrown_away(desk: Open) -> None:
    visitor = desk("Old words.")
    write(visitor.page, " New words.")
    expect(state(visitor.page)).to_contain_text("Draft saved")
    page = reopen(visitor)

    page.get_by_role("button", name="Discard", exact=True).click()

    expect(page.get_by_text("unsaved draft")).to_be_hidden()
    page = reopen(visitor)
    expect(area(page)).to_have_value("Old words.")
    expect(page.get_by_text("unsaved draft")).to_have_count(0)


def test_browser_keeps_what_the_server_never_heard(desk: Open) -> None:
    visitor = desk("Old words.")
    path, context = visitor.path, visitor.page.context
    context.set_offline(True)
    write(visitor.page, " New words.")
    expect(state(visitor.page)).to_contain_text("You are offline")
    visitor.page.wait_for_function(KEPT, arg="New words.")
    visitor.troubles.clear()  # the browser reports that it could not send

    visitor.crash()
    context.set_offline(False)
    visitor.visit(path)
    visitor.page.get_by_role("button", name="Continue with it").click()

    expect(area(visitor.page)).to_have_value("Old words. New words.")
    expect(state(visitor.page)).to_contain_text("Draft saved")
    assert visitor.page.evaluate("Object.keys(localStorage).length") == 0


def test_session_that_ends_costs_no_word(arrive: Arrive, text_url: Callable[..., str]) -> None:
    visitor = arrive()
    page, context = visitor.page, visitor.page.context
    sign_in(page, visitor.site.address, "instructor")
    visitor.visit(text_url("Old words."))
    context.clear_cookies()
    write(page, " New words.")
    expect(state(page)).to_contain_text("You have been signed out")
    visitor.look()

    page.get_by_role("button", name="Save", exact=True).click()
    expect(state(page)).to_contain_text("Nothing was saved yet.")
    other = context.new_page()
    sign_in(other, visitor.site.address, "instructor")
    other.close()
    save(visitor)

    expect(area(page)).to_have_value("Old words. New words.")


def test_second_of_two_tabs_is_told_and_nothing_is_overwritten(
    desk: Open, arrive: Arrive, text_url: Callable[..., str]
) -> None:
    first = desk("Common words.")
    second = arrive("instructor")
    second.visit(first.path)
    write(first.page, " Mine.")
    save(first)

    write(second.page, " Yours.")
    expect(second.page.get_by_text("saved elsewhere since you opened it")).to_be_visible()
    second.look()
    second.page.get_by_role("button", name="Save", exact=True).click()

    conflict = second.page.locator(".conflict")
    expect(conflict.locator("del")).to_have_text("Mine")
    expect(conflict.locator("ins")).to_have_text("Yours")
    expect(area(second.page)).to_have_value("Common words. Yours.")
    second.look()
    first.visit(first.path)
    expect(area(first.page)).to_have_value("Common words. Mine.")


def test_two_windows_of_one_author_do_not_overwrite_each_others_drafts(
    desk: Open, arrive: Arrive
) -> None:
    first = desk("Words.")
    second = arrive("instructor")
    second.visit(first.path)
    write(first.page, " One.")
    expect(state(first.page)).to_contain_text("Draft saved")

    write(second.page, " Two.")
    take = second.page.get_by_role("button", name="Keep this one, drop the other")
    expect(take).to_be_visible()
    second.look()
    take.click()
    expect(state(second.page)).to_contain_text("Draft saved")

    page = reopen(second)
    second.follow("Continue with it")
    expect(area(page)).to_have_value("Words. Two.")


def test_text_that_was_deleted_meanwhile_is_not_lost(desk: Open, arrive: Arrive) -> None:
    visitor = desk("Old words.")
    other = arrive("instructor")
    other.visit(visitor.path)
    other.press("Delete")

    write(visitor.page, " New words.")
    expect(state(visitor.page)).to_contain_text("not there any more")
    visitor.page.get_by_role("button", name="Save", exact=True).click()
    take_back = visitor.page.get_by_role("button", name=re.compile("back"))
    expect(take_back.first).to_be_visible()

    expect(area(visitor.page)).to_have_value("Old words. New words.")
    visitor.look()


def test_long_words_are_pasted_at_once_and_can_be_taken_back(desk: Open) -> None:
    page = desk("Before").page
    rows = "".join(f"<tr><td>{number}</td><td>x</td></tr>" for number in range(3_000))
    write(page, "")

    paste(page, html=f"<table>{rows}</table>", words="0\tx")
    expect(area(page)).to_have_value(re.compile(r"^Before\n\n\| 0 \| x \|"))
    page.keyboard.press("Control+z")

    expect(area(page)).to_have_value("Before")


def test_versions_are_compared_and_restored(desk: Open, device: Any) -> None:
    visitor = desk("The wave moves.", **device)
    page = visitor.page
    area(page).fill("The quick wave moves.")
    save(visitor)

    visitor.follow("Versions")
    visitor.press("Compare the chosen two")
    expect(page.get_by_role("region", name="Difference").locator("ins")).to_have_text("quick ")
    restore(visitor)
    expect(page.locator(".messages")).to_contain_text("The text says again what it said")
    expect(page.locator(".version")).to_have_count(3)
    visitor.follow("Beats")

    expect(area(page)).to_have_value("The wave moves.")


def test_html_can_be_edited_as_it_is_or_become_markdown(desk: Open) -> None:
    visitor = desk("<h2>Beats</h2><p>Two <em>tones</em></p>", kind="html")
    page = visitor.page
    expect(preview(page).get_by_role("heading", name="Beats")).to_be_visible()

    page.get_by_role("button", name="Convert to Markdown").click()
    expect(area(page)).to_have_value("## Beats\n\nTwo *tones*")
    page.get_by_role("button", name="Back to HTML").click()
    expect(area(page)).to_have_value("<h2>Beats</h2><p>Two <em>tones</em></p>")
    page.get_by_role("button", name="Convert to Markdown").click()
    save(visitor)

    expect(area(page)).to_have_value("## Beats\n\nTwo *tones*")
    expect(preview(page).get_by_role("heading", name="Beats")).to_be_visible()


def test_everything_works_without_scripts(desk: Open, arrive: Arrive) -> None:
    with_scripts = desk("Old words.")
    write(with_scripts.page, " *New* words.")
    expect(state(with_scripts.page)).to_contain_text("Draft saved")
    visitor = arrive("instructor", scripts=False)
    page = visitor.page
    visitor.visit(with_scripts.path)

    visitor.follow("Continue with it")
    expect(area(page)).to_have_value("Old words. *New* words.")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview").click()
    expect(opened.value.locator(".prose em")).to_have_text("New")
    save(visitor)
    visitor.follow("Versions")
    restore(visitor)
    visitor.follow("Beats")

    expect(area(page)).to_have_value("Old words.")


def test_overview_of_a_new_course_is_kept_by_the_browser(arrive: Arrive) -> None:
    visitor = arrive("instructor")
    visitor.visit("/course/create/")
    overview = visitor.page.get_by_label("Overview", exact=True)
    overview.fill("About *waves*")
    expect(state(visitor.page)).to_contain_text("Kept in this browser")
    visitor.page.get_by_role("button", name="Preview", exact=True).click()
    expect(preview(visitor.page).locator("em")).to_have_text("waves")
    visitor.look()

    page = reopen(visitor)
    page.get_by_role("button", name="Continue with it").click()

    expect(page.get_by_label("Overview", exact=True)).to_have_value("About *waves*")
