"""A room as its page shows it: messages by day and by author, and the state that its scripts begin with."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from educa.accounts.models import User
from educa.chat.frames import message_frame, room_frame
from educa.chat.log import Page, page_and_pins
from educa.chat.models import Message, Mute, ReadMark, Room
from educa.chat.models.people import REACTIONS
from educa.chat.permissions import can_keep_order
from educa.chat.questions import titles_of
from educa.courses.models import Course

TOGETHER = timedelta(minutes=5)  # messages of one author that follow so soon stand together


@dataclass
class Row:
    """A message in its place; `day` only on the first of a day."""

    message: Message
    is_own: bool
    is_first: bool
    is_new: bool
    day: date | None
    title: str
    signs: dict[str, int]

    @property
    def second(self) -> str:
        """The second of a film, as people write it: 1:23."""
        minutes, seconds = divmod(self.message.second or 0, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass
class Showing:
    """What somebody sees of a room when its page comes."""

    room: Room
    page: Page
    rows: list[Row]
    pinned: list[Message]
    state: dict[str, Any]
    can_write: bool
    is_muted: bool


def showing_of(
    course: Course, user: User, *, before: int | None = None, is_instructor: bool
) -> Showing:
    """The last messages, or those before a number.

    The number of the log is read before the messages: what happens meanwhile comes twice, and not never.
    """
    room = Room.objects.of(course)
    page, pinned = page_and_pins(room, before=before)
    titles = titles_of([*page.messages, *pinned])
    mark = ReadMark.objects.of(user).filter(room=room).first()
    read = mark.sequence if mark else 0
    mute = Mute.objects.current().filter(room=room, user=user).first()
    keeps_order = can_keep_order(user, teaches=is_instructor)
    is_muted = mute is not None and not (is_instructor or keeps_order)
    state = {
        "room": course.pk,
        "user": user.username,
        "key": user.pk,
        "name": user.shown_name,
        "role": "instructor" if is_instructor else "student",
        "keeps_order": keeps_order,
        "head": room.last_sequence,
        "epoch": str(room.epoch),
        "read": read,
        "is_muted": is_muted,
        "settings": room_frame(room),
        "messages": [message_frame(message) for message in page.messages],
        "has_older": page.has_older,
        "has_newer": page.has_newer,
        "pinned": [message_frame(message) for message in pinned],
        "titles": titles,
        "signs": REACTIONS,
        "edit_minutes": settings.EDUCA_CHAT_EDIT_MINUTES,
        "most_characters": settings.EDUCA_CHAT_LENGTH,
        "most_bytes": settings.EDUCA_CHAT_MAX_PICTURE,
    }
    return Showing(
        room=room,
        page=page,
        rows=_rows(page.messages, user, read, titles),
        pinned=pinned,
        state=state,
        can_write=is_instructor or keeps_order or not (room.is_closed or is_muted),
        is_muted=is_muted,
    )


def _rows(messages: list[Message], user: User, read: int, titles: dict[int, str]) -> list[Row]:
    rows: list[Row] = []
    last: Message | None = None
    is_told = read == 0  # who comes for the first time finds all of it new, which needs no line
    for message in messages:
        day = timezone.localtime(message.sent_at).date()
        is_next_day = last is None or timezone.localtime(last.sent_at).date() != day
        is_own = message.author_id == user.pk
        is_new = not is_told and message.sequence > read and not is_own
        is_told = is_told or is_new
        rows.append(
            Row(
                message=message,
                is_own=is_own,
                is_first=is_next_day or is_new or not _stands_with(message, last),
                is_new=is_new,
                day=day if is_next_day else None,
                title=titles.get(message.content_id or 0, ""),
                signs=dict(Counter(sign.sign for sign in message.reactions.all())),
            )
        )
        last = message
    return rows


def _stands_with(message: Message, last: Message | None) -> bool:
    return (
        last is not None
        and last.author_id is not None
        and last.author_id == message.author_id
        and message.sent_at - last.sent_at < TOGETHER
    )
