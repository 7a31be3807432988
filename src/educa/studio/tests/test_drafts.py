"""Drafts: what an author has typed and not saved, kept for them alone."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import save_item, trash_content
from educa.courses.kinds.text import MAX_TEXT, TextForm
from educa.courses.models import TextDraft
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.studio.views import drafts
from educa.studio.writing import text_state

pytestmark = pytest.mark.django_db

JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def owner():
    return make_instructor()


@pytest.fixture
def module(owner):
    return make_module(make_course(owner=owner))


@pytest.fixture
def text(module):
    """A text that is saved, beside one of another course."""
    make_content()
    return make_content(module, title="Beats", content="Old words").item


@pytest.fixture
def browser(client, owner):
    client.force_login(owner)
    return client


def url_of(module, text=None):
    if text is None:
        return reverse("text_draft_create", args=[module.pk])
    return reverse("text_draft_update", args=[module.pk, text.pk])


def page_of(module, text=None):
    if text is None:
        return reverse("module_content_create", args=[module.pk, "text"])
    return reverse("module_content_update", args=[module.pk, "text", text.pk])


def words(text=None, **fields):
    """What the script sends for a text."""
    return {"title": "Beats", "content": "New words", "seen": text_state(text)} | fields


def keep(browser, module, text=None, **fields):
    return browser.post(url_of(module, text), words(text, **fields), **JSON)


def save(text, module, author, content):
    """Somebody saves the text."""
    form = TextForm({"title": text.title, "content": content, "format": "markdown"}, instance=text)
    assert form.is_valid()
    save_item(form=form, module=module, author=author)


def test_draft_of_a_text_is_kept_and_the_text_stays(browser, module, text, owner):
    answer = keep(browser, module, text).json()

    draft = TextDraft.objects.get()
    assert (draft.author, draft.text, draft.module) == (owner, text, module)
    assert (draft.title, draft.content, draft.format) == ("Beats", "New words", "markdown")
    assert answer == {
        "stamp": draft.stamp,
        "saved_at": draft.saved_at.isoformat(),
        "changed": False,
        "difference": "",
    }
    text.refresh_from_db()
    assert text.content == "Old words"


def test_draft_of_a_new_text_belongs_to_the_module(browser, module, owner):
    keep(browser, module, content="A beginning")
    keep(browser, module, content="A beginning, and more")

    draft = TextDraft.objects.get()
    assert (draft.text, draft.module, draft.content) == (None, module, "A beginning, and more")


def test_page_offers_the_draft_and_goes_on_with_it(browser, module, text):
    keep(browser, module, text)

    page = browser.get(page_of(module, text))
    assertContains(page, "You have an unsaved draft")
    assert page.context["form"]["content"].value() == "Old words"
    page = browser.get(page_of(module, text) + "?draft=1")

    assert page.context["form"]["content"].value() == "New words"
    assertNotContains(page, "You have an unsaved draft")


def test_draft_that_says_what_is_saved_is_not_offered(browser, module, text):
    keep(browser, module, text, content="Old words")

    assertNotContains(browser.get(page_of(module, text)), "You have an unsaved draft")


def test_saving_ends_the_draft(browser, module, text):
    stamp = keep(browser, module, text).json()["stamp"]

    browser.post(page_of(module, text), words(text, draft=stamp))

    text.refresh_from_db()
    assert text.content == "New words"
    assert not TextDraft.objects.exists()


def test_saving_a_new_text_ends_its_draft(browser, module):
    stamp = keep(browser, module).json()["stamp"]

    browser.post(page_of(module), words(draft=stamp))

    assert not TextDraft.objects.exists()
    assertNotContains(browser.get(page_of(module)), "You have an unsaved draft")


def test_saving_something_else_keeps_the_draft_of_another_window(browser, module, text):
    keep(browser, module, text, content="Words of another window")

    browser.post(page_of(module, text), words(text, content="Words of this one", draft=""))

    assert TextDraft.objects.get().content == "Words of another window"


def test_refused_form_keeps_the_draft_and_offers_nothing(browser, module, text):
    stamp = keep(browser, module, text).json()["stamp"]

    page = browser.post(page_of(module, text), words(text, title="", draft=stamp))

    assertNotContains(page, "You have an unsaved draft")
    assertContains(page, f'name="draft" value="{stamp}"')
    assert TextDraft.objects.exists()


def test_second_window_does_not_overwrite_the_draft_of_the_first(browser, module, text):
    first = keep(browser, module, text, content="First", known="").json()["stamp"]

    answer = keep(browser, module, text, content="Second", known="")

    assert answer.status_code == 409
    assert answer.json()["stamp"] == first
    assert TextDraft.objects.get().content == "First"
    assert keep(browser, module, text, content="First and more", known=first).status_code == 200
    assert keep(browser, module, text, content="Second").status_code == 200
    assert TextDraft.objects.get().content == "Second"


def test_the_same_words_from_two_windows_are_no_conflict(browser, module, text):
    keep(browser, module, text, known="")

    assert keep(browser, module, text, known="").status_code == 200


def test_author_hears_that_the_text_was_saved_meanwhile(browser, module, text):
    seen = text_state(text)
    save(text, module, make_instructor(), "Words of somebody else")

    answer = keep(browser, module, text, seen=seen).json()

    assert answer["changed"]
    old, new = text.versions.all()[1], text.versions.all()[0]
    history = reverse("text_history", args=[module.pk, text.pk])
    assert answer["difference"] == f"{history}?old={old.pk}&new={new.pk}"
    assert browser.get(answer["difference"]).status_code == 200


def test_old_draft_says_that_the_text_was_saved_meanwhile(browser, module, text):
    seen = keep(browser, module, text) and text_state(text)
    save(text, module, make_instructor(), "Words of somebody else")

    assertContains(browser.get(page_of(module, text)), "The text has been saved since you began it")
    page = browser.get(page_of(module, text) + "?draft=1")
    assertContains(page, f'name="seen" value="{seen}"')
    response = browser.post(page_of(module, text), words(text, seen=seen))

    assert response.status_code == 409
    text.refresh_from_db()
    assert text.content == "Words of somebody else"


def test_draft_can_be_thrown_away(browser, module, text):
    keep(browser, module, text)
    browser.post(url_of(module, text), {"discard": "1"}, **JSON)
    assert not TextDraft.objects.exists()

    keep(browser, module, text)
    response = browser.post(url_of(module, text), {"discard": "1"})
    assert response.url == page_of(module, text)
    keep(browser, module, text)
    assert browser.delete(url_of(module, text), **JSON).status_code == 200

    assert not TextDraft.objects.exists()


def test_everybody_has_their_own_draft(client, browser, module, text):
    keep(browser, module, text, content="Of the owner")
    assistant = make_instructor()
    module.course.co_instructors.add(assistant)
    client.force_login(assistant)

    assertNotContains(client.get(page_of(module, text)), "You have an unsaved draft")
    assertNotContains(client.get(page_of(module, text) + "?draft=1"), "Of the owner")
    keep(client, module, text, content="Of the co-instructor")
    client.delete(url_of(module, text), **JSON)

    assert TextDraft.objects.get().content == "Of the owner"


@pytest.mark.parametrize("method", ["post", "delete"])
def test_drafts_are_for_those_who_may_change_the_text(client, module, text, method):
    ask = getattr(client, method)

    assert ask(url_of(module, text)).status_code == 302
    client.force_login(make_user())
    assert ask(url_of(module, text)).status_code == 403
    client.force_login(make_instructor())
    assert ask(url_of(module, text)).status_code == 404
    assert ask(url_of(module)).status_code == 404
    assert not TextDraft.objects.exists()


def test_text_is_reached_through_its_own_module_only(browser, module, text, owner):
    elsewhere = make_module(make_course(owner=owner))
    stranger = make_content().item
    picture = make_content(module, "image").item

    assert keep(browser, elsewhere, text).status_code == 404
    assert keep(browser, module, stranger).status_code == 404
    assert browser.post(url_of(module, picture), words()).status_code == 404
    assert browser.post(reverse("text_draft_update", args=[module.pk, 2**70])).status_code == 404
    assert not TextDraft.objects.exists()


def test_text_in_the_trash_takes_no_drafts(browser, module, text, owner):
    trash_content(content=text.contents.get(), by=owner)

    assert keep(browser, module, text).status_code == 404


def test_draft_follows_its_text_to_another_module(browser, module, text, owner):
    keep(browser, module, text, content="Before")
    there = make_module(module.course)
    text.contents.update(module=there)

    assert (
        browser.get(page_of(there, text) + "?draft=1").context["form"]["content"].value()
        == "Before"
    )
    keep(browser, there, text, content="After")

    draft = TextDraft.objects.get()
    assert (draft.module, draft.content) == (there, "After")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"content": "x" * (MAX_TEXT + 1)}, 413),
        ({"content": "x\0"}, 400),
        ({"title": "x" * 251}, 400),
        ({"seen": "x" * 41}, 400),
        ({"format": "pdf"}, 400),
        ({"known": "x" * 41}, 400),
    ],
)
def test_what_can_not_be_kept_is_refused(browser, module, text, fields, status):
    answer = keep(browser, module, text, **fields)

    assert answer.status_code == status
    assert answer.json()["errors"]
    assert not TextDraft.objects.exists()


def test_nothing_in_the_request_says_whose_draft_it_is(browser, module, text, owner):
    other = make_content()

    made_up = {"author": make_user().pk, "text": other.item.pk, "module": other.module.pk}
    browser.post(url_of(module, text), words(text) | made_up, **JSON)

    draft = TextDraft.objects.get()
    assert (draft.author, draft.text, draft.module) == (owner, text, module)


def test_draft_of_html_stays_html_and_may_become_markdown(browser, module):
    text = make_content(module, content="<p>Old</p>", format="html").item

    keep(browser, module, text, content="<p>New</p>")
    assert TextDraft.objects.get().format == "html"
    keep(browser, module, text, content="New", format="markdown")
    page = browser.get(page_of(module, text) + "?draft=1")

    assert page.context["form"]["format"].value() == "markdown"


def test_drafts_without_end_have_to_wait(browser, module, text, owner):
    for _ in range(drafts.DRAFTS.amount):
        drafts.DRAFTS.allows(str(owner.pk))

    assert keep(browser, module, text).status_code == 429


def test_other_kinds_have_no_drafts(browser, module):
    page = browser.get(reverse("module_content_create", args=[module.pk, "video"]))

    assert page.context["writing"] is None
