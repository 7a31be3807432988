"""Saying something over HTTP: programs get JSON, plain forms the way back."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_user
from educa.chat.models import Message
from educa.chat.tests.asking import address, code_of
from educa.chat.tests.factories import say
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db
HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TOO_BIG = 2**63


def test_message_is_answered_as_it_is_stored(member, post):
    client_id = str(uuid.uuid4())

    answer = post("message_list", message="  Why?\r\n", client_id=client_id)

    said = {"sequence": 1, "client_id": client_id, "user": member.username, "message": "Why?"}
    assert answer.status_code == 201
    assert answer.json() == answer.json() | said
    assert "no-store" in answer.headers["Cache-Control"]


def test_message_sent_again_is_answered_again(post):
    client_id = uuid.uuid4()
    first = post("message_list", message="Why?", client_id=client_id)

    again = post("message_list", message="Why?", client_id=client_id)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "1"},
        {"client_id": ""},
        {"client_id": "9" * 5000},
        {"reply_to": "x"},
        {"reply_to": TOO_BIG},
        {"content": -1},
        {"content": 1, "paragraph": 2**31},
        {"content": 1, "second": "1.5.2"},
    ],
)
def test_malformed_message_is_not_stored(post, wrong):
    fields = {"message": "Why?", "client_id": uuid.uuid4(), **wrong}

    assert code_of(post("message_list", **fields)) == (400, "malformed")
    assert not Message.objects.exists()


def test_refusal_tells_when_to_try_again(member, course, post, settings):
    settings.EDUCA_CHAT_BURST = 1
    say(course, author=member)

    answer = post("message_list", message="Why?", client_id=uuid.uuid4())

    assert code_of(answer) == (429, "too-fast")
    assert answer.headers["Retry-After"] == str(answer.json()["error"]["retry_after"])


@pytest.mark.parametrize(
    ("message", "expected"),
    [("", (400, "empty")), ("a" * 4001, (413, "too-long")), ("a\0", (400, "characters"))],
)
def test_text_that_is_none_is_refused(post, message, expected):
    answer = post("message_list", message=message, client_id=uuid.uuid4())

    assert code_of(answer) == expected


def test_plain_form_leads_to_what_was_said(client, course, member):
    data = {"message": "Why?", "client_id": uuid.uuid4()}

    answer = client.post(address("message_list", course), data)

    assert answer.url == f"{address('course_chat_room', course)}#m1"


@pytest.mark.parametrize(
    ("wanted", "is_followed"),
    [
        ("/students/courses/", True),
        ("//evil.example/", False),
        ("https://evil.example/", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_form_leads_to_pages_of_this_site_only(client, course, member, wanted, is_followed):
    data = {"message": "Why?", "client_id": uuid.uuid4(), "next": wanted}

    answer = client.post(address("message_list", course), data)

    assert (answer.url == wanted) == is_followed
    assert answer.url.startswith("/")
    assert "evil" not in answer.url


def test_plain_form_that_is_refused_says_why(client, course, member):
    data = {"message": " ", "client_id": uuid.uuid4()}

    answer = client.post(address("message_list", course), data, follow=True)

    assertContains(answer, "Write something first.")
    assert not Message.objects.exists()


def test_html_is_text_everywhere(client, course, member, post):
    say(course, HTML, author=member)

    answer = client.get(address("message_list", course))
    page = client.get(address("course_chat_room", course))

    assert answer.json()["messages"][0]["message"] == HTML
    assert answer.headers["Content-Type"] == "application/json"
    assertNotContains(page, "<script>alert(1)")
    assertNotContains(page, "<img src=x")


def test_names_of_people_are_text_in_what_a_form_says(client, course):
    name = "<b>Eve</b>"
    eve = make_user(username="eve", display_name=name)
    Enrollment.objects.enroll(eve, course)
    client.force_login(course.owner)

    page = client.post(address("mute", course), {"user": "eve"}, follow=True)

    assertNotContains(page, name)
