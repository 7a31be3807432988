"""Two people, or two windows, edit the same content: nothing is overwritten without a word."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content, trash_module
from educa.courses.models import Content
from educa.courses.tests.factories import (
    PDF,
    YOUTUBE,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
    picture,
)

pytestmark = pytest.mark.django_db

KINDS = ["text", "file", "image", "video"]


@pytest.fixture
def owner():
    return make_instructor()


@pytest.fixture
def module(owner, stored):
    return make_module(make_course(owner=owner))


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def theirs(module):
    """The browser of a co-instructor."""
    assistant = make_instructor()
    module.course.co_instructors.add(assistant)
    browser = Client()
    browser.force_login(assistant)
    return browser


def url_of(content):
    kind = content.content_type.model
    return reverse("module_content_update", args=[content.module_id, kind, content.object_id])


def seen_by(browser, content):
    """What the form of the page knows of the state it shows."""
    return seen_in(browser.get(url_of(content)))


def seen_in(page):
    return re.search(r'name="seen" value="(\w*)"', page.content.decode())[1]


def form_of(content, **fields):
    own = {"video": {"url": YOUTUBE}}.get(content.content_type.model, {})
    return {"title": "Mine", **own, **fields}


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_save_of_two_is_told_and_changes_nothing(mine, theirs, module, kind):
    content = make_content(module, kind)
    seen = seen_by(mine, content)
    theirs.post(url_of(content), form_of(content, title="Theirs", seen=seen_by(theirs, content)))

    response = mine.post(url_of(content), form_of(content, seen=seen))

    content.item.refresh_from_db()
    assert response.status_code == 409
    assert content.item.title == "Theirs"


@pytest.fixture
def conflict(mine, theirs, module):
    """A text of which they have saved another version while mine was open."""
    content = make_content(module, title="Beats", content="One line.\nTwo lines.")
    seen = seen_by(mine, content)
    theirs.post(url_of(content), {"title": "Theirs", "content": "One line.\nTheir line."})
    return content, {"title": "Mine", "content": "One line.\nMy <b>line</b>.", "seen": seen}


def test_both_are_shown_and_nothing_typed_is_lost(mine, conflict):
    content, form = conflict

    page = mine.post(url_of(content), form)

    assertContains(page, "Theirs", status_code=409)
    assertContains(page, 'value="Mine"', status_code=409)
    assertContains(page, "My &lt;b&gt;line&lt;/b&gt;.", status_code=409)
    assertContains(page, "Their", status_code=409)


def test_what_i_did_not_change_is_not_shown(mine, conflict):
    content, form = conflict

    page = mine.post(url_of(content), {**form, "title": "Theirs"})

    assertNotContains(page, "<h2>Title</h2>", status_code=409)
    assertContains(page, "<h2>Text</h2>", status_code=409)


def test_mine_can_be_saved_on_top_once_theirs_was_seen(mine, conflict):
    content, form = conflict
    seen = seen_in(mine.post(url_of(content), form))

    response = mine.post(url_of(content), {**form, "seen": seen})

    content.item.refresh_from_db()
    assert response.status_code == 302
    assert content.item.title == "Mine"


def test_a_third_save_in_between_is_told_again(mine, theirs, conflict):
    content, form = conflict
    seen = seen_in(mine.post(url_of(content), form))
    theirs.post(url_of(content), {"title": "Once more", "content": "x"})

    response = mine.post(url_of(content), {**form, "seen": seen})

    assert response.status_code == 409


def test_theirs_can_be_taken(mine, conflict):
    content, form = conflict
    mine.post(url_of(content), form)

    assertContains(mine.get(url_of(content)), 'value="Theirs"')


def test_theirs_stays_in_the_history_of_a_text_when_mine_goes_on_top(mine, conflict):
    content, form = conflict
    seen = seen_in(mine.post(url_of(content), form))
    mine.post(url_of(content), {**form, "seen": seen})

    titles = content.item.versions.values_list("title", flat=True)
    assert list(titles) == ["Mine", "Theirs", "Beats"]


def test_two_who_write_the_same_do_not_disagree(mine, conflict):
    content, form = conflict
    same = {"title": "Theirs", "content": "One line.\r\nTheir line."}

    response = mine.post(url_of(content), {**form, **same})

    assert response.status_code == 302


def test_who_says_nothing_of_what_they_saw_saves(mine, conflict):
    content, form = conflict
    del form["seen"]

    assert mine.post(url_of(content), form).status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "0" * 40, "\0", "é" * 500])
def test_a_made_up_state_is_an_old_one(mine, conflict, seen):
    content, form = conflict

    assert mine.post(url_of(content), {**form, "seen": seen}).status_code == 409


def test_an_error_does_not_make_me_see_what_i_have_not_seen(mine, conflict):
    content, form = conflict

    page = mine.post(url_of(content), {**form, "title": ""})

    assert page.status_code == 200
    assert seen_in(page) == form["seen"]


@pytest.fixture
def deleted(mine, module):
    """A text that somebody else deletes while mine is open."""
    content = make_content(module, title="Beats")
    form = {"title": "Mine", "content": "My words", "seen": seen_by(mine, content)}
    trash_content(content=content, by=make_instructor())
    return content, form


def test_what_was_typed_into_a_deleted_content_is_still_there(mine, deleted):
    content, form = deleted

    page = mine.post(url_of(content), form)

    assertContains(page, "My words", status_code=409)
    assertContains(page, "This content has been deleted meanwhile", status_code=409)
    assert not Content.objects.filter(pk=content.pk).exists()


def test_a_deleted_content_can_be_taken_back_with_what_was_typed(mine, deleted):
    content, form = deleted

    response = mine.post(url_of(content), {**form, "take_back": "1"})

    content.item.refresh_from_db()
    assert response.status_code == 302
    assert Content.objects.get(pk=content.pk).item.title == "Mine"


def test_an_error_in_a_deleted_content_takes_nothing_back(mine, deleted):
    content, form = deleted

    page = mine.post(url_of(content), {**form, "title": "", "take_back": "1"})

    assertContains(page, "My words")
    assert not Content.objects.filter(pk=content.pk).exists()


def test_what_was_typed_into_a_deleted_module_is_not_found(mine, deleted):
    content, form = deleted
    trash_module(module=content.module, by=make_instructor())

    assert mine.post(url_of(content), form).status_code == 404


def test_a_file_of_mine_is_not_kept_and_the_page_says_so(mine, theirs, module, stored):
    content = make_content(module, "file")
    before = stored()
    seen = seen_by(mine, content)
    theirs.post(url_of(content), {"title": "Theirs"})
    sent = SimpleUploadedFile("New.pdf", PDF)

    page = mine.post(url_of(content), {"title": "Mine", "file": sent, "seen": seen})

    assertContains(page, "New.pdf, which you have to choose again", status_code=409)
    assert stored() == before


def test_their_file_stays_when_i_go_on_top_with_words_alone(mine, theirs, module, stored):
    content = make_content(module, "image")
    seen = seen_by(mine, content)
    sent = SimpleUploadedFile("new.png", picture(width=9))
    theirs.post(url_of(content), {"title": "Theirs", "file": sent})
    page = mine.post(url_of(content), {"title": "Mine", "seen": seen})

    mine.post(url_of(content), {"title": "Mine", "seen": seen_in(page)})

    content.item.refresh_from_db()
    assert (content.item.title, content.item.width) == ("Mine", 9)


def test_their_link_and_my_file_are_both_shown(mine, theirs, module, stored):
    content = make_content(module, item=make_uploaded_video(owner=module.course.owner))
    seen = seen_by(mine, content)
    theirs.post(url_of(content), {"title": "Theirs", "url": YOUTUBE, "file-clear": "on"})

    page = mine.post(
        url_of(content), {"title": "Mine", "url": "https://vimeo.com/76979871", "seen": seen}
    )

    assertContains(page, YOUTUBE, status_code=409)
    assertContains(page, "https://vimeo.com/76979871", status_code=409)
