"""Keeping order in a course's room, through the pages of the studio."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.chat.actions import delete, edit, mute, pin, report
from educa.chat.models import Act, Event, Message, Mute, Report, Room
from educa.chat.tests.factories import fill_room, make_member, say
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return make_course(owner=make_instructor(display_name="Olga"))


@pytest.fixture
def ann(course: Course) -> User:
    return make_member(course, username="ann", display_name="Ann")


@pytest.fixture
def ben(course: Course) -> User:
    return make_member(course, username="ben", display_name="Ben")


@pytest.fixture
def keeper(client: Client, course: Course) -> Client:
    """The owner's browser."""
    client.force_login(course.owner)
    return client


def page(course: Course, name: str = "course_chat", *args: object) -> str:
    return reverse(name, args=[course.pk, *args])


def reported_message(course: Course, author: User, reporter: User, **words: str) -> Message:
    message = say(course, words.get("body", "Rude words"), author=author)
    reason = words.get("reason", "This hurts")
    report(person=reporter, course=course.pk, sequence=message.sequence, reason=reason)
    return message


def verbs(course: Course) -> list[tuple[str, Any]]:
    rows = Act.objects.filter(room=course.pk).order_by("pk")
    return [(act.verb, act.person and act.person.username) for act in rows]


# What one sees


def test_an_empty_room_says_that_nothing_waits(keeper: Client, course: Course) -> None:
    response = keeper.get(page(course))

    assertContains(response, "No report waits for you.")
    assertContains(response, "Nobody is muted.")
    assertContains(response, "No message is pinned.")


