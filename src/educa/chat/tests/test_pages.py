"""What rooms answer over HTTP."""

import uuid

import pytest
from django.urls import reverse

from educa.chat.tests.factories import make_member, say
from educa.courses.tests.factories import make_course

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def address(name, course, *more):
    return reverse(f"chat:{name}", args=[course.pk, *more])


def post(client, name, course, *more, **data):
    return client.post(address(name, course, *more), data, headers=JSON)


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def member(client, course):
    """Somebody who studies the course, and is signed in."""
    member = make_member(course)
    client.force_login(member)
    return member


def test_message_is_answered_as_it_is_stored(client, course, member):
    client_id = str(uuid.uuid4())

    answer = post(client, "message_list", course, message="  Why?\r\n", client_id=client_id)

    assert answer.status_code == 201
    assert answer.json() == answer.json() | {
        "sequence": 1, "client_id": client_id, "user": member.username, "message": "Why?"
    }  # fmt: skip


def test_pages_of_messages_lead_back_to_the_first(client, course, member):
    for number in range(1, 6):
        say(course, f"Number {number}")

    last = client.get(address("message_list", course), {"limit": 2}).json()
    first = client.get(address("message_list", course), {"limit": 3, "before": 4}).json()

    assert [message["sequence"] for message in last["messages"]] == [4, 5]
    assert (last["has_older"], last["has_newer"], last["head"]) == (True, False, 5)
    assert [message["sequence"] for message in first["messages"]] == [1, 2, 3]
    assert (first["has_older"], first["has_newer"]) == (False, True)
