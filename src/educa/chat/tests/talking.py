"""Rooms in which something was said, for tests."""

import uuid
from typing import Any

from django.core.files.base import ContentFile

from educa.accounts.models import User
from educa.accounts.tests.factories import make_user
from educa.chat.actions import Draft, send
from educa.chat.models import Event, Message, Room
from educa.courses.models import Course
from educa.courses.tests.factories import picture
from educa.students.models import Enrollment


def make_member(course: Course, **fields: Any) -> User:
    """Somebody who studies the course, and so is in its room."""
    student = make_user(**fields)
    Enrollment.objects.enroll(student, course)
    return student


def say(author: User, course: Course, body: str = "Hello.", **draft: Any) -> Message:
    """What sending does; `has_picture` sends one along."""
    if draft.pop("has_picture", False):
        draft["picture"] = ContentFile(picture(width=640, height=480), "sketch.png")
    return send(
        author=author, course=course.pk, draft=Draft(client_id=uuid.uuid4(), body=body, **draft)
    ).message


def fill_room(course: Course, author: User | None, number: int) -> None:
    """So many messages of one author, without what sending costs."""
    room = Room.objects.of(course)
    first = room.last_sequence + 1
    messages = Message.objects.bulk_create(
        Message(
            room=room,
            sequence=sequence,
            author=author,
            client_id=uuid.uuid4(),
            body=f"Message {sequence}",
            words=" message ",
        )
        for sequence in range(first, first + number)
    )
    Event.objects.bulk_create(
        Event(room=room, sequence=each.sequence, kind="message", message=each, actor=author)
        for each in messages
    )
    Room.objects.filter(pk=room.pk).update(last_sequence=messages[-1].sequence)
