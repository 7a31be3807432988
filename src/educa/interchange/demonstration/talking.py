"""What was said in the room of a course of the demonstration."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions import mark_answer, pin, react
from educa.chat.actions.sending import mention
from educa.chat.models import Event, Message, Room
from educa.courses.models import Content, Course
from educa.interchange.demonstration.course_folder import MessageData

LIKE = "👍"


def talk(course: Course, messages: Sequence[MessageData]) -> None:
    """Put the messages into the room, as if they had been sent at their times; inside a transaction."""
    said: list[Message] = []
    for data in messages:
        message = _say(course, data, said)
        said.append(message)
        if data.answers and message.reply_to:
            numbers = {"question": message.reply_to.sequence, "answer": message.sequence}
            mark_answer(person=course.owner, course=course.pk, **numbers)
        if data.pinned:
            pin(person=course.owner, course=course.pk, sequence=message.sequence)
        if data.liked_by:
            person = User.objects.get(username=data.liked_by)
            react(person=person, course=course.pk, sequence=message.sequence, sign=LIKE, on=True)


def _say(course: Course, data: MessageData, said: Sequence[Message]) -> Message:
    author = User.objects.get(username=data.by)
    reply_to = said[data.reply_to - 1] if data.reply_to else None
    question = reply_to and (reply_to if reply_to.is_question else reply_to.question)
    room = Room.objects.locked(course)
    message = Message(
        room=room,
        author=author,
        client_id=uuid.uuid4(),
        is_instructors=author == course.owner,
        body=data.text,
        sent_at=timezone.now() - timedelta(minutes=data.minutes_ago),
        reply_to=reply_to,
        question=question,
        content=_content(course, data.content) if data.content else None,
    )
    log.append(room, Event.Kind.MESSAGE, actor=author, message=message)
    mention(message, course)
    return message


def _content(course: Course, title: str) -> Content:
    """Whichever has this title; that there is one was checked before."""
    contents = Content.objects.filter(module__course=course).prefetch_related("item")
    return next(content for content in contents if str(content) == title)