def test_a_report_is_shown_with_its_reason_and_what_was_said_around_it(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    say(course, "Long before", author=ben)
    say(course, "Just before", author=ben)
    say(course, "Right before", author=ben)
    reported_message(course, ann, ben, body="<b>Rude</b>", reason="It <i>hurts</i>")
    say(course, "Right after", author=ben)

    text = keeper.get(page(course)).content.decode()

    assert "Just before" in text
    assert "Right after" in text
    assert "Long before" not in text
    assert "&lt;b&gt;Rude&lt;/b&gt;" in text
    assert "It &lt;i&gt;hurts&lt;/i&gt;" in text


def test_reports_of_other_rooms_are_not_shown(keeper: Client, course: Course) -> None:
    other = make_course()
    two = [make_member(other) for _ in range(2)]
    reported_message(other, *two, body="Elsewhere")

    response = keeper.get(page(course))

    assertNotContains(response, "Elsewhere")
    assertContains(response, "No report waits for you.")


def test_a_message_that_was_edited_since_shows_what_was_reported(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = reported_message(course, ann, ben, body="Very rude")
    edit(author=ann, course=course.pk, sequence=message.sequence, body="Quite nice")

    response = keeper.get(page(course))

    assertContains(response, "Very rude")
    assertContains(response, "Quite nice")


def test_deleting_one_s_own_message_takes_no_report_away(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = reported_message(course, ann, ben)
    delete(person=ann, course=course.pk, sequence=message.sequence)

    response = keeper.get(page(course))

    assertContains(response, "When it was reported it said:")
    assertContains(response, "Rude words")
    assertNotContains(response, "Delete the message")


def test_the_tab_counts_reported_messages_on_every_page_of_the_course(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    outline = reverse("course_outline", args=[course.pk])
    assertNotContains(keeper.get(outline), "tab-count")
    message = reported_message(course, ann, ben)
    report(person=course.owner, course=course.pk, sequence=message.sequence, reason="")

    assertContains(keeper.get(outline), "(1 reported message)")


def test_many_reports_cost_as_many_queries_as_one(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            keeper.get(page(course))
        return len(captured)

    reported_message(course, ann, ben)
    pin(person=course.owner, course=course.pk, sequence=1)
    mute(person=course.owner, course=course.pk, muted=ben, minutes=None)
    cost()
    one = cost()
    fill_room(course, ann, 30)
    for message in Message.objects.filter(author=ann, sequence__gt=5):
        Report.objects.create(message=message, reporter=ben, body=message.body)
        Mute.objects.create(room=message.room, user=make_user())

    assert cost() == one


def test_only_the_first_reported_messages_are_shown_and_the_page_says_so(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    fill_room(course, ann, 25)
    for message in Message.objects.all():
        Report.objects.create(message=message, reporter=ben, body=message.body)

    text = keeper.get(page(course)).content.decode()

    assert text.count('class="reported"') == 20
    assert "More follow once these are looked at." in text


# Reports


def test_looked_at_answers_all_reports_of_the_message(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = reported_message(course, ann, ben)
    other = make_member(course)
    report(person=other, course=course.pk, sequence=message.sequence, reason="Me too")

    response = keeper.post(page(course, "course_chat_handle", message.sequence), follow=True)

    assertContains(response, "2 reports are looked at.")
    assert not Report.objects.waiting().exists()
    assert set(Report.objects.values_list("handled_by", flat=True)) == {course.owner.pk}
    assert verbs(course) == [("handle", None)]


def test_looked_at_twice_is_once(keeper: Client, course: Course, ann: User, ben: User) -> None:
    message = reported_message(course, ann, ben)

    for _ in range(2):
        keeper.post(page(course, "course_chat_handle", message.sequence))

    assert verbs(course) == [("handle", None)]


def test_deleting_a_reported_message_answers_its_reports(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = reported_message(course, ann, ben)
    kept = reported_message(course, ann, ben, body="Another")

    keeper.post(page(course, "course_chat_delete", message.sequence))

    message.refresh_from_db()
    assert (message.is_deleted, message.body) == (True, "")
    assert Report.objects.waiting().get().message == kept
    assert verbs(course) == [("delete", "ann"), ("handle", None)]
    assert Event.objects.latest("sequence").data == {"by": "instructor"}


def test_deleting_what_its_author_has_deleted_answers_its_reports(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = reported_message(course, ann, ben)
    delete(person=ann, course=course.pk, sequence=message.sequence)

    keeper.post(page(course, "course_chat_delete", message.sequence))

    assert not Report.objects.waiting().exists()


@pytest.mark.parametrize("step", ["course_chat_handle", "course_chat_delete"])
def test_a_message_that_nobody_reported_is_not_found(
    keeper: Client, course: Course, ann: User, step: str
) -> None:
    message = say(course, author=ann)

    response = keeper.post(page(course, step, message.sequence))

    assert response.status_code == 404
    assert Message.objects.present().exists()


def test_handled_reports_are_listed_with_who_looked_at_them(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = reported_message(course, ann, ben)
    reported_message(course, ann, ben, body="Still waits")
    keeper.post(page(course, "course_chat_delete", message.sequence))

    response = keeper.get(page(course, "course_chat_reports"))

    assertContains(response, "Rude words")
    assertContains(response, "<bdi>Olga</bdi> looked at it")
    assertNotContains(response, "Still waits")


# Mutes


@pytest.mark.parametrize("typed", ["ann", "@Ann", "ANN ", "Ann Example"])
def test_somebody_is_muted_by_either_name(
    keeper: Client, course: Course, ann: User, ben: User, typed: str
) -> None:
    User.objects.filter(pk=ann.pk).update(display_name="Ann Example")

    response = keeper.post(page(course, "course_chat_mute"), {"person": typed, "minutes": "60"})

    assertRedirects(response, page(course))
    found = Mute.objects.get()
    assert found.user == ann
    assert found.until is not None
    assert 59 < (found.until - timezone.now()).total_seconds() / 60 <= 60
    assert verbs(course) == [("mute", "ann")]


def test_without_a_duration_a_mute_holds_until_it_is_taken_away(
    keeper: Client, course: Course, ann: User
) -> None:
    keeper.post(page(course, "course_chat_mute"), {"person": "ann", "minutes": ""})

    assert Mute.objects.get().until is None
    assertContains(keeper.get(page(course)), "Until you let them write again")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("stranger", "Nobody of that name is in this room."),
        ("Twin", "Several people have this name."),
        ("olga", "This can’t be done to yourself or to another instructor."),
        ("a\0b", "Null characters are not allowed."),
    ],
)
def test_a_name_that_can_t_be_muted_is_said_at_the_field(
    keeper: Client, course: Course, typed: str, answer: str
) -> None:
    make_user(username="stranger")
    for _ in range(2):
        make_member(course, display_name="Twin")
    say(course, author=course.owner)  # instructors are found, and refused

    response = keeper.post(page(course, "course_chat_mute"), {"person": typed, "minutes": "10"})

    assertContains(response, answer)
    assert not Mute.objects.exists()


def test_a_muted_person_is_let_write_again(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    for person in (ann, ben):
        mute(person=course.owner, course=course.pk, muted=person, minutes=None)

    response = keeper.post(page(course, "course_chat_unmute", ann.pk), follow=True)

    assertContains(response, "Ann can write again.")
    assert Mute.objects.get().user == ben
    assert verbs(course)[-1] == ("unmute", "ann")


def test_who_was_never_muted_is_not_found(keeper: Client, course: Course, ann: User) -> None:
    response = keeper.post(page(course, "course_chat_unmute", ann.pk))

    assert response.status_code == 404


def test_a_mute_that_is_over_is_not_listed(keeper: Client, course: Course, ann: User) -> None:
    Mute.objects.create(room=Room.objects.of(course), user=ann, until=timezone.now())

    assertContains(keeper.get(page(course)), "Nobody is muted.")


# Settings


def test_a_room_is_closed_slowed_and_made_quiet(keeper: Client, course: Course) -> None:
    keeper.post(page(course, "course_chat_settings"), {"is_closed": "on", "slow_seconds": "30"})

    room = Room.objects.get(course=course)
    assert (room.is_closed, room.slow_seconds, room.shows_people) == (True, 30, False)
    assert [verb for verb, _person in verbs(course)] == ["close", "slow", "people"]


def test_a_room_is_opened_again(keeper: Client, course: Course) -> None:
    settings = {"is_closed": "on", "slow_seconds": "30"}
    keeper.post(page(course, "course_chat_settings"), settings)

    keeper.post(page(course, "course_chat_settings"), {"slow_seconds": "0", "shows_people": "on"})

    room = Room.objects.get(course=course)
    assert (room.is_closed, room.slow_seconds, room.shows_people) == (False, 0, True)


def test_saving_what_is_set_already_changes_nothing(keeper: Client, course: Course) -> None:
    settings = {"slow_seconds": "0", "shows_people": "on"}

    keeper.post(page(course, "course_chat_settings"), settings)

    assert verbs(course) == []
    assert not Event.objects.exists()


def test_a_pause_that_was_set_elsewhere_stays_a_choice(keeper: Client, course: Course) -> None:
    Room.objects.of(course)
    Room.objects.update(slow_seconds=45)

    assertContains(keeper.get(page(course)), '<option value="45" selected>45 seconds</option>')
    answer = keeper.post(
        page(course, "course_chat_settings"), {"slow_seconds": "45", "shows_people": "on"}
    )

    assert answer.status_code == 302
    assert Room.objects.get().slow_seconds == 45


def test_a_pause_that_is_no_choice_changes_nothing(keeper: Client, course: Course) -> None:
    answer = keeper.post(
        page(course, "course_chat_settings"), {"slow_seconds": "7", "is_closed": "on"}, follow=True
    )

    assertContains(answer, "Select a valid choice.")
    assert not Room.objects.get().is_closed


# Pins, record, earlier texts


def test_a_pinned_message_is_unpinned(keeper: Client, course: Course, ann: User) -> None:
    message = say(course, "Bring a ruler", author=ann)
    pin(person=course.owner, course=course.pk, sequence=message.sequence)
    assertContains(keeper.get(page(course)), "Bring a ruler")

    keeper.post(page(course, "course_chat_unpin", message.sequence))

    message.refresh_from_db()
    assert message.pinned_at is None
    assertNotContains(keeper.get(page(course)), "Bring a ruler")


def test_the_record_says_who_did_what_to_whom(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = say(course, "Bring a ruler", author=ann)
    pin(person=course.owner, course=course.pk, sequence=message.sequence)
    mute(person=course.owner, course=course.pk, muted=ben, minutes=10)

    text = re.sub(
        r"<[^>]+>|\s+", " ", keeper.get(page(course, "course_chat_record")).content.decode()
    )

    assert re.search(r"Olga +muted: +Ben +\(10 minutes\)", text)
    assert re.search(r"Olga +pinned a message +Bring a ruler", text)


def test_the_record_goes_on_page_by_page(keeper: Client, course: Course) -> None:
    room = Room.objects.of(course)
    for _ in range(60):
        Act.objects.create(room=room, actor=course.owner, verb=Act.Verb.OPEN)
    newest = keeper.get(page(course, "course_chat_record")).content.decode()
    (older,) = re.findall(r'href="(\?before=\d+)"', newest)

    text = keeper.get(page(course, "course_chat_record") + older).content.decode()

    assert newest.count("opened the room") == 50
    assert text.count("opened the room") == 10
    assert "?before=" not in text


@pytest.mark.parametrize("name", ["course_chat_record", "course_chat_reports", "course_chat_edits"])
@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 30, "\0", "٣"])
def test_an_odd_place_in_a_list_is_the_newest(
    keeper: Client, course: Course, name: str, before: str
) -> None:
    assert keeper.get(page(course, name), {"before": before}).status_code == 200


def test_earlier_texts_of_a_message_are_shown_to_who_keeps_order(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    message = say(course, "First words", author=ann)
    say(course, "Never edited", author=ben)
    edit(author=ann, course=course.pk, sequence=message.sequence, body="Second words")

    response = keeper.get(page(course, "course_chat_edits"))

    assertContains(response, "First words")
    assertContains(response, "Second words")
    assertNotContains(response, "Never edited")


@pytest.mark.parametrize("name", ["course_chat_record", "course_chat_reports", "course_chat_edits"])
def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    keeper: Client, course: Course, ann: User, ben: User, name: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            keeper.get(page(course, name))
        return len(captured)

    def one_more(body: str) -> None:
        message = reported_message(course, ann, ben, body=body)
        edit(author=ann, course=course.pk, sequence=message.sequence, body=f"{body}, edited")
        keeper.post(page(course, "course_chat_handle", message.sequence))

    one_more("One")
    cost()
    one = cost()
    for number in range(4):
        one_more(f"More {number}")

    assert cost() == one


# A copy of the room


def exported(client: Client, course: Course, ending: str) -> str:
    response = client.get(page(course, "course_chat_export", ending))
    assert response.headers["Content-Disposition"].endswith(f'-chat.{ending}"')
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_who_took_a_copy_of_the_room_is_in_the_record(keeper: Client, course: Course) -> None:
    exported(keeper, course, "jsonl")

    act = Act.objects.get()
    assert (act.verb, act.actor) == ("export", course.owner)


def test_a_copy_for_programs_has_a_line_for_each_message(
    keeper: Client, course: Course, ann: User, ben: User
) -> None:
    first = say(course, "Häm\nline two", author=ann)
    content = make_content(make_module(course), title="Waves")
    say(course, "Reply", author=ben, reply_to=first.sequence)
    say(course, "Why?", author=ben, content=content.pk)
    gone = say(course, "To be gone", author=ben)
    delete(person=ben, course=course.pk, sequence=gone.sequence)

    rows = [json.loads(line) for line in exported(keeper, course, "jsonl").splitlines()]

    assert [row["message"] for row in rows] == ["Häm\nline two", "Reply", "Why?", ""]
    assert (rows[0]["user"], rows[0]["name"], rows[0]["role"]) == ("ann", "Ann", "student")
    assert rows[1]["reply_to"] == first.sequence
    assert rows[2]["content"] == {"id": content.pk, "title": "Waves"}
    assert rows[3]["deleted"]


def test_a_copy_to_read_stands_alone_and_shows_text_as_text(
    keeper: Client, course: Course, ann: User
) -> None:
    say(course, "<script>alert(1)</script>", author=ann)
    say(make_course_with(ann), "Of another room", author=ann)

    text = exported(keeper, course, "html")

    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "Of another room" not in text
    assert not re.findall(r'(?:src|href)="(?!#m)', text)


def make_course_with(student: User) -> Course:
    other = make_course()
    other.enrollments.create(student=student)
    return other


def test_a_copy_of_a_big_room_is_made_in_parts(keeper: Client, course: Course, ann: User) -> None:
    fill_room(course, ann, 450)

    with CaptureQueriesContext(connection) as captured:
        lines = exported(keeper, course, "jsonl").splitlines()

    assert len(lines) == 450
    assert len([each for each in captured if "LIMIT 200" in each["sql"]]) == 4


# Who


@pytest.mark.parametrize("make", [make_user, make_instructor])
def test_strangers_change_nothing(course: Course, ann: User, ben: User, make: Any) -> None:
    message = reported_message(course, ann, ben)
    mute(person=course.owner, course=course.pk, muted=ben, minutes=None)
    before = verbs(course)
    stranger = Client()
    stranger.force_login(make())

    answers = {
        stranger.post(page(course, "course_chat_delete", message.sequence)).status_code,
        stranger.post(page(course, "course_chat_handle", message.sequence)).status_code,
        stranger.post(page(course, "course_chat_unmute", ben.pk)).status_code,
        stranger.post(page(course, "course_chat_mute"), {"person": "ann"}).status_code,
        stranger.post(page(course, "course_chat_settings"), {"slow_seconds": "60"}).status_code,
        stranger.get(page(course, "course_chat_export", "jsonl")).status_code,
    }

    assert answers in ({403}, {404})
    assert verbs(course) == before
    assert Report.objects.waiting().exists()


def test_a_student_of_the_course_is_refused(course: Course, ann: User, ben: User) -> None:
    message = reported_message(course, ann, ben)
    student = Client()
    student.force_login(ann)

    assert student.get(page(course)).status_code == 403
    assert student.post(page(course, "course_chat_delete", message.sequence)).status_code == 403


def test_an_administrator_keeps_order_and_sees_no_other_tab(
    course: Course, ann: User, ben: User
) -> None:
    message = reported_message(course, ann, ben)
    admin = Client()
    admin.force_login(make_admin())

    answer = admin.post(page(course, "course_chat_delete", message.sequence), follow=True)

    assertContains(answer, "The message is deleted")
    assertNotContains(answer, reverse("course_outline", args=[course.pk]))
    assert Message.objects.get(pk=message.pk).is_deleted


def test_a_course_in_the_trash_has_no_room(keeper: Client, course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(trashed_at=timezone.now())

    assert keeper.get(page(course)).status_code == 404
