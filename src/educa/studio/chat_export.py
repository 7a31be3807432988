"""A room as a file, message by message, however many there are."""

import json
from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from educa.chat.frames import person, time
from educa.chat.models import Message
from educa.courses.models import Course
from educa.lib.renditions import size_of

BATCH = 200


def as_lines(course: Course) -> Iterator[str]:
    """JSON, one message in each line; deleted ones are there as marks."""
    for message in _messages(course):
        yield json.dumps(_said(message), ensure_ascii=False) + "\n"


def as_page(course: Course) -> Iterator[str]:
    """A page of HTML that stands alone."""
    about = {"course": course, "now": timezone.now()}
    yield render_to_string("studio/chat/export_head.html", about)
    for message in _messages(course):
        yield render_to_string("studio/chat/export_message.html", {"message": message})
    yield render_to_string("studio/chat/export_foot.html")


def _messages(course: Course) -> Iterator[Message]:
    """In order, some at a time: a long answer must not hold the database."""
    rows = Message.objects.filter(room=course.pk).to_be_shown().order_by("sequence")
    rows = rows.prefetch_related("reactions", "content__item")
    last = 0
    while found := list(rows.filter(sequence__gt=last)[:BATCH]):
        yield from found
        last = found[-1].sequence


def _said(message: Message) -> dict[str, Any]:
    said: dict[str, Any] = {
        "sequence": message.sequence,
        "datetime": time(message.sent_at),
        **person(message.author),
        "role": "instructor" if message.is_instructors else "student",
        "message": message.body,
        "edited": time(message.edited_at),
        "deleted": message.is_deleted,
        "pinned": message.pinned_at is not None,
        "reactions": _reactions(message),
        "reply_to": message.reply_to.sequence if message.reply_to else None,
        "content": {"id": message.content_id, "title": str(message.content)}
        if message.content
        else None,
        "answer": message.answer.sequence if message.answer else None,
    }
    if message.picture:
        size = size_of(str(message.picture.name))
        said["picture"] = {"width": size.width, "height": size.height} if size else {}
    return said


def _reactions(message: Message) -> dict[str, int]:
    """How many of each sign, and not whose."""
    found: dict[str, int] = {}
    for reaction in message.reactions.all():
        found[reaction.sign] = found.get(reaction.sign, 0) + 1
    return found
