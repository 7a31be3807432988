"""Rooms, what is said in them, and questions at contents, for tests."""

import uuid
from typing import Any

from django.core.files.base import ContentFile

from educa.accounts.models import User
from educa.accounts.tests.factories import make_user
from educa.chat.actions import Draft, mark_answer, send
from educa.chat.models import Event, Message, Room
from educa.courses.models import Content, Course
from educa.courses.tests.factories import picture
from educa.students.models import Enrollment

BODY = "Why is the angle 60°?"


def make_member(course: Course, **fields: Any) -> User:
    """Somebody who studies the course, and so is in its room."""
    student = make_user(**fields)
    Enrollment.objects.enroll(student, course)
    return student


def make_draft(body: str = BODY, **fields: Any) -> Draft:
    return Draft(**{"client_id": uuid.uuid4(), "body": body} | fields)


def say(course: Course, body: str = BODY, **fields: Any) -> Message:
    """A message in the room of the course, of a new student where no `author` is named.

    `has_picture` sends one along.
    """
    author = fields.pop("author", None) or make_member(course)
    if fields.pop("has_picture", False):
        fields["picture"] = ContentFile(picture(width=640, height=480), "sketch.png")
    return send(author=author, course=course.pk, draft=make_draft(body, **fields)).message


def ask(
    author: User, content: Content, body: str = "Why is the sky blue?", **place: Any
) -> Message:
    """A question of somebody who may enter the room."""
    return say(content.module.course, body, author=author, content=content.pk, **place)


def reply(author: User, question: Message, body: str = "Because of its air.") -> Message:
    draft = make_draft(body, reply_to=question.sequence)
    return send(author=author, course=question.room_id, draft=draft).message


def answer(author: User, question: Message, body: str = "Because of its air.") -> Message:
    """A reply, marked as the answer by its author, who teaches the course or has asked."""
    said = reply(author, question, body)
    mark_answer(
        person=author, course=question.room_id, question=question.sequence, answer=said.sequence
    )
    return said


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
