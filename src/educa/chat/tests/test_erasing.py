"""What becomes of messages whose author goes, or whose time is over."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from educa.accounts.actions import erase, finish_erasures
from educa.accounts.models import User
from educa.chat.actions import (
    delete,
    edit,
    erase_author,
    forget_old_messages,
    mark_answer,
    mute,
    react,
    report,
)
from educa.chat.actions import erasing as module
from educa.chat.duties import forget_what_is_long_over
from educa.chat.frames import frame_of
from educa.chat.log import events_after
from educa.chat.models import Event, Message, ReadMark, Report, Room
from educa.chat.tests.factories import fill_room, make_member, say
from educa.chat.texts import without_mentions
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.lib import privacy

pytestmark = pytest.mark.django_db
Stored = Callable[[], list[str]]


@pytest.fixture
def stored(settings: Any, tmp_path: Path) -> Stored:
    """Lists the files in a media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


@pytest.fixture
def course() -> Course:
    return make_course()


@pytest.fixture
def ann(course: Course) -> User:
    return make_member(course, username="canaryann", display_name="canaryann Shown")


@pytest.fixture
def ben(course: Course) -> User:
    return make_member(course, username="ben", display_name="Ben")


def tables_with(word: str) -> list[str]:
    """The tables in which the word stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [table for row in cursor.fetchall() if word in str(row)]
    return found


def live(course: Course, ann: User, ben: User) -> Message:
    """Ann says, edits, is answered, reported and muted; the message of hers that is left."""
    first = say(course, "First canaryann", author=ann)
    edit(author=ann, course=course.pk, sequence=first.sequence, body="Second canaryann")
    report(person=ben, course=course.pk, sequence=first.sequence, reason="canaryann is rude")
    say(course, "A reply", author=ben, reply_to=first.sequence)
    theirs = say(course, "Of Ben", author=ben)
    react(person=ann, course=course.pk, sequence=theirs.sequence, sign="👍", on=True)
    report(person=ann, course=course.pk, sequence=theirs.sequence, reason="says canaryann")
    mute(person=course.owner, course=course.pk, muted=ann, minutes=9)
    ReadMark.objects.move(ann, Room.objects.of(course), 1)
    return first


# Erasing


def test_nothing_of_an_erased_person_is_left_in_any_table(
    course: Course, ann: User, ben: User
) -> None:
    live(course, ann, ben)
    assert "chat_message" in tables_with("canaryann")

    with TestCase.captureOnCommitCallbacks(execute=True):
        erase(ann)
    finish_erasures()

    assert tables_with("canaryann") == []


def test_what_others_said_stays_as_it_is(course: Course, ann: User, ben: User) -> None:
    live(course, ann, ben)

    erase(ann)

    assert list(Message.objects.filter(author=ben).values_list("body", flat=True)) == [
        "A reply",
        "Of Ben",
    ]
    assert Report.objects.get().message.author == ben
    assert (Report.objects.get().reporter, Report.objects.get().reason) == (None, "")


def test_a_mark_without_a_name_stays_and_readers_are_told(
    course: Course, ann: User, ben: User
) -> None:
    message = live(course, ann, ben)
    head = Room.objects.of(course).last_sequence

    erase(ann)

    message.refresh_from_db()
    assert (message.author, message.body, message.is_deleted) == (None, "", True)
    (event,) = events_after(course.pk, head)
    assert frame_of(event) | {"datetime": ""} == {
        "type": "delete",
        "sequence": head + 1,
        "target": message.sequence,
        "by": "author",
        "datetime": "",
    }


def test_numbers_have_no_gaps_after_an_erasure(course: Course, ann: User, ben: User) -> None:
    live(course, ann, ben)

    erase(ann)

    numbers = list(Event.objects.order_by("sequence").values_list("sequence", flat=True))
    assert numbers == list(range(1, Room.objects.of(course).last_sequence + 1))


def test_the_bytes_of_pictures_go(course: Course, ann: User, ben: User, stored: Stored) -> None:
    say(course, author=ann, has_picture=True)
    say(course, author=ben, has_picture=True)
    assert len(stored()) == 4  # each with a smaller one

    with TestCase.captureOnCommitCallbacks(execute=True):
        erase(ann)

    kept = str(Message.objects.get(author=ben).picture.name).partition("/")[2]
    assert stored() == [kept, f"{kept}.w480.webp"]


def test_pictures_are_written_down_for_an_erasure_that_is_killed(
    course: Course, ann: User, stored: Stored
) -> None:
    say(course, author=ann, has_picture=True)

    erasure = erase(ann)  # what comes with the commit does not happen
    assert erasure is not None
    assert len(stored()) == 2
    finish_erasures()

    assert stored() == []


def test_a_question_waits_again_when_its_answer_is_gone(
    course: Course, ann: User, ben: User
) -> None:
    content = make_content(make_module(course))
    question = say(course, "Why?", author=ben, content=content.pk)
    answer = say(course, "So.", author=ann, reply_to=question.sequence)
    numbers = {"question": question.sequence, "answer": answer.sequence}
    mark_answer(person=course.owner, course=course.pk, **numbers)

    erase(ann)

    question.refresh_from_db()
    assert (question.answer, question.settled_at) == (None, None)
    assert [event.kind for event in events_after(course.pk, 3)] == ["answer", "delete"]


def test_an_erasure_that_broke_off_goes_on(
    course: Course, ann: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_room(course, ann, 5)
    say(course, author=ben)
    monkeypatch.setattr(module, "BATCH", 2)
    rows = Message.objects.filter(author=ann)
    module._forget_some(course.pk, rows)
    assert rows.count() == 3

    erase_author(ann)
    erase_author(ann)

    assert not rows.exists()
    assert Message.objects.present().get().author == ben
    assert Event.objects.filter(kind="delete").count() == 5


def test_erasing_many_messages_takes_few_queries(course: Course, ann: User) -> None:
    fill_room(course, ann, 1)
    with CaptureQueriesContext(connection) as one:
        erase_author(ann)
    fill_room(course, ann, 400)

    with CaptureQueriesContext(connection) as many:
        erase_author(ann)

    assert len(many) <= len(one) + 3  # rows that are written in parts on SQLite


def test_a_deleted_message_loses_its_author_without_being_deleted_again(
    course: Course, ann: User
) -> None:
    message = say(course, author=ann)
    delete(person=ann, course=course.pk, sequence=message.sequence)

    erase(ann)

    message.refresh_from_db()
    assert message.author is None
    assert Event.objects.filter(kind="delete").count() == 1


# The copy


def said_of(person: User, name: str) -> str:
    (data,) = [each for each in privacy.declarations() if each.name == name]
    rows = [{fact.key: str(fact.value) for fact in data.describe(row)} for row in data.held(person)]
    return json.dumps(rows)


def test_a_copy_has_own_texts_and_not_the_names_of_others(
    course: Course, ann: User, ben: User
) -> None:
    theirs = say(course, "What Ben says", author=ben)
    own = say(course, "Thanks @ben, @nobody.", author=ann, reply_to=theirs.sequence)
    edit(author=ann, course=course.pk, sequence=own.sequence, body="Thank you, @ben.")

    said = said_of(ann, "chat_messages")

    assert "Thank you, @\\u2026." in said
    assert "Thanks @ben" not in said.replace("@\\u2026", "")
    assert "What Ben says" not in said


def test_a_copy_does_not_tell_who_reported_a_message(course: Course, ann: User, ben: User) -> None:
    message = say(course, "Rude words", author=ann)
    report(person=ben, course=course.pk, sequence=message.sequence, reason="Ben minds")

    said = said_of(ann, "chat_reports_about_you") + said_of(ann, "chat_messages")

    assert "Rude words" in said
    assert "Ben minds" not in said


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@ben and @Ben.", "@… and @…."),
        ("@benjamin", "@benjamin"),
        ("mail@ben", "mail@ben"),
        ("@ada", "@ada"),
    ],
)
def test_mentions_are_hidden_one_by_one(text: str, shown: str) -> None:
    assert without_mentions(text, {"ben"}) == shown


# Retention


def year_old(course: Course, author: User, body: str) -> Message:
    message = say(course, body, author=author)
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now() - timedelta(days=400))
    return message


def archive(course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(status=Course.Status.ARCHIVED)


def test_old_messages_of_archived_courses_become_marks(
    course: Course, ann: User, settings: Any
) -> None:
    old, new = year_old(course, ann, "Long ago"), say(course, "Today", author=ann)
    archive(course)
    settings.EDUCA_CHAT_DAYS = 365

    forget_what_is_long_over()

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.body, old.author, old.is_deleted) == ("", None, True)
    assert (new.body, new.author) == ("Today", ann)


def test_messages_of_courses_that_go_on_are_kept(course: Course, ann: User, settings: Any) -> None:
    message = year_old(course, ann, "Long ago")
    settings.EDUCA_CHAT_DAYS = 365

    forget_what_is_long_over()

    message.refresh_from_db()
    assert message.body == "Long ago"


def test_without_the_setting_everything_is_kept(course: Course, ann: User) -> None:
    message = year_old(course, ann, "Long ago")
    archive(course)

    forget_what_is_long_over()

    message.refresh_from_db()
    assert message.body == "Long ago"


def test_forgetting_twice_is_forgetting_once(course: Course, ann: User) -> None:
    year_old(course, ann, "Long ago")
    archive(course)

    numbers = [forget_old_messages(older_than=timezone.now()) for _ in range(2)]

    assert numbers == [1, 0]


# After a restore


def test_rooms_get_new_epochs_after_a_restore(course: Course, capsys: Any) -> None:
    rooms = [Room.objects.of(course), Room.objects.of(make_course())]

    call_command("renew_chat_epochs")

    found = set(Room.objects.values_list("epoch", flat=True))
    assert len(found) == 2
    assert not found & {room.epoch for room in rooms}
    assert "2 rooms" in capsys.readouterr().out
