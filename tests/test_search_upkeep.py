"""Whatever way a text comes into a course or changes there, a search finds what it says now."""

from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import index_all_missing
from educa.courses.models import Content, Course
from educa.courses.search import search
from educa.courses.tests.factories import make_content, make_course, make_module, make_subject
from educa.interchange.actions import import_package
from educa.interchange.tests.factories import bring_in, make_page_package, pack
from educa.lib.folding import query_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    """An instructor who is signed in."""
    owner = make_instructor()
    client.force_login(owner)
    return owner


@pytest.fixture
def content(owner):
    """A text about the ebb, which is in the index."""
    content = make_content(make_module(make_course(owner=owner)), title="Tides", content="The ebb.")
    index_all_missing()
    return content


def found(owner, words):
    return [str(hit.content) for hit in search(owner, query_for(words))[:99]]


def test_form_of_the_studio(client, owner, content):
    path = reverse("module_content_update", args=[content.module_id, "text", content.object_id])
    page = client.get(path).content.decode()
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    form = {"title": "Tides", "content": "The flood.", "format": "markdown", "seen": seen}

    assert client.post(path, form).status_code == 302

    assert (found(owner, "ebb"), found(owner, "flood")) == ([], ["Tides"])


def test_renaming_and_duplicating_in_the_studio(client, owner, content):
    client.post(reverse("content_rename", args=[content.pk]), {"title": "Currents"})
    client.post(reverse("content_duplicate", args=[content.pk]))

    assert found(owner, "tides") == []
    assert found(owner, "currents ebb") == ["Currents", "Currents (copy)"]


def test_trash_of_the_studio(client, owner, content):
    client.post(reverse("module_content_delete", args=[content.pk]))
    assert found(owner, "ebb") == []

    client.post(reverse("content_restore", args=[content.pk]))

    assert found(owner, "ebb") == ["Tides"]


def test_duplicate_of_a_course(client, owner, content):
    client.post(reverse("course_duplicate", args=[content.module.course_id]))

    assert found(owner, "ebb") == ["Tides", "Tides"]


def test_package_and_its_next_version(owner, tmp_path: Path):
    bring_in(make_page_package(tmp_path, "<p>The ebb.</p>"), owner=owner)
    assert found(owner, "ebb") == ["Page"]

    bring_in(make_page_package(tmp_path, "<p>The flood.</p>"), owner=owner)

    assert (found(owner, "ebb"), found(owner, "flood")) == ([], ["Page"])


def test_exact_package_and_its_next_version(owner, content, tmp_path: Path):
    other = make_instructor()
    course = content.module.course
    import_package(pack(course, tmp_path), owner=other, subject=make_subject())
    assert found(other, "ebb") == ["Tides"]
    content.item.content = "The flood."
    content.item.save()

    import_package(pack(course, tmp_path), owner=other, subject=make_subject())

    assert (found(other, "ebb"), found(other, "flood")) == ([], ["Tides"])
    assert Course.objects.filter(owner=other).count() == 1


def test_change_that_is_rolled_back_is_no_change(owner, content):
    with transaction.atomic():
        content.item.content = "The flood."
        content.item.save()
        transaction.set_rollback(True)

    assert (found(owner, "ebb"), found(owner, "flood")) == (["Tides"], [])
    assert Content.objects.filter(search_entry=None).count() == 0
