"""Rooms and what is said in them, for tests."""

import uuid
from typing import Any

from educa.accounts.models import User
from educa.chat.actions import Draft, send
from educa.chat.models import Message
from educa.courses.models import Course
from educa.students.tests.factories import make_enrollment


def make_member(course: Course) -> User:
    """Somebody who studies the course."""
    return make_enrollment(course=course).student


def make_draft(body: str = "Why is the angle 60°?", **fields: Any) -> Draft:
    return Draft(**{"client_id": uuid.uuid4(), "body": body} | fields)


def say(course: Course, body: str = "Why is the angle 60°?", **fields: Any) -> Message:
    """A message in the room of the course, of a new student where no `author` is named."""
    author = fields.pop("author", None) or make_member(course)
    return send(author=author, course=course.pk, draft=make_draft(body, **fields)).message
