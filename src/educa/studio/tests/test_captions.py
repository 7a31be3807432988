"""Captions of an uploaded video: added, refused, deleted."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor
from educa.courses.models import CaptionTrack
from educa.courses.tests.factories import (
    VTT,
    YOUTUBE,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
)

pytestmark = pytest.mark.django_db

SUBRIP = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@pytest.fixture
def owner():
    return make_instructor()


@pytest.fixture
def content(owner, stored):
    """An uploaded video, beside one of somebody else with captions in English."""
    make_captions(make_content(item=make_uploaded_video()).item)
    module = make_module(make_course(owner=owner))
    return make_content(module, item=make_uploaded_video(owner=owner))


@pytest.fixture
def browser(client, owner):
    client.force_login(owner)
    return client


def page_of(content):
    return reverse("module_content_update", args=[content.module_id, "video", content.object_id])


def add(browser, content, data=VTT, name="words.vtt", **fields):
    path = reverse("caption_track_create", args=[content.module_id, content.object_id])
    form = {"language": "en", "label": "English", "file": SimpleUploadedFile(name, data), **fields}
    return browser.post(path, form)


def words_in(track):
    with track.file.open() as file:
        return file.read()


def test_captions_are_added(browser, content):
    response = add(browser, content)

    track = content.item.tracks.get()
    assert response.url == f"{page_of(content)}#captions"
    assert (track.language, track.label, words_in(track)) == ("en", "English", VTT)
    assertContains(browser.get(page_of(content)), "English")


def test_subrip_becomes_webvtt(browser, content):
    add(browser, content, SUBRIP, "words.srt")

    track = content.item.tracks.get()
    assert words_in(track) == b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nHello\n"
    assert track.file.name.endswith(".vtt")


@pytest.mark.parametrize(
    ("language", "label"),
    [("de", "Deutsch"), ("pt-BR", "Português Brasileiro"), ("de-AT", "Deutsch"), ("tlh", "tlh")],
)
def test_without_a_label_captions_are_called_by_their_language(browser, content, language, label):
    add(browser, content, language=language, label="")

    assert content.item.tracks.get().label == label


REFUSED = {
    "no captions": ({"data": b"Hello\n"}, "captions_file"),
    "a page": ({"data": b"<html><script>alert(1)</script>"}, "captions_file"),
    "wrong times": ({"data": b"WEBVTT\n\n00:61.000 --> 00:62.000\nx\n"}, "captions_file"),
    "bytes that are no text": ({"data": b"WEBVTT\n\xff\xfe\n"}, "captions_file"),
    "too much": ({"data": b"WEBVTT\n" + b"x" * 2**21}, "captions_file"),
    "an empty file": ({"data": b""}, "captions_file"),
    "no language": ({"language": ""}, "captions_language"),
    "a language that is none": ({"language": 'en" onload="x'}, "captions_language"),
    "a language too long": ({"language": "en-" + "x" * 40}, "captions_language"),
    "a label too long": ({"label": "x" * 101}, "captions_label"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_wrong_is_said_on_the_page_of_the_video(browser, content, stored, what):
    fields, name = REFUSED[what]
    before = stored()

    page = add(browser, content, **fields)

    assertContains(page, f'id="{name}_error"')
    assertContains(page, content.item.title)
    assert not content.item.tracks.exists()
    assert stored() == before


def test_what_was_typed_is_still_there(browser, content):
    page = add(browser, content, b"Hello", label="For <everybody>")

    assertContains(page, 'value="For &lt;everybody&gt;"')


def test_the_form_of_the_video_still_saves_the_video_after_an_error_in_captions(browser, content):
    page = add(browser, content, b"Hello")

    assertContains(page, f'id="content-form" method="post" action="{page_of(content)}"')


@pytest.mark.parametrize("language", ["en", "EN"])
def test_a_language_comes_once(browser, content, language):
    make_captions(content.item)

    page = add(browser, content, language=language)

    assertContains(page, "This video has captions in that language.")
    assert content.item.tracks.count() == 1


def test_a_video_by_link_has_no_captions_of_ours(browser, content):
    linked = make_content(content.module, "video", url=YOUTUBE)

    assertNotContains(browser.get(page_of(linked)), "Captions")
    assert add(browser, linked).status_code == 404


def test_captions_reach_a_video_only_through_its_module(browser, content):
    other = make_module(content.module.course)
    path = reverse("caption_track_create", args=[other.pk, content.object_id])

    assert browser.post(path, {"language": "en"}).status_code == 404


def test_captions_are_deleted_with_their_file(
    browser, content, stored, django_capture_on_commit_callbacks
):
    track = make_captions(content.item)
    before = stored()

    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(reverse("caption_track_delete", args=[track.pk]))

    assert response.url == f"{page_of(content)}#captions"
    assert [str(each) for each in get_messages(response.wsgi_request)] == [
        "Deleted the captions “English”."
    ]
    assert not content.item.tracks.exists()
    assert len(stored()) == len(before) - 1


def test_nobody_deletes_the_captions_of_others(browser, content):
    foreign = CaptionTrack.objects.get()

    assert browser.post(reverse("caption_track_delete", args=[foreign.pk])).status_code == 404
    assert CaptionTrack.objects.filter(pk=foreign.pk).exists()


def test_captions_are_news_of_the_course(browser, content):
    before = content.module.course.updated

    add(browser, content)

    content.module.course.refresh_from_db()
    assert content.module.course.updated > before


@pytest.mark.parametrize("number", [1, 10])
def test_the_page_costs_the_same_however_many_tracks_there_are(
    browser, content, django_assert_max_num_queries, number
):
    for place in range(number):
        make_captions(content.item, language=f"x{place}")

    with django_assert_max_num_queries(13):
        browser.get(page_of(content))
