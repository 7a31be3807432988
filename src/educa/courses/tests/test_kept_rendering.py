"""What items have rendered, kept for a course: for as long as what they show is the same, however it changes."""

import time
from itertools import count

import pytest
from django.core.files.storage import default_storage
from django.db.models import DateTimeField
from django.test.utils import isolate_apps
from django.utils import translation
from django.utils.safestring import SafeString

from educa.courses.items import items_of_course
from educa.courses.kinds.registry import kinds
from educa.courses.models import CaptionTrack, Content, Text
from educa.courses.rendering import rendered_items
from educa.courses.tests.factories import (
    make_captions,
    make_content,
    make_file,
    make_uploaded_video,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rendered(monkeypatch):
    """The titles of texts that were rendered, in turn."""
    titles, render = [], Text.render
    monkeypatch.setattr(Text, "render", lambda self: titles.append(self.title) or render(self))
    return titles


def html_of(course):
    """What all contents of the course show now, as one text."""
    items = items_of_course(course.pk, [kind.name for kind in kinds()])
    contents = Content.objects.filter(module__course=course).select_related("content_type")
    placed = {each.pk: items.get((each.content_type.model, each.object_id)) for each in contents}
    return "".join(shown.html for shown in rendered_items(course.pk, placed).values())


def test_only_what_has_changed_is_rendered_again(rendered):
    content = make_content(title="First", content="one")
    make_content(content.module, title="Second", content="two")
    course = content.module.course
    html_of(course)

    Text.objects.filter(title="First").update(content="another one")  # as no code of ours does

    assert "another one" in html_of(course)
    assert rendered == ["First", "Second", "First"]


def test_what_was_rendered_more_than_a_day_ago_is_rendered_again_though_others_came_since(
    rendered, monkeypatch
):
    content, hour, now = make_content(title="First"), 3600, time.time
    html_of(content.module.course)
    make_content(content.module, title="Second")
    monkeypatch.setattr(time, "time", lambda: now() + 20 * hour)
    html_of(content.module.course)

    monkeypatch.setattr(time, "time", lambda: now() + 25 * hour)
    html_of(content.module.course)
    html_of(content.module.course)

    assert rendered == ["First", "Second", "First"]


def test_what_an_item_is_shown_with_counts_as_its_own():
    content = make_content(item=make_captions(make_uploaded_video(), label="English").video)
    course = content.module.course
    html_of(course)

    CaptionTrack.objects.update(label="Anglais")

    assert "Anglais" in html_of(course)


def test_each_language_has_its_own():
    course = make_content(item=make_file()).module.course
    english = html_of(course)

    with translation.override("en-xa"):
        assert html_of(course) != english


def test_a_kind_that_shows_more_than_its_fields_is_rendered_each_time(rendered, monkeypatch):
    course = make_content(title="First").module.course
    monkeypatch.setattr(Text, "shows_its_fields", False)

    html_of(course)
    html_of(course)

    assert rendered == ["First", "First"]


@isolate_apps("educa.courses")
def test_what_a_kind_says_of_its_fields_does_not_count_for_one_that_derives_from_it():
    class Exercise(Text):
        tries = count(1)

        class Meta:
            app_label = "courses"
            proxy = True

        def render(self):
            return SafeString(f"Try {next(self.tries)}")

    content = make_content()
    placed = {content.pk: Exercise.objects.get()}

    shown = [rendered_items(content.module.course_id, placed)[content.pk] for _ in range(2)]

    assert [each.html for each in shown] == ["Try 1", "Try 2"]


def test_an_item_whose_fields_can_not_be_read_is_rendered_each_time_and_told_of_once(
    rendered, monkeypatch, caplog
):
    def fail(_field, _row):
        raise ValueError("no text")

    course = make_content(title="First", content="one").module.course
    monkeypatch.setattr(DateTimeField, "value_to_string", fail)

    assert ["one" in html_of(course) for _ in range(2)] == [True, True]
    assert rendered == ["First", "First"]
    assert [each.getMessage().partition(" can't ")[2] for each in caplog.records] == [
        "be kept: reading its fields failed with ValueError: no text."
    ]


def test_a_file_that_has_gone_since_is_noticed():
    content = make_content(item=make_file())
    course = content.module.course
    html_of(course)
    default_storage.delete(content.item.file.name)

    assert "be shown right now" in html_of(course)


def test_an_item_in_the_place_of_another_shows_its_own():
    content = make_content(content="one")
    course = content.module.course
    html_of(course)
    other = Text.objects.create(owner=course.owner, title=content.item.title, content="two")
    Content.objects.update(object_id=other.pk)

    assert "two" in html_of(course)
