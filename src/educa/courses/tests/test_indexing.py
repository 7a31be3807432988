"""Whatever changes a content, a search finds what it says now and nothing that it said before."""

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from educa.accounts.tests.factories import make_admin
from educa.courses.actions import (
    copy_course,
    copy_module,
    index_all_missing,
    purge_content,
    rename_content,
    restore_content,
    restore_version,
    trash_content,
)
from educa.courses.duties import gather_what_a_search_would_miss
from educa.courses.models import Content, SearchEntry
from educa.courses.search import search
from educa.courses.tests.factories import (
    make_captions,
    make_content,
    make_file,
    make_image,
    make_text,
    make_uploaded_video,
)
from educa.lib.folding import query_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    """A text about the ebb, which is in the index."""
    content = make_content(title="Tides", content="The *ebb* comes.")
    index_all_missing()
    return content


def found(content, words):
    """The titles that the owner of the content's course finds."""
    rows = search(content.module.course.owner, query_for(words))[:99]
    return [str(hit.content) for hit in rows]


def rows_of_index():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            return cursor.execute("SELECT count(*) FROM courses_search_words").fetchone()[0]
    return SearchEntry.objects.count()


def test_what_was_saved_a_moment_ago_is_found(content):
    make_content(content.module, title="Moon", content="It pulls.")

    assert found(content, "pulls") == ["Moon"]


def test_saving_forgets_what_was_said_before(content):
    item = content.item
    item.content = "The flood comes."
    item.save()

    assert (found(content, "ebb"), found(content, "flood")) == ([], ["Tides"])


def test_renaming_changes_what_is_found(content):
    rename_content(content=content, title="Currents", author=content.module.course.owner)

    assert (found(content, "tides"), found(content, "currents")) == ([], ["Currents"])


def test_version_that_came_back_is_found(content):
    owner = content.module.course.owner
    content.item.remember(author=owner)
    content.item.content = "The flood comes."
    content.item.save()
    found(content, "flood")
    version = content.item.versions.earliest("pk")

    restore_version(version=version, module=content.module, author=owner)

    assert (found(content, "flood"), found(content, "ebb")) == ([], ["Tides"])


def test_content_that_shows_another_item_says_what_that_one_says(content):
    content.item = make_text(title="Moon", content="It pulls.")
    content.save()

    assert (found(content, "ebb"), found(content, "pulls")) == ([], ["Moon"])


def test_content_in_the_trash_is_not_found_and_comes_back(content):
    trash_content(content=content, by=content.module.course.owner)
    assert found(content, "ebb") == []

    restore_content(content=content)

    assert found(content, "ebb") == ["Tides"]


def test_what_changed_in_the_trash_comes_back_changed(content):
    trash_content(content=content, by=content.module.course.owner)
    item = content.item
    item.content = "The flood comes."
    item.save()

    restore_content(content=content)

    assert (found(content, "ebb"), found(content, "flood")) == ([], ["Tides"])


def test_deleting_for_good_leaves_nothing_in_the_index(content):
    trash_content(content=content, by=content.module.course.owner)
    purge_content(content=Content.everything.get())

    assert rows_of_index() == 0


def test_copy_of_a_course_is_found_with_its_new_addresses(content):
    course = content.module.course
    link = reverse("student_course_detail", args=[course.pk])
    content.item.content = f"Read {link} again."
    content.item.save()

    copy = copy_course(course=course, owner=course.owner)

    (hit,) = search(course.owner, query_for("again"), copy)[:99]
    assert reverse("student_course_detail", args=[copy.pk]) in hit.content.search_entry.body


def test_copy_of_a_module_is_found(content):
    copy_module(module=content.module)

    assert found(content, "ebb") == ["Tides", "Tides"]


def test_captions_are_found_until_they_go(content):
    video = make_content(content.module, item=make_uploaded_video(title="Film")).item
    index_all_missing()
    track = make_captions(video)
    assert found(content, "hello") == ["Film"]

    track.delete()

    assert found(content, "hello") == []


def test_kinds_say_their_names_and_descriptions(content):
    picture = make_image(title="Chart", alt="A rising line", caption="Brest, 2019")
    make_content(content.module, item=picture)
    paper = make_file(name="tidal-forces.pdf", title="Paper")
    make_content(content.module, item=paper)

    assert found(content, "rising brest") == ["Chart"]
    assert found(content, "forces") == ["Paper"]


def test_change_in_the_administration_is_found(client, content):
    client.force_login(make_admin())
    path = reverse("admin:courses_text_change", args=[content.item.pk])
    form = {"title": "Tides", "content": "The flood comes.", "format": "markdown"}

    assert client.post(path, form).status_code == 302

    assert (found(content, "ebb"), found(content, "flood")) == ([], ["Tides"])


def test_content_whose_item_is_gone_does_no_harm(content):
    type(content.item).objects.filter(pk=content.item.pk).delete()
    SearchEntry.objects.all().delete()
    make_content(content.module, title="Moon", content="The ebb.")

    assert found(content, "ebb") == ["Moon"]
    assert index_all_missing() == 0


def test_text_of_a_broken_item_is_left_out_and_its_title_is_found(content, monkeypatch, caplog):
    monkeypatch.setattr(type(content.item), "search_text", lambda _item: 1 / 0)
    SearchEntry.objects.all().delete()

    assert found(content, "tides") == ["Tides"]
    assert "could not be gathered" in caplog.text


def test_captions_that_the_storage_has_lost_do_no_harm(content):
    track = make_captions()
    make_content(content.module, item=track.video)
    track.file.storage.delete(track.file.name)

    assert found(content, track.video.title) == [track.video.title]


def test_duty_gathers_what_is_missing(content):
    make_content(content.module)

    gather_what_a_search_would_miss()

    assert SearchEntry.objects.count() == 2


def test_index_can_be_made_anew(content, capsys):
    SearchEntry.objects.update(title="Wrong", body="wrong")

    call_command("rebuild_search")

    assert capsys.readouterr().out == "1 contents\n"
    assert (SearchEntry.objects.get().title, rows_of_index()) == ("Tides", 1)


def test_text_with_endlessly_many_words_is_kept(content):
    words = " ".join(f"w{number}é{number:x}" for number in range(110_000))
    make_content(content.module, title="Endless", content=words)

    assert found(content, "w77é4d") == ["Endless"]


def test_file_with_hostile_captions_is_taken(content):
    data = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<c.x>It's</c> 'quoted' \\ & \"done\"\n"
    track = make_captions(file=ContentFile(data, "a.vtt"))
    make_content(content.module, item=track.video)

    assert found(content, "quoted done") == [track.video.title]
