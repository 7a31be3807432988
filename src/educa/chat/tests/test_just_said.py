"""What a process has just stored is told without reading it, and as if it had been read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from educa.chat.live.hearing import just_said
from educa.chat.live.room import read_log
from educa.chat.models import Event
from educa.chat.signals import event_logged
from educa.chat.tests.factories import make_member, say
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


@pytest.fixture
def events(django_capture_on_commit_callbacks):
    """The events that sockets would hear of while something is done."""

    def heard(do) -> list[Event]:
        found: list[Event] = []

        def hear(event: Event, **_more: object) -> None:
            found.append(event)

        event_logged.connect(hear)
        with django_capture_on_commit_callbacks(execute=True):
            do()
        event_logged.disconnect(hear)
        return found

    return heard


@pytest.mark.parametrize("kind", ["plain", "reply", "question"])
def test_a_message_that_was_just_stored_is_told_as_the_log_tells_it(course, events, kind):
    first = say(course)
    content = make_content(module=make_module(course=course))
    fields = {"plain": {}, "reply": {"reply_to": 1}, "question": {"content": content.pk}}[kind]
    (event,) = events(lambda: say(course, "And why not 45°?", **fields))

    part, (stored,) = just_said(event), read_log(course.pk, first.sequence, 10)

    assert part is not None
    assert (part.text, part.sequence, part.about) == (stored.text, stored.sequence, stored.about)


def test_a_message_that_was_just_stored_is_told_without_a_statement(course, events):
    (event,) = events(lambda: say(course))

    with CaptureQueriesContext(connection) as seen:
        just_said(event)

    assert len(seen) == 0


def test_a_message_that_may_name_somebody_is_read_from_the_log(course, events):
    named = make_member(course)
    (event,) = events(lambda: say(course, f"@{named.username}, why?"))

    assert just_said(event) is None
