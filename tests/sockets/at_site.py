"""What tests have done in a process beside a running site: each function is called by its name."""

import json
import sys
import traceback
import uuid
from importlib import import_module
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - needs the settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402

from educa.accounts.models import User  # noqa: E402
from educa.accounts.tests.factories import make_instructor, make_user  # noqa: E402
from educa.chat import actions  # noqa: E402
from educa.chat.models import Message, ReadMark  # noqa: E402
from educa.chat.tests.factories import fill_room  # noqa: E402
from educa.courses.models import Course  # noqa: E402
from educa.courses.tests.factories import make_course  # noqa: E402
from educa.students.models import Enrollment  # noqa: E402


def course(students: int = 2) -> dict[str, Any]:
    """A published course with students, and the sessions of all its people by their part."""
    made = make_course(owner=make_instructor())
    people = {"owner": made.owner}
    for number in range(1, students + 1):
        people[f"student{number}"] = make_user()
        Enrollment.objects.enroll(people[f"student{number}"], made)
    return {"course": made.pk, **{part: session(user.pk) for part, user in people.items()}}


def session(user: int) -> dict[str, Any]:
    """A new session of an account, with its name."""
    person = User.objects.get(pk=user)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return {"user": person.pk, "name": person.username, "session": store.session_key}


def person(course: int, part: str) -> dict[str, Any]:
    """Somebody new with this part in the course."""
    found = Course.objects.get(pk=course)
    user = make_instructor() if part == "co-instructor" else make_user()
    if part == "co-instructor":
        found.co_instructors.add(user)
    elif part == "superuser":
        User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    elif part == "left":
        Enrollment.objects.enroll(user, found)
        Enrollment.objects.leave(user, found)
    elif part in {"student", "suspended"}:
        Enrollment.objects.enroll(user, found)
    came_in = session(user.pk)
    if part == "suspended":
        User.objects.filter(pk=user.pk).update(is_active=False)
    return came_in


def say(course: int, user: int, body: str = "Hello") -> int:
    """Store a message as a page does, in a process that has no sockets; its number."""
    draft = actions.Draft(client_id=uuid.uuid4(), body=body)
    person = User.objects.get(pk=user)
    return actions.send(author=person, course=course, draft=draft).message.sequence


def fill(course: int, user: int, messages: int) -> None:
    """Many messages at once, beside the rules."""
    fill_room(Course.objects.get(pk=course), User.objects.get(pk=user), messages)


def delete(course: int, user: int, sequence: int) -> None:
    """Take a message back."""
    actions.delete(person=User.objects.get(pk=user), course=course, sequence=sequence)


def mute(course: int, user: int, muted: int) -> None:
    """Let somebody not write any more."""
    by, about = User.objects.get(pk=user), User.objects.get(pk=muted)
    actions.mute(person=by, course=course, muted=about, minutes=None)


def unmute(course: int, user: int, muted: int) -> None:
    """Let somebody write again."""
    by, about = User.objects.get(pk=user), User.objects.get(pk=muted)
    actions.unmute(person=by, course=course, muted=about)


def end(course: int, who: dict[str, Any], way: str) -> None:
    """Take away from somebody what lets them sit in the room."""
    user = User.objects.filter(pk=who["user"])
    found = Course.objects.filter(pk=course)
    if way == "signed out":
        Session.objects.filter(session_key=who["session"]).delete()
    elif way == "password changed":
        changed = user.get()
        changed.set_password("another one")
        changed.save()
    elif way == "suspended":
        user.update(is_active=False)
    elif way == "removed":
        Enrollment.objects.leave(user.get(), found.get())
    elif way == "teaches no more":
        found.get().co_instructors.remove(user.get())
    elif way == "draft":
        found.update(status=Course.Status.DRAFT)
    elif way == "erased":
        user.get().delete()


def bodies(course: int) -> list[str]:
    """What is stored in the room."""
    rows = Message.objects.filter(room=course).order_by("sequence")
    return list(rows.values_list("body", flat=True))


def authors(course: int) -> list[int | None]:
    """Whose messages they are."""
    rows = Message.objects.filter(room=course).order_by("sequence")
    return list(rows.values_list("author", flat=True))


def read(course: int, user: int) -> int:
    """How far somebody has read."""
    mark = ReadMark.objects.filter(room=course, user=user).first()
    return mark.sequence if mark else 0


def main() -> None:
    """Do what lines on stdin ask for, and answer each with a line."""
    for line in sys.stdin:
        name, given = json.loads(line)
        try:
            print(json.dumps({"answer": globals()[name](**given)}), flush=True)
        except Exception:  # noqa: BLE001 - the test that asked reports it
            print(json.dumps({"error": traceback.format_exc()}), flush=True)


if __name__ == "__main__":
    main()
