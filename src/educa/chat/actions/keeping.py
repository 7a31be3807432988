"""Keeping order in a room; every act is logged."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions.changing import delete
from educa.chat.actions.entering import Entered, enter
from educa.chat.frames import room_frame
from educa.chat.models import Act, Event, Message, Mute, Report
from educa.chat.refusals import FORBIDDEN, MALFORMED, SELF, Refused


@transaction.atomic
def pin(*, person: User, course: int, sequence: int) -> Message:
    """Let a message stay on top of the room; twice is once."""
    return _set_pin(person, course, sequence, is_pinned=True)


@transaction.atomic
def unpin(*, person: User, course: int, sequence: int) -> Message:
    """Take a message from the top of the room; twice is once."""
    return _set_pin(person, course, sequence, is_pinned=False)


@transaction.atomic
def mute(*, person: User, course: int, muted: User, minutes: int | None) -> Mute:
    """Let somebody read and not write, for so many minutes or until they are let again.

    Raises Refused for oneself and for others who teach the course.
    """
    place = _keeper(person, course)
    if muted == person or muted in place.course.instructors:
        raise Refused(SELF)
    until = timezone.now() + timedelta(minutes=minutes) if minutes else None
    found, _is_new = Mute.objects.update_or_create(
        room=place.room, user=muted, defaults={"until": until, "muted_at": timezone.now()}
    )
    _act(place, Act.Verb.MUTE, about=muted, minutes=minutes)
    return found


@transaction.atomic
def unmute(*, person: User, course: int, muted: User) -> None:
    """Let somebody write again; twice is once."""
    place = _keeper(person, course)
    if Mute.objects.filter(room=place.room, user=muted).delete()[0]:
        _act(place, Act.Verb.UNMUTE, about=muted)


@transaction.atomic
def close_room(*, person: User, course: int) -> None:
    """Let only those write who teach; twice is once."""
    place = _keeper(person, course)
    if not place.room.is_closed:
        place.room.closed_at = timezone.now()
        _change_room(place, "closed_at", Act.Verb.CLOSE)


@transaction.atomic
def open_room(*, person: User, course: int) -> None:
    """Let everybody write again; twice is once."""
    place = _keeper(person, course)
    if place.room.is_closed:
        place.room.closed_at = None
        _change_room(place, "closed_at", Act.Verb.OPEN)


@transaction.atomic
def set_slow_mode(*, person: User, course: int, seconds: int) -> None:
    """Let students wait so long between two messages; 0 for not at all. Raises Refused for too long."""
    place = _keeper(person, course)
    if place.room.slow_seconds == seconds:
        return
    place.room.slow_seconds = seconds
    try:
        place.room.clean_fields(exclude=["course"])
    except ValidationError as fault:
        raise Refused(MALFORMED) from fault
    _change_room(place, "slow_seconds", Act.Verb.SLOW, seconds=seconds)


@transaction.atomic
def show_people(*, person: User, course: int, shows: bool) -> None:
    """Let members see who is here and who is typing, or not."""
    place = _keeper(person, course)
    if place.room.shows_people != shows:
        place.room.shows_people = shows
        _change_room(place, "shows_people", Act.Verb.PEOPLE, shows=shows)


@transaction.atomic
def change_room(
    *,
    person: User,
    course: int,
    closed: bool | None = None,
    slow_seconds: int | None = None,
    shows_people: bool | None = None,
) -> None:
    """Change several of these at once, or nothing; None leaves it as it is."""
    if closed is not None:
        (close_room if closed else open_room)(person=person, course=course)
    if slow_seconds is not None:
        set_slow_mode(person=person, course=course, seconds=slow_seconds)
    if shows_people is not None:
        show_people(person=person, course=course, shows=shows_people)


@transaction.atomic
def report(*, person: User, course: int, sequence: int, reason: str) -> Report:
    """Tell those who keep order that a message is wrong; twice is once."""
    place = enter(person, course)
    message = place.message(sequence)
    if message.author_id == person.pk:
        raise Refused(FORBIDDEN)
    found, _is_new = Report.objects.get_or_create(
        message=message,
        reporter=person,
        defaults={"reason": " ".join(reason.split())[:500], "body": message.body},
    )
    return found


@transaction.atomic
def handle(*, person: User, course: int, sequence: int) -> int:
    """Say that the reports of a message were looked at, those that wait; how many. Twice is once."""
    place = _keeper(person, course)
    return _handle(place, sequence)


@transaction.atomic
def delete_reported(*, person: User, course: int, sequence: int) -> None:
    """Take a reported message away, if it is still there; that answers its reports."""
    place = _keeper(person, course)
    if Message.objects.filter(room=place.room, sequence=sequence).present().exists():
        delete(person=person, course=course, sequence=sequence)
    _handle(place, sequence)


def _handle(place: Entered, sequence: int) -> int:
    rows = Report.objects.filter(message__room=place.room, message__sequence=sequence).waiting()
    keys = list(rows.values_list("pk", flat=True))
    if keys:
        now = timezone.now()
        Report.objects.filter(pk__in=keys).update(handled_at=now, handled_by=place.person)
        message = Message.objects.get(room=place.room, sequence=sequence)
        _act(place, Act.Verb.HANDLE, message=message, reports=len(keys))
    return len(keys)


@transaction.atomic
def note_export(*, person: User, course: int) -> None:
    """Remember that somebody takes a copy of the whole room."""
    _act(_keeper(person, course), Act.Verb.EXPORT)


def _keeper(person: User, course: int) -> Entered:
    place = enter(person, course)
    place.refuse_unless_keeper()
    return place


def _set_pin(person: User, course: int, sequence: int, *, is_pinned: bool) -> Message:
    place = _keeper(person, course)
    message = place.message(sequence)
    if (message.pinned_at is not None) == is_pinned:
        return message
    message.pinned_at = timezone.now() if is_pinned else None
    message.save(update_fields=["pinned_at"])
    _act(place, Act.Verb.PIN if is_pinned else Act.Verb.UNPIN, message=message)
    data = {"pinned": is_pinned}
    log.append(place.room, Event.Kind.PIN, actor=person, message=message, data=data)
    return message


def _change_room(place: Entered, column: str, verb: Act.Verb, **data: Any) -> None:
    place.room.save(update_fields=[column])
    _act(place, verb, **data)
    log.append(place.room, Event.Kind.ROOM, actor=place.person, data=room_frame(place.room))


def _act(
    place: Entered,
    verb: Act.Verb,
    *,
    message: Message | None = None,
    about: User | None = None,
    **data: Any,
) -> None:
    Act.objects.create(
        room=place.room, actor=place.person, verb=verb, message=message, person=about, data=data
    )
