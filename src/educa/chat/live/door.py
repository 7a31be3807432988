"""Who may be at a socket: asked when it opens, with everything that is sent, and every two seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from educa.accounts.models import User
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
    return Admission(
        badge=Badge(user.pk, session, user.password, user.username, user.shown_name),
        room=room,
        keeps_order=found.is_taught and can_keep_order(user, found),
        mute=Mute.objects.current().filter(room=room, user=user).first(),
        read=mark.sequence if mark else 0,
    )


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
    there = Course.objects.present().filter(pk=course).exclude(status=Course.Status.DRAFT)
    studied = Enrollment.objects.current().filter(course__in=there, student__in=users)
    found = set(studied.values_list("student", flat=True))
    role = Q(is_staff=True) | Q(courses_created=course) | Q(courses_assisted=course)
    for person in User.objects.filter(role, pk__in=users - found).distinct():
        if Course.objects.readable_by(person).filter(pk=course).exists():
            found.add(person.pk)
    return found
