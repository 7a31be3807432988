"""The log of a room: how events come into it, and how they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from educa.accounts.models import User
from educa.chat.models import Event, Mention, Message, Reaction, Room
from educa.chat.models.message import MessageQuerySet
from educa.chat.signals import event_logged

PAGE = 200  # events that are read at a time
FARTHEST = 1000  # events after which a reader who comes back loads pages instead
MOST_PINNED = 50


def append(
    room: Room,
    kind: Event.Kind,
    *,
    actor: User | None,
    message: Message | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add an event with the next number, and announce it once it is committed.

    The room must have come from `Room.objects.locked`. A message that has no row yet gets one.
    """
    room.last_sequence += 1
    Room.objects.filter(pk=room.pk).update(last_sequence=room.last_sequence)
    if message is not None and message._state.adding:
        message.sequence = room.last_sequence
        message.save(force_insert=True)
    event = Event.objects.create(
        room=room,
        sequence=room.last_sequence,
        kind=kind,
        message=message,
        actor=actor,
        data=data or {},
        **({"at": message.sent_at} if message and kind == Event.Kind.MESSAGE else {}),
    )
    transaction.on_commit(partial(event_logged.send_robust, sender=Event, event=event))
    return event


def append_many(
    room: Room, kind: Event.Kind, messages: Sequence[int], *, data: dict[str, Any]
) -> None:
    """Add the same event for each of these messages, given by their keys; nobody in particular did it.

    The room must have come from a locked row. Only the last event is announced: who hears of it reads the log.
    """
    if not messages:
        return
    first = room.last_sequence + 1
    events = Event.objects.bulk_create(
        Event(room=room, sequence=sequence, kind=kind, message_id=message, data=data)
        for sequence, message in enumerate(messages, first)
    )
    room.last_sequence = events[-1].sequence
    Room.objects.filter(pk=room.pk).update(last_sequence=room.last_sequence)
    transaction.on_commit(partial(event_logged.send_robust, sender=Event, event=events[-1]))


def events_after(room: int, sequence: int, *, limit: int = PAGE) -> list[Event]:
    """The next events of a room, in order, with what their frames tell."""
    rows = Event.objects.filter(room=room).after(sequence).to_be_sent()
    return list(rows.prefetch_related(*framed("message__"))[:limit])


def is_out_of_reach(room: Room, sequence: int) -> bool:
    """Whether who has this number as the last loads pages, since too much came after it or it never was."""
    return sequence > room.last_sequence or room.last_sequence - sequence > FARTHEST


def framed(prefix: str = "") -> list["Prefetch[Any]"]:
    """What comes with messages in their frames, one statement for each; `prefix` leads to the messages."""
    return [
        Prefetch(f"{prefix}mentions", Mention.objects.select_related("user")),
        Prefetch(f"{prefix}reactions", Reaction.objects.select_related("user")),
    ]


@dataclass(frozen=True)
class Page:
    """Some messages of a room in order, and whether there are older and newer ones."""

    messages: list[Message]
    has_older: bool
    has_newer: bool


def messages_of(
    room: Room, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> Page:
    """Messages as they are now: the last ones, those before a number, or those after one."""
    page = _page_of(room, before=before, after=after, limit=limit)
    prefetch_related_objects(page.messages, *framed())
    return page


def page_and_pins(room: Room, *, before: int | None = None) -> tuple[Page, list[Message]]:
    """A page of messages, and those on top of the room; both with what their frames tell."""
    page = _page_of(room, before=before)
    pins = list(Message.objects.filter(room=room).to_be_shown().present().pinned()[:MOST_PINNED])
    prefetch_related_objects([*page.messages, *pins], *framed())
    return page, pins


def _page_of(
    room: Room, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> Page:
    rows = Message.objects.filter(room=room).to_be_shown()
    if after is not None:
        found = list(rows.filter(sequence__gt=after).order_by("sequence")[: limit + 1])
        return Page(found[:limit], has_older=after > 0, has_newer=len(found) > limit)
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    found = list(rows.order_by("-sequence")[: limit + 1])
    return Page(found[:limit][::-1], has_older=len(found) > limit, has_newer=before is not None)


def shown(pk: int) -> Message:
    """One message with all that its frame tells."""
    return _shown(Message.objects.filter(pk=pk)).get()


def pinned_in(rows: MessageQuerySet) -> list[Message]:
    """Those of these messages that are pinned; the one that was pinned last first."""
    return list(_shown(rows.present().pinned())[:MOST_PINNED])


def _shown(rows: MessageQuerySet) -> MessageQuerySet:
    return rows.to_be_shown().prefetch_related(*framed())
