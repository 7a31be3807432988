"""What somebody has not read yet, in My courses and in the room of a course."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_admin, make_user
from educa.chat import actions
from educa.chat.models import Message, ReadMark
from educa.chat.tests.factories import make_member, say
from educa.chat.unread import NOTHING, Unread, unread_in
from educa.courses.models import Course
from educa.courses.tests.factories import make_course
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db
MY_COURSES = "/students/courses/"


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def member(client, course):
    """Somebody who studies the course, and is signed in."""
    member = make_member(course)
    client.force_login(member)
    return member


def unread(user, course):
    return unread_in(user, [course.pk]).get(course.pk, NOTHING)


def test_what_others_said_after_the_mark_is_unread(course, member):
    for _ in range(3):
        say(course)
    ReadMark.objects.move(member, course.room, 1)

    assert unread(member, course) == Unread(2)


def test_own_messages_are_read(course, member):
    say(course)

    say(course, author=member)

    assert unread(member, course) == NOTHING


def test_deleted_messages_are_not_unread(course, member):
    say(course)
    actions.delete(person=course.owner, course=course.pk, sequence=1)

    assert unread(member, course) == NOTHING


def test_reactions_are_no_messages(course, member):
    say(course)
    actions.react(person=course.owner, course=course.pk, sequence=1, sign="👍", on=True)

    assert unread(member, course) == Unread(1)


def test_what_was_said_before_one_came_is_history(course):
    for _ in range(2):
        say(course)
    Message.objects.update(sent_at=timezone.now() - timedelta(days=1))
    fresh = make_member(course)

    say(course)

    assert unread(fresh, course) == Unread(1)


def test_room_older_than_anybody_is_all_history_to_who_has_just_come(course):
    say(course)

    assert unread(make_member(course), course) == NOTHING


def test_to_who_teaches_all_is_unread_until_they_enter(course):
    assistant = make_user()
    course.co_instructors.add(assistant)
    say(course)

    assert unread(course.owner, course) == unread(assistant, course) == Unread(1)
    ReadMark.objects.move(assistant, course.room, 1)
    assert unread(assistant, course) == NOTHING


def test_who_looks_after_the_site_has_nothing_to_read_where_they_never_were(course):
    say(course)

    assert unread(make_admin(), course) == NOTHING


def test_who_is_named_is_told(course, member):
    other = make_member(course)
    say(course, f"@{member.username}")

    assert unread(member, course) == Unread(1, is_mentioned=True)
    assert unread(other, course) == Unread(1)
    ReadMark.objects.move(member, course.room, 1)
    assert unread(member, course) == NOTHING


def test_more_than_99_are_not_told_apart(course, member):
    first = say(course)
    Message.objects.bulk_create(
        Message(room=course.room, sequence=number, client_id=first.client_id, body="More")
        for number in range(2, 131)
    )

    found = unread(member, course)

    assert (found.messages, found.shown) == (100, "99+")


def test_rooms_that_one_may_not_enter_are_left_out(course, member):
    other = make_course()
    say(course)
    say(other)
    Enrollment.objects.leave(member, course)

    assert unread_in(member, [course.pk, other.pk]) == {}


def test_rooms_are_counted_apart(course, member):
    other = make_course()
    Enrollment.objects.enroll(member, other)
    for room in (course, other, other):
        say(room)

    assert unread_in(member, [course.pk, other.pk]) == {course.pk: Unread(1), other.pk: Unread(2)}


def test_card_leads_to_what_is_new(client, course, member):
    say(course)
    page = client.get(MY_COURSES)
    assertContains(page, "1 new message<")
    assertContains(page, reverse("chat:course_chat_room", args=[course.pk]))

    say(course, f"@{member.username}")

    assertContains(client.get(MY_COURSES), "2 new messages · You are mentioned")


def test_card_is_quiet_where_all_is_read_and_where_only_others_have_something_to_read(
    client, course, member
):
    other = make_course()
    say(other)
    say(course, author=member)

    assertNotContains(client.get(MY_COURSES), "new message")


def test_course_that_is_a_draft_again_tells_of_no_room(client, course, member):
    say(course)
    Course.objects.filter(pk=course.pk).update(status=Course.Status.DRAFT)

    assertNotContains(client.get(MY_COURSES), "new message")


def test_cost_of_my_courses_does_not_grow(client, member, django_assert_num_queries):
    for _ in range(8):
        course = make_course()
        Enrollment.objects.enroll(member, course)
        say(course, f"@{member.username}")

    with django_assert_num_queries(5):
        assert client.get(MY_COURSES).content.count(b"1 new message ") == 8
