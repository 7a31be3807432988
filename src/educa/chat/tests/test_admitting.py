"""Letting many in at once: each as if they had come alone."""

import asyncio
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_user
from educa.chat.live import door
from educa.chat.live.admissions import Admissions
from educa.chat.models import Mute, ReadMark, Room
from educa.chat.tests.factories import make_member
from educa.courses.models import Course
from educa.courses.tests.factories import make_course
from educa.students.models import Enrollment


def session_of(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies["session"].value


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


def test_all_sorts_of_people_come_in_together_as_they_come_in_alone(course):
    muted, other = make_member(course), make_member(course)
    room = Room.objects.of(course)
    Mute.objects.create(room=room, user=muted)
    ReadMark.objects.create(room=room, user=other, sequence=4)
    assistant = make_member(course)
    course.co_instructors.add(assistant)
    people = [muted, other, assistant, course.owner, make_admin(), make_user()]
    asked = [(session_of(person), course.pk) for person in people]

    admissions = door.admit_all(asked)

    assert admissions == [door.admit(*each) for each in asked]
    assert [admission is None for admission in admissions] == [False] * 5 + [True]


@pytest.mark.parametrize("lost", ["place", "session", "password", "account", "published"])
def test_who_lost_their_place_does_not_come_in_with_others(course, lost):
    student, other = make_member(course), make_member(course)
    asked = [(session_of(person), course.pk) for person in (student, other)]
    if lost == "place":
        Enrollment.objects.leave(student, course)
    elif lost == "session":
        asked[0] = ("a" * 32, course.pk)
    elif lost == "password":
        student.set_password("another one, which is long")
        student.save()
    elif lost == "account":
        User.objects.filter(pk=student.pk).update(is_active=False)
    else:
        Course.objects.filter(pk=course.pk).update(status=Course.Status.DRAFT)

    came = [admission is not None for admission in door.admit_all(asked)]

    assert came == [False, lost != "published"]


def test_everybody_is_asked_about_for_the_courses_they_named(course):
    student, elsewhere = make_member(course), make_member(make_course())

    admissions = door.admit_all([(session_of(who), course.pk) for who in (student, elsewhere)])

    assert [bool(admission) for admission in admissions] == [True, False]


def test_ten_students_cost_as_many_statements_as_two(course):
    asked = [(session_of(make_member(course)), course.pk) for _number in range(10)]
    Room.objects.of(course)

    def statements(some: list[tuple[str, int]]) -> int:
        with CaptureQueriesContext(connection) as seen:
            door.admit_all(some)
        return len(seen)

    assert statements(asked) == statements(asked[:2])


class Database:
    """A database that is slow, and remembers what it was asked."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.asked: list[list[tuple[str, int]]] = []
        self.fault = fault

    async def ask(self, _work: Any, asked: list[tuple[str, int]]) -> list[str]:
        self.asked.append(asked)
        await asyncio.sleep(0)
        if self.fault:
            raise self.fault
        return [session.upper() for session, _course in asked]


@pytest.mark.once
def test_who_comes_while_others_are_asked_about_is_asked_about_next():
    database = Database()

    async def come() -> list[Any]:
        admissions = Admissions(database.ask)
        first = asyncio.create_task(admissions.admit("a", 1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return [*await asyncio.gather(*(admissions.admit(key, 1) for key in "bc")), await first]

    assert asyncio.run(come()) == ["B", "C", "A"]
    assert database.asked == [[("a", 1)], [("b", 1), ("c", 1)]]


@pytest.mark.once
def test_everybody_hears_that_the_database_did_not_answer():
    async def come() -> list[Any]:
        admissions = Admissions(Database(OSError("gone")).ask)
        return await asyncio.gather(
            *(admissions.admit(key, 1) for key in "ab"), return_exceptions=True
        )

    assert [str(fault) for fault in asyncio.run(come())] == ["gone", "gone"]


def test_who_teaches_is_told_of_no_mute_that_does_not_hold_them(course):
    Mute.objects.create(room=Room.objects.of(course), user=course.owner)

    admission = door.admit(session_of(course.owner), course.pk)

    assert admission is not None
    assert admission.mute is None
