"""What happens to a room when something happens to its course."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from educa.accounts.models import User
from educa.chat.actions import purging as module
from educa.chat.models import Event, Message, Room
from educa.chat.tests.factories import fill_room, make_member, say
from educa.courses.actions import (
    copy_course,
    empty_trash,
    purge_content,
    purge_course,
    restore_course,
    trash_content,
    trash_course,
)
from educa.courses.models import Content, Course
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db
Stored = Callable[[], list[str]]


@pytest.fixture
def stored(settings: Any, tmp_path: Path) -> Stored:
    """Lists the files in a media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return lambda: [path.name for path in tmp_path.rglob("*") if path.is_file()]


@pytest.fixture
def course() -> Course:
    return make_course()


@pytest.fixture
def ann(course: Course) -> User:
    return make_member(course)


def test_a_copy_of_a_course_has_an_empty_room(course: Course, ann: User) -> None:
    say(course, author=ann)

    copy = copy_course(course=course, owner=course.owner)

    assert not Message.objects.filter(room=copy.pk).exists()
    assert Room.objects.of(copy).last_sequence == 0
    assert Message.objects.get().room_id == course.pk


@pytest.mark.django_db(transaction=True)
def test_a_course_with_a_long_room_is_deleted_for_good(
    course: Course, ann: User, stored: Stored
) -> None:
    other = make_course()
    kept = say(other, author=make_member(other), has_picture=True)
    say(course, author=ann, has_picture=True)
    fill_room(course, ann, 1000)
    trash_course(course=course, by=course.owner)

    purge_course(course=course)

    assert not Course.objects.filter(pk=course.pk).exists()
    assert Message.objects.get() == kept
    assert Event.objects.get().room_id == other.pk
    assert len(stored()) == 2


@pytest.mark.django_db(transaction=True)
def test_deleting_a_room_that_broke_off_is_gone_on_with(
    course: Course, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_room(course, ann, 5)
    trash_course(course=course, by=course.owner)

    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "BATCH", 2)
    with monkeypatch.context() as killed:
        killed.setattr(module, "give_way", stop)
        with pytest.raises(KeyboardInterrupt):
            purge_course(course=course)
    assert Message.objects.count() == 3

    empty_trash(older_than=timezone.now())

    assert not Room.objects.exists()


def test_a_course_that_is_taken_back_has_its_room(course: Course, ann: User) -> None:
    message = say(course, author=ann)
    trash_course(course=course, by=course.owner)
    assert not Room.objects.open_to(ann).exists()

    restore_course(course=course)

    assert Message.objects.readable_by(ann).get() == message


def test_questions_outlive_the_content_at_which_they_were_asked(course: Course, ann: User) -> None:
    content = make_content(make_module(course))
    message = say(course, "Why?", author=ann, content=content.pk)

    trash_content(content=content, by=course.owner)
    message.refresh_from_db()
    assert message.content_id == content.pk
    purge_content(content=Content.everything.get(pk=content.pk))

    message.refresh_from_db()
    assert (message.body, message.content) == ("Why?", None)
