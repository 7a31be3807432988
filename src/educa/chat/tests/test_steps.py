"""What is done with messages and in rooms over HTTP."""

import pytest

from educa.accounts.tests.factories import make_user
from educa.chat import actions
from educa.chat.models import Message, Mute, ReadMark
from educa.chat.tests.asking import JSON, address, code_of
from educa.chat.tests.factories import say
from educa.courses.tests.factories import make_content, make_module
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db


def test_steps_reach_their_message(course, member, post):
    say(course, "One", author=member)
    say(course, "Two")

    assert post("message_edit", 1, message="Uno").json() == {}
    assert post("message_react", 2, sign="👍", on="true").json() == {}
    assert post("message_report", 2, reason="Rude").json() == {}
    assert post("message_delete", 1).json() == {}

    one, two = Message.objects.order_by("sequence")
    assert (one.is_deleted, two.reactions.get().user, two.reports.get().reason) == (
        True, member, "Rude",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("message_react", {"sign": "👍"}),
        ("message_react", {"sign": "👍", "on": "yes"}),
        ("message_pin", {}),
        ("message_report", {"reason": "a" * 501}),
        ("message_answer", {}),
        ("message_answer", {"answer": 1, "settled": "true"}),
        ("message_answer", {"answer": "last"}),
    ],
)
def test_malformed_step_is_refused(course, post, name, data):
    say(course)

    assert code_of(post(name, 1, **data)) == (400, "malformed")


def test_question_is_answered_settled_and_opened(course, member, post):
    content = make_content(make_module(course))
    question = say(course, author=member, content=content.pk)
    reply = say(course, reply_to=1)

    def state():
        question.refresh_from_db()
        return question.answer, question.settled_at is not None

    post("message_answer", 1, answer=2)
    assert state() == (reply, True)
    post("message_answer", 1, settled="false")
    assert state() == (None, False)
    post("message_answer", 1, settled="true")
    assert state() == (None, True)


def test_read_mark_moves_forward_only_and_not_beyond_the_last(course, member, post):
    for _ in range(3):
        say(course)

    def read(sequence):
        post("read", sequence=sequence)
        return ReadMark.objects.of(member).get().sequence

    assert [read(2), read(1), read(99), read(0)] == [2, 2, 3, 3]
    assert code_of(post("read", sequence=-1)) == (400, "malformed")


def test_who_keeps_order_mutes_by_name(client, course, member):
    client.force_login(course.owner)
    data = {"user": member.username.upper(), "minutes": 10}

    assert client.post(address("mute", course), data, headers=JSON).json() == {}

    assert (Mute.objects.get().user, Mute.objects.get().until is None) == (member, False)


def test_who_has_left_is_unmuted_still(client, course, member):
    actions.mute(person=course.owner, course=course.pk, muted=member, minutes=None)
    Enrollment.objects.leave(member, course)
    client.force_login(course.owner)

    client.post(address("unmute", course), {"user": member.username})

    assert not Mute.objects.exists()


def test_only_members_are_muted(client, course):
    client.force_login(course.owner)
    data = {"user": make_user().username}

    answer = client.post(address("mute", course), data, headers=JSON)

    assert code_of(answer) == (404, "no-person")


@pytest.mark.parametrize("minutes", ["0", "-5", "soon", 366 * 24 * 60 + 1])
def test_mute_has_a_time_that_makes_sense(client, course, member, minutes):
    client.force_login(course.owner)
    data = {"user": member.username, "minutes": minutes}

    answer = client.post(address("mute", course), data, headers=JSON)

    assert code_of(answer) == (400, "malformed")


def test_others_do_not_learn_who_is_there_by_muting(course, post):
    for user in (course.owner.username, "nobody"):
        assert code_of(post("mute", user=user)) == (403, "forbidden")


def test_settings_that_are_left_out_stay(client, course):
    client.force_login(course.owner)
    actions.close_room(person=course.owner, course=course.pk)

    client.post(address("room_settings", course), {"slow_seconds": 10})

    course.room.refresh_from_db()
    assert (course.room.is_closed, course.room.slow_seconds) == (True, 10)
