"""Who may be at a socket: asked when it opens, with everything that is sent, and every two seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from educa.accounts.models import User
from educa.accounts.sessions import KEY
from educa.chat.models import Mute, ReadMark, Room
from educa.chat.permissions import can_keep_order
from educa.courses.models import Course
from educa.students.models import Enrollment

BATCH = 500  # keys in one question to the database


@dataclass(frozen=True)
class Badge:
    """What somebody came in with; it holds while the session, the password and the place in the course do."""

    user: int
    session: str
    password: str
    username: str
    name: str


@dataclass(frozen=True)
class Admission:
    """Somebody who may come in, and what they find."""

    badge: Badge
    room: Room
    keeps_order: bool
    mute: Mute | None
    read: int


def person_of(session: str) -> User | None:
    """Whose session this is now; None where it has ended."""
    if not session:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    user = auth.get_user(request)
    return user if isinstance(user, User) else None


def admit(session: str, course: int) -> Admission | None:
    """Let somebody in; None for who is not signed in or may not read the course."""
    user = person_of(session)
    if user is None:
        return None
    readable = Course.objects.readable_by(user).with_part_of(user).select_related("owner")
    found = readable.filter(pk=course).first()
    if found is None:
        return None
    room = Room.objects.of(found)
    mark = ReadMark.objects.of(user).filter(room=room).first()
    keeps_order = can_keep_order(user, teaches=found.is_taught)
    mute = Mute.objects.current().filter(room=room, user=user).first()
    return Admission(
        badge=Badge(user.pk, session, user.password, user.username, user.shown_name),
        room=room,
        keeps_order=keeps_order,
        mute=None if found.is_taught or keeps_order else mute,  # they write all the same
        read=mark.sequence if mark else 0,
    )


def admit_all(asked: Sequence[tuple[str, int]]) -> list[Admission | None]:
    """As `admit` for several sessions and courses: all students of a course by the same few statements.

    Who is no mere student is asked about singly.
    """
    people = _people(session for session, _course in asked)
    classes: dict[int, _Class] = {}
    for course in {course for _session, course in asked}:
        here = {people[session].pk for session, to in asked if to == course and session in people}
        classes[course] = _Class(course, here)
    return [
        classes[course].admission(people[session], session)
        if session in people and people[session].pk in classes[course].students
        else admit(session, course)
        for session, course in asked
    ]


def holder_of(badge: Badge) -> User | None:
    """The account of who came in with this badge, while it holds; one statement."""
    sessions = Session.objects.filter(session_key=badge.session, expire_date__gt=timezone.now())
    rows = User.objects.filter(pk=badge.user, is_active=True, password=badge.password)
    return rows.filter(Exists(sessions)).first()


def signed_in(badges: Iterable[Badge]) -> set[Badge]:
    """Those whose session goes on, with the password of their account as it was."""
    asked = list(set(badges))
    found: set[Badge] = set()
    for start in range(0, len(asked), BATCH):
        found |= _signed_in(asked[start : start + BATCH])
    return found


def members(course: int, users: Iterable[int]) -> set[int]:
    """Those of these people who may read the course now."""
    asked = list(set(users))
    found: set[int] = set()
    for start in range(0, len(asked), BATCH):
        found |= _members(course, set(asked[start : start + BATCH]))
    return found


class _Class:
    """Those among some people who study a course and do nothing else there, and what they find."""

    def __init__(self, course: int, users: set[int]) -> None:
        found = Course.objects.present().filter(pk=course).first()
        self.students = _studying(course, users) if found else set()
        if not found or not self.students:
            return
        self.students -= set(_with_a_role(course, self.students).values_list("pk", flat=True))
        self._room = Room.objects.of(found)
        marks = ReadMark.objects.filter(room=self._room, user__in=self.students)
        self._marks: dict[int, int] = dict(marks.values_list("user", "sequence"))
        mutes = Mute.objects.current().filter(room=self._room, user__in=self.students)
        self._mutes = {mute.user_id: mute for mute in mutes}

    def admission(self, user: User, session: str) -> Admission:
        """What one of the students finds."""
        return Admission(
            badge=Badge(user.pk, session, user.password, user.username, user.shown_name),
            room=self._room,
            keeps_order=False,
            mute=self._mutes.get(user.pk),
            read=self._marks.get(user.pk, 0),
        )


def _people(sessions: Iterable[str]) -> dict[str, User]:
    """Whose these sessions are now, as `person_of` says it of one; without those that need a closer look."""
    rows = Session.objects.filter(
        session_key__in={key for key in sessions if KEY.fullmatch(key)},
        expire_date__gt=timezone.now(),
    )
    told = {row.session_key: row.get_decoded() for row in rows}
    keys = {data[auth.SESSION_KEY] for data in told.values() if auth.SESSION_KEY in data}
    active = User.objects.filter(pk__in=keys, is_active=True)
    users = {str(user.pk): user for user in active}
    return {
        session: users[data[auth.SESSION_KEY]]
        for session, data in told.items()
        if data.get(auth.SESSION_KEY) in users and _is_of(users[data[auth.SESSION_KEY]], data)
    }


def _is_of(user: User, data: dict[str, Any]) -> bool:
    """Whether a session was begun with the password that the account has."""
    proof = constant_time_compare(data.get(auth.HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return proof and data.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS


def _signed_in(badges: list[Badge]) -> set[Badge]:
    keys = {badge.session for badge in badges}
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    there = set(sessions.values_list("session_key", flat=True))
    people = User.objects.filter(pk__in={badge.user for badge in badges}, is_active=True)
    passwords: dict[Any, Any] = dict(people.values_list("pk", "password"))
    return {
        badge
        for badge in badges
        if badge.session in there and passwords.get(badge.user) == badge.password
    }


def _members(course: int, users: set[int]) -> set[int]:
    """As `CourseQuerySet.readable_by` says it of one person; who is no student is asked for singly."""
    found = _studying(course, users)
    for person in _with_a_role(course, users - found):
        if Course.objects.readable_by(person).filter(pk=course).exists():
            found.add(person.pk)
    return found


def _studying(course: int, users: set[int]) -> set[int]:
    there = Course.objects.present().filter(pk=course).exclude(status=Course.Status.DRAFT)
    studied = Enrollment.objects.current().filter(course__in=there, student__in=users)
    return set(studied.values_list("student", flat=True))


def _with_a_role(course: int, users: set[int]) -> "QuerySet[User]":
    """Those of these people who may have another reason to be there than that they study."""
    role = Q(is_staff=True) | Q(courses_created=course) | Q(courses_assisted=course)
    return User.objects.filter(role, pk__in=users).distinct()
