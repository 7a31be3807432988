"""Make a course with students who are signed in, and print how they are known; run on the site's settings.

`python -m tests.torture.people 20`
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib import auth  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from educa.accounts.models import User  # noqa: E402
from educa.courses.models import Course, Subject  # noqa: E402
from educa.students.models import Enrollment  # noqa: E402


def signed_in(user: User) -> str:
    """The key of a session of this person."""
    session = SessionStore()
    session[auth.SESSION_KEY] = str(user.pk)
    session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@transaction.atomic
def make(amount: int) -> dict[str, Any]:
    """A published course, and so many students of it, each with a session."""
    owner = User.objects.create_user("teacher")
    subject = Subject.objects.create(title="Physics", slug="physics")
    course = Course.objects.create(
        owner=owner, subject=subject, title="Waves", status=Course.Status.PUBLISHED
    )
    people = []
    for number in range(amount):
        student = User.objects.create_user(f"student{number}")
        Enrollment.objects.enroll(student, course)
        people.append({"username": student.username, "session": signed_in(student)})
    return {"course": course.pk, "people": people}


call_command("migrate", verbosity=0)
print(json.dumps(make(int(sys.argv[1]))))
