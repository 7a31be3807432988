"""What programs are told of events and messages, as JSON (docs/reference/chat.md)."""

import json
from datetime import datetime
from typing import Any

from django.urls import reverse

from educa.accounts.models import User
from educa.chat.models import Event, Message, Mute, Room
from educa.lib.renditions import size_of

Frame = dict[str, Any]


def encoded(frame: Frame) -> str:
    """The frame as it goes over the wire."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def time(at: datetime | None) -> str | None:
    """A time in UTC, to the millisecond (ISO 8601)."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def person(user: User | None) -> Frame:
    """A person as a room shows them; null and no name for an account that is gone."""
    return {"user": user.username if user else None, "name": user.shown_name if user else ""}


def frame_of(event: Event) -> Frame:
    """One event as all members get it. Of a message that was changed since, it tells the present state."""
    kind = Event.Kind(event.kind)
    if kind is Event.Kind.MESSAGE:
        return {**message_frame(_message(event)), "sequence": event.sequence}
    frame: Frame = {"type": kind.value, "sequence": event.sequence, "datetime": time(event.at)}
    if kind is Event.Kind.ROOM:
        return {**frame, **event.data}
    message = _message(event)
    frame["target"] = message.sequence
    if kind is Event.Kind.EDIT:
        return {**frame, **_says(message), "edited": time(message.edited_at)}
    if kind is Event.Kind.REACTION:
        return {**frame, "user": event.actor.username if event.actor else None, **event.data}
    return {**frame, **event.data}


def message_frame(message: Message) -> Frame:
    """A message as it is now. What a deleted one said is in no field."""
    frame: Frame = {
        "type": "message",
        "sequence": message.sequence,
        "client_id": str(message.client_id),
        "datetime": time(message.sent_at),
        **person(message.author),
        "role": "instructor" if message.is_instructors else "student",
        **_says(message),
        "edited": time(message.edited_at),
        "deleted": message.is_deleted,
        "pinned": message.pinned_at is not None,
        "reactions": _reactions(message),
    }
    if message.reply_to_id and message.reply_to:
        frame["reply_to"] = quote(message.reply_to)
    if message.content_id:
        frame["content"] = place(message)
    if message.is_question:
        frame["settled"] = message.settled_at is not None
        frame["answer"] = message.answer.sequence if message.answer else None
    return frame


def quote(message: Message) -> Frame:
    """What a reply tells of the message that it answers."""
    return {
        "sequence": message.sequence,
        **person(message.author),
        "message": message.excerpt,
        "deleted": message.is_deleted,
    }


def place(message: Message) -> Frame:
    """Where in the course it was asked."""
    return {
        "id": message.content_id,
        "url": reverse("student_content_detail", args=[message.room_id, message.content_id]),
        "paragraph": message.paragraph,
        "second": message.second,
    }


def room_frame(room: Room) -> Frame:
    """The state of a room that everybody in it knows."""
    return {
        "closed": room.is_closed,
        "slow_seconds": room.slow_seconds,
        "shows_people": room.shows_people,
    }


def mute_frame(mute: Mute | None) -> Frame:
    """Whether somebody may not write, and until when; null for as long as nobody lets them again."""
    return {"is_muted": mute is not None, "muted_until": time(mute.until) if mute else None}


def _message(event: Event) -> Message:
    if event.message is None:  # a constraint of the table
        raise ValueError(f"{event} is about no message")
    return event.message


def _says(message: Message) -> Frame:
    says: Frame = {"message": message.body}
    says["mentions"] = [
        mention.user.username for mention in message.mentions.all() if not message.is_deleted
    ]
    if message.picture:
        size = size_of(str(message.picture.name))
        says["picture"] = {
            "url": reverse("chat:message_picture", args=[message.room_id, message.sequence]),
            **({"width": size[0], "height": size[1]} if size else {}),
        }
    return says


def _reactions(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not message.is_deleted:
        for reaction in message.reactions.all():
            found.setdefault(reaction.sign, []).append(reaction.user.username)
    return found
