"""Saying something in a room."""

import math
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions.entering import MINUTE, Entered, enter
from educa.chat.members import members
from educa.chat.models import Event, Mention, Message, ReadMark
from educa.chat.refusals import (
    EMPTY,
    NO_CONTENT,
    NO_PICTURE,
    SLOW,
    TAKEN,
    TOO_FAST,
    UNAVAILABLE,
    Refused,
)
from educa.chat.signals import message_posted
from educa.chat.texts import cleaned, mentioned_in
from educa.courses.models import Content, Course
from educa.lib.uploads import checked_picture

BURST = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody wants to say: text, perhaps a picture, perhaps in reply to a message or at a content.

    `reply_to` is the number of a message, `content` the key of a content; `paragraph` counts from 0, `second`
    is that of a film.
    """

    client_id: uuid.UUID
    body: str = ""
    picture: File[bytes] | None = field(default=None, repr=False)
    reply_to: int | None = None
    content: int | None = None
    paragraph: int | None = None
    second: int | None = None


@dataclass(frozen=True)
class Sent:
    """A message that is stored, and whether this call has stored it."""

    message: Message
    event: Event | None

    @property
    def is_new(self) -> bool:
        return self.event is not None


def send(*, author: User, course: int, draft: Draft) -> Sent:
    """Store a message in the room of a course; sent again with the same `client_id`, it is the same message.

    Raises Refused when it is none, is too long, comes too fast, or the author may not write here now.
    """
    body = cleaned(draft.body)
    if not body and draft.picture is None:
        raise Refused(EMPTY)
    message = Message(author=author, client_id=draft.client_id, body=body)
    _take_picture(message, draft.picture)
    try:
        return _store(author, message, course, draft)
    except IntegrityError as fault:
        # It was sent before; or who or what it is about has gone for good.
        if known := _sent_before(author, course, draft):
            return known
        raise Refused(UNAVAILABLE, retry_after=2) from fault


def _sent_before(author: User, course: int, draft: Draft) -> Sent | None:
    """The message that has this `client_id` already. Raises Refused for one in another room."""
    known = Message.objects.filter(author=author.pk, client_id=draft.client_id).first()
    if known is not None and known.room_id != course:
        raise Refused(TAKEN)
    return None if known is None else Sent(known, None)


@transaction.atomic
def _store(author: User, message: Message, course: int, draft: Draft) -> Sent:
    """Raises IntegrityError for what was sent before: nearly nothing was, so nobody asks for it first."""
    place = enter(author, course)
    message.room, message.is_instructors = place.room, place.is_instructor
    message.sent_at = timezone.now()
    try:
        _refuse_writing(place, message.sent_at)
        _anchor(message, place, draft)
    except Refused:
        if known := _sent_before(author, course, draft):
            return known
        raise
    event = log.append(place.room, Event.Kind.MESSAGE, actor=author, message=message)
    mention(message, place.course)
    ReadMark.objects.move(author, place.room, message.sequence)
    message_posted.send(Message, message=message)
    return Sent(message, event)


def _take_picture(message: Message, picture: "File[bytes] | None") -> None:
    """Judging and shrinking take long, so they are done before the room is held."""
    if picture is None:
        return
    if picture.size > settings.EDUCA_CHAT_MAX_PICTURE:
        raise Refused(NO_PICTURE)
    try:
        message.picture = checked_picture(picture).file
        message.picture.field.prepare(message)
    except ValidationError as fault:
        raise Refused(NO_PICTURE) from fault


def _refuse_writing(place: Entered, now: datetime) -> None:
    """Raises Refused when this person may not write in the room now, or not yet."""
    place.refuse_silenced()
    own = Message.objects.filter(room=place.room, author=place.person).order_by("-sequence")
    times = list(own.values_list("sent_at", flat=True)[: settings.EDUCA_CHAT_PER_MINUTE])
    limits = [
        (settings.EDUCA_CHAT_BURST, BURST, TOO_FAST),
        (settings.EDUCA_CHAT_PER_MINUTE, MINUTE, TOO_FAST),
    ]
    if place.room.slow_seconds and not (place.is_instructor or place.keeps_order):
        limits.append((1, timedelta(seconds=place.room.slow_seconds), SLOW))
    for amount, span, code in limits:
        if len(times) >= amount and (wait := times[amount - 1] + span - now) > timedelta(0):
            raise Refused(code, retry_after=math.ceil(wait.total_seconds()))


def _anchor(message: Message, place: Entered, draft: Draft) -> None:
    """Let the message be a reply, or a question at a content. Raises Refused where that is not there."""
    if draft.reply_to is not None:
        answered = place.message(draft.reply_to)
        message.reply_to = answered
        message.question = answered if answered.is_question else answered.question
        return
    if draft.content is None:
        return
    rows = Content.objects.filter(module__course=place.course, module__trashed_at=None)
    message.content = rows.filter(pk=draft.content).first()
    if message.content is None:
        raise Refused(NO_CONTENT)
    message.paragraph, message.second = draft.paragraph, draft.second
    if place.is_instructor:  # they tell, and wait for no answer
        message.settled_at = message.sent_at


def mention(message: Message, course: Course) -> None:
    """Remember who of the course is named in the text."""
    names = mentioned_in(message.body)
    if not names:
        return
    people = members(course).filter(username__in=names)
    Mention.objects.bulk_create(
        Mention(message=message, user=user) for user in people if user != message.author
    )
