"""A content on a page, whatever has become of what stands in it."""

import logging

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage

from educa.courses.models import Content, Text
from educa.courses.outline import outline_of
from educa.courses.rendering import _told, item_of, rendered
from educa.courses.tests.factories import make_content, make_file

pytestmark = pytest.mark.django_db
NOTE = "This content can't be shown right now."


@pytest.fixture(autouse=True)
def _nothing_told_yet():
    _told.cache_clear()


def dangling():
    """A content whose item was taken from under it, as no code of ours does."""
    content = make_content()
    Content.objects.filter(pk=content.pk).update(object_id=content.object_id + 1000)
    return Content.objects.get(pk=content.pk)


def of_no_kind():
    """A content of an app that was taken away."""
    gone = ContentType.objects.create(app_label="scores", model="score")
    content = make_content()
    Content.objects.filter(pk=content.pk).update(content_type=gone)
    return Content.objects.get(pk=content.pk)


def without_its_file():
    content = make_content(item=make_file())
    default_storage.delete(content.item.file.name)
    return content


def failing(monkeypatch):
    def render(self):
        raise KeyError("scale")

    monkeypatch.setattr(Text, "render", render)
    return make_content()


@pytest.mark.parametrize("broken", [dangling, of_no_kind, without_its_file])
def test_note_stands_in_for_what_is_gone(broken):
    assert NOTE in rendered(broken())


def test_note_stands_in_for_a_kind_that_fails(monkeypatch, caplog):
    content = failing(monkeypatch)

    html = rendered(content)

    assert NOTE in html
    assert "scale" not in html
    assert "KeyError: 'scale'" in caplog.text


def test_what_is_whole_is_shown_as_it_is(caplog):
    assert rendered(make_content(content="Some *text*.")).strip().startswith("<")
    assert NOTE not in rendered(make_content(item=make_file()))
    assert caplog.text == ""


def test_each_trouble_is_logged_once(caplog):
    first, second = dangling(), without_its_file()

    for content in (first, second, first, first):
        rendered(content)

    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 2
    assert f"Content {first.pk} can't be shown" in told[0].getMessage()
    assert "is missing" in told[1].getMessage()


def test_item_of_a_kind_that_is_not_installed_is_none():
    assert item_of(of_no_kind()) is None


@pytest.mark.parametrize("broken", [dangling, of_no_kind])
def test_outline_leaves_out_what_is_gone(broken):
    content = broken()
    whole = make_content(content.module)

    (part,) = outline_of(content.module.course)

    assert [entry.pk for entry in part.outline] == [whole.pk]
