"""Questions at contents for tests."""

import uuid
from typing import Any

from educa.accounts.models import User
from educa.chat.actions import Draft, mark_answer, send
from educa.chat.models import Message
from educa.courses.models import Content


def ask(
    author: User, content: Content, body: str = "Why is the sky blue?", **place: Any
) -> Message:
    """A question of somebody who may enter the room."""
    draft = Draft(client_id=uuid.uuid4(), body=body, content=content.pk, **place)
    return send(author=author, course=content.module.course_id, draft=draft).message


def reply(author: User, question: Message, body: str = "Because of its air.") -> Message:
    draft = Draft(client_id=uuid.uuid4(), body=body, reply_to=question.sequence)
    return send(author=author, course=question.room_id, draft=draft).message


def answer(author: User, question: Message, body: str = "Because of its air.") -> Message:
    """A reply, marked as the answer by its author, who teaches the course or has asked."""
    said = reply(author, question, body)
    mark_answer(
        person=author, course=question.room_id, question=question.sequence, answer=said.sequence
    )
    return said
