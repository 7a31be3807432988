"""What rooms tell over HTTP: to programs in JSON, to people by pages."""

import uuid

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from educa.accounts.tests.factories import make_user
from educa.chat import actions
from educa.chat.models import Message
from educa.chat.tests.asking import JSON, address, code_of
from educa.chat.tests.factories import make_member, say
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db
TOO_BIG = 2**63


def numbers(messages):
    return [message["sequence"] for message in messages]


def test_pages_of_messages_lead_back_to_the_first(course, get):
    for number in range(1, 6):
        say(course, f"Number {number}")

    last = get("message_list", limit=2)
    first = get("message_list", limit=3, before=4)

    assert numbers(last["messages"]) == [4, 5]
    assert (last["has_older"], last["has_newer"], last["head"]) == (True, False, 5)
    assert numbers(first["messages"]) == [1, 2, 3]
    assert (first["has_older"], first["has_newer"]) == (False, True)


def test_pages_of_messages_lead_on_to_the_last(course, get):
    for _ in range(4):
        say(course)

    page = get("message_list", after=1, limit=2)

    assert numbers(page["messages"]) == [2, 3]
    assert (page["has_older"], page["has_newer"]) == (True, True)


def test_room_where_nobody_was_yet_is_empty(get):
    page = get("message_list")

    assert (page["messages"], page["head"], page["has_older"]) == ([], 0, False)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("message_list", {"limit": 101}),
        ("message_list", {"limit": 0}),
        ("message_list", {"before": -1}),
        ("message_list", {"after": TOO_BIG}),
        ("message_list", {"after": "9" * 5000}),
        ("message_list", {"after": 1, "before": 2}),
        ("message_list", {"before": "\0"}),
        ("event_list", {}),
        ("event_list", {"after": "one"}),
        ("event_list", {"after": 1, "epoch": "now"}),
        ("person_list", {"q": "a" * 151}),
        ("person_list", {"q": "a\0"}),
    ],
)
def test_what_can_not_be_understood_is_told(client, course, member, name, asked):
    answer = client.get(address(name, course), asked, headers=JSON)

    assert code_of(answer) == (400, "malformed")


def test_events_are_the_log_in_order(course, member, get):
    message = say(course, author=member)
    actions.react(person=member, course=course.pk, sequence=1, sign="👍", on=True)
    actions.edit(author=member, course=course.pk, sequence=1, body="Other")

    log = get("event_list", after=0, epoch=str(message.room.epoch))

    told = [(event["type"], event["sequence"]) for event in log["events"]]
    assert told == [("message", 1), ("reaction", 2), ("edit", 3)]
    assert (log["more"], log["limited"], log["head"]) == (False, False, 3)
    assert get("event_list", after=3)["events"] == []


def test_long_log_comes_in_pieces(course, get, monkeypatch):
    for _ in range(3):
        say(course)
    monkeypatch.setattr("educa.chat.log.events_after.__kwdefaults__", {"limit": 2})

    first, last = get("event_list", after=0), get("event_list", after=2)

    assert (numbers(first["events"]), first["more"]) == ([1, 2], True)
    assert (numbers(last["events"]), last["more"]) == ([3], False)


def test_who_is_too_far_behind_or_counts_otherwise_loads_pages(course, get, monkeypatch):
    monkeypatch.setattr("educa.chat.log.FARTHEST", 1)
    say(course)
    say(course)

    asked = [{"after": 0}, {"after": 3}, {"after": 1, "epoch": str(uuid.uuid4())}, {"after": 1}]

    assert [get("event_list", **each)["limited"] for each in asked] == [True, True, True, False]


def test_people_are_members_by_name_but_oneself(course, member, get):
    ada = make_user(username="ada", display_name="Countess")
    Enrollment.objects.enroll(ada, course)
    make_user(username="adam")  # no member
    left = make_user(username="adele")
    Enrollment.objects.enroll(left, course)
    Enrollment.objects.leave(left, course)

    found = get("person_list", q="AD")["people"]

    assert found == [{"user": "ada", "name": "Countess", "role": "student"}]
    assert member.username not in str(get("person_list"))
    assert get("person_list", q=course.owner.username)["people"][0]["role"] == "instructor"


def test_pinned_messages_are_listed_and_no_others(course, get):
    for _ in range(3):
        say(course)
    for sequence in (2, 1):
        actions.pin(person=course.owner, course=course.pk, sequence=sequence)

    assert numbers(get("pinned_list")["messages"]) == [1, 2]


def test_room_of_another_course_is_not_read(client, member):
    other = make_course()
    say(other, "Secret")

    for name in ("message_list", "event_list", "pinned_list", "person_list"):
        answer = client.get(address(name, other), {"after": 0}, headers=JSON)
        assert code_of(answer) == (404, "no-room")
        assert "Secret" not in answer.content.decode()


def test_who_is_signed_out_is_told_so(client, course):
    answer = client.get(address("message_list", course), headers=JSON)

    assert code_of(answer) == (401, "signed-out")


def test_who_posts_signed_out_comes_back_to_the_room(client, course):
    room = address("course_chat_room", course)

    answer = client.post(address("message_list", course), {"message": "Why?"})

    assertRedirects(answer, f"{reverse('login')}?next={room}", fetch_redirect_response=False)


def test_numbers_beyond_the_database_are_not_there(client, member, post):
    nowhere = f"/chat/room/{TOO_BIG}/messages/"

    assert client.get(nowhere, headers=JSON).status_code == 404
    assert code_of(post("message_delete", TOO_BIG)) == (404, "no-message")
    assert code_of(post("message_delete", 10**30)) == (404, "no-message")


def crowd(course, member, amount):
    """A room in which a lot was said, with everything that a message can have."""
    content = make_content(make_module(course))
    others = [make_member(course) for _ in range(4)]
    for number in range(amount):
        author = others[number % 4]
        Message.objects.filter(author=author).update(sent_at="2026-01-01T00:00Z")
        where = {"content": content.pk} if number % 2 else {"reply_to": 1} if number else {}
        said = say(course, f"@{member.username} @{others[0].username}", author=author, **where)
        actions.react(person=member, course=course.pk, sequence=said.sequence, sign="👍", on=True)
        actions.pin(person=course.owner, course=course.pk, sequence=said.sequence)
        if said.is_question:
            reply = say(course, author=course.owner, reply_to=said.sequence)
            Message.objects.filter(pk=reply.pk).update(sent_at="2026-01-01T00:00Z")
            actions.mark_answer(
                person=course.owner,
                course=course.pk,
                question=said.sequence,
                answer=reply.sequence,
            )


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("message_list", 9),
        ("event_list", 10),
        ("pinned_list", 9),
        ("person_list", 7),
        ("course_chat_room", 12),
    ],
)
def test_cost_does_not_grow_with_what_was_said(
    client, member, django_assert_max_num_queries, name, most
):
    costs = []
    for amount in (10, 60):
        crowded = make_course()
        Enrollment.objects.enroll(member, crowded)
        crowd(crowded, member, amount)
        with django_assert_max_num_queries(most) as asked:
            client.get(address(name, crowded), {"after": 0})
        costs.append(len(asked))

    assert costs[0] == costs[1]
