"""The page of a room: what it shows, and its form for browsers without scripts."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from educa.accounts.tests.factories import make_user
from educa.chat.actions import close_room, delete
from educa.chat.formatting import pieces_of
from educa.chat.models import Message
from educa.chat.tests.factories import make_member, say
from educa.courses.tests.factories import make_course
from educa.students.views.player import PART

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def member(client, course):
    """Somebody who studies the course, and is signed in."""
    member = make_member(course)
    client.force_login(member)
    return member


def room_of(course):
    return reverse("chat:course_chat_room", args=[course.pk])


def test_room_shows_the_last_messages_and_the_way_to_older_ones(client, course, member):
    for number in range(1, 53):
        say(course, f"Number {number}.")

    last = client.get(room_of(course)).content.decode()
    older = client.get(room_of(course), {"before": 3}).content.decode()

    assert "Number 52." in last
    assert "Number 2." not in last
    assert 'href="?before=3"' in last
    assert "Number 2." in older
    assert "Number 3." not in older


def test_room_shows_nothing_of_other_rooms(client, course, member):
    say(make_course(), "Elsewhere")

    page = client.get(room_of(course)).content.decode()

    assert "Elsewhere" not in page
    assert "Nobody has written here yet" in page


def test_room_takes_as_many_statements_for_many_messages(
    client, course, member, django_assert_num_queries
):
    say(course, "One")
    client.get(room_of(course))  # the process knows the kinds of contents then
    with CaptureQueriesContext(connection) as few:
        client.get(room_of(course))

    for number in range(10):
        say(course, f"Number {number}", author=make_member(course))

    with django_assert_num_queries(len(few)):
        client.get(room_of(course))


def test_form_sends_and_leads_to_the_message(client, course, member):
    answer = client.post(room_of(course), {"message": "Why?", "client_id": uuid.uuid4()})

    said = Message.objects.get()
    assert (said.author, said.body) == (member, "Why?")
    assert answer.url == f"{room_of(course)}#m{said.sequence}"


def test_form_that_is_sent_twice_sends_one_message(client, course, member):
    form = {"message": "Why?", "client_id": uuid.uuid4()}

    client.post(room_of(course), form)
    client.post(room_of(course), form)

    assert Message.objects.count() == 1


def test_refused_message_stays_in_the_form(client, course, member):
    close_room(person=course.owner, course=course.pk)

    answer = client.post(room_of(course), {"message": "Why <b>not</b>?"})

    assert answer.status_code == 403
    assert "The room is closed" in answer.content.decode()
    assert "Why &lt;b&gt;not&lt;/b&gt;?</textarea>" in answer.content.decode()
    assert not Message.objects.exists()


def test_deleted_message_says_nothing_on_the_page_and_in_its_state(client, course, member):
    said = say(course, "Secret", author=member)
    delete(person=member, course=course.pk, sequence=said.sequence)

    page = client.get(room_of(course)).content.decode()

    assert "This message was deleted." in page
    assert "Secret" not in page


def test_what_people_write_is_never_html(client, course, member):
    say(course, "<script>alert(1)</script> javascript:alert(1) http://a.example/<b>")

    page = client.get(room_of(course)).content.decode()

    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert '<a href="http://a.example/" rel="nofollow noopener ugc">' in page


def test_part_for_the_player_is_the_room_alone(client, course, member):
    part = client.get(room_of(course), headers={PART: "chat"})

    assert b"<chat-room" in part.content
    assert b"<html" not in part.content
    assert PART in part.headers["Vary"]


def test_who_is_not_enrolled_is_shown_the_way_in(client, course):
    client.force_login(make_user())

    answer = client.get(room_of(course))

    assert answer.status_code == 403
    assert course.get_absolute_url() in answer.content.decode()


def test_room_of_a_draft_is_not_there_for_others(client):
    client.force_login(make_user())
    draft = make_course(status="draft")

    assert client.get(room_of(draft)).status_code == 404


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("See https://a.example/b_(c)).", ["link:https://a.example/b_(c)"]),
        ("`x` and `y", ["code:x"]),
        ("```py\n<b>\n```\nafter", ["block:<b>"]),
        ("@Ben and @eve, a@ben.org", ["mention:@Ben"]),
        ("ftp://a.example javascript:alert(1) http://", []),
    ],
)
def test_text_is_taken_apart(text, pieces):
    found = [f"{p.kind}:{p.text}" for p in pieces_of(text, {"ben"}) if p.kind != "text"]

    assert found == pieces
