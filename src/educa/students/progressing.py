"""How reading a course changes what is known of the student: the place, what is done, and when all is.

Events may come late, twice, and from several tabs. All that belongs to one enrollment changes under the lock
of its row, so that a course is completed, and announced as such, once.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.completing import CompletedBy
from educa.courses.models import Content
from educa.students.events import Event
from educa.students.intervals import covered, merged
from educa.students.models import Completion, Enrollment, Position
from educa.students.outline import progress_of
from educa.students.signals import content_completed, course_completed

ENOUGH = 0.9  # of a video
REGRET = timedelta(days=1)  # in which an instructor may well take back what they have deleted
A_MINUTE = timedelta(minutes=1)
"""How exactly times are known: requests take a while, and `last_active_at` is not written more often."""


def note_opening(
    enrollment: Enrollment, content: int | None, *, at: datetime | None = None
) -> None:
    """Remember that the student is active, and with which content: at most one statement.

    What is older than what is known changes nothing.
    """
    at = at or timezone.now()
    changes: dict[str, Any] = {}
    known = enrollment.last_active_at
    if known is not None and at < known - A_MINUTE:
        return
    if enrollment.last_content_id != content:
        changes["last_content_id"] = content
    if known is None or at >= known + A_MINUTE:
        changes["last_active_at"] = at
    if changes:
        Enrollment.objects.note(enrollment.pk, changes)


@transaction.atomic
def note_event(*, enrollment: Enrollment, content: Content, event: Event) -> Enrollment | None:
    """Take in what happened, and give the enrollment as it is then; None when the student has left.

    What the student says by hand counts, until they say something else: marked as not done, only they mark it
    as done again.
    """
    own = _locked(enrollment)
    if own is None:
        return None
    at = timezone.now() - timedelta(seconds=event.age)
    note_opening(own, content.pk if event.opened else own.last_content_id, at=at)
    # Locked, so that the parts of a film that is being replaced are not written back.
    rows = Position.objects.select_for_update(no_key=True)
    position = rows.filter(enrollment=own, content=content).first()
    position = position or Position(enrollment=own, content=content, updated_at=at)
    completion = Completion.objects.filter(enrollment=own, content=content).first()
    if _moves(position, event, at):
        position.save()
    if event.done is not None:
        _decide(position, completion, at, done=event.done)
    elif (
        completion is None and position.decided_at is None and _completes(content, position, event)
    ):
        _complete(own, content, at)
    _settle(own)
    return own


def complete_course(enrollment: Enrollment) -> None:
    """Complete the course of a student who has done all that it holds, such as after a content is gone for good."""
    if enrollment.completed_at is None:
        with transaction.atomic():
            own = _locked(enrollment)
            if own is not None:
                _settle(own)
                enrollment.completed_at = own.completed_at


def _locked(enrollment: Enrollment) -> Enrollment | None:
    """On SQLite the transaction itself (IMMEDIATE) is the lock."""
    rows = Enrollment.objects.current().select_for_update(no_key=True)
    return rows.filter(pk=enrollment.pk).first()


def _moves(position: Position, event: Event, at: datetime) -> bool:
    """Change the position as the event says, and tell whether there is something to save.

    What was played counts, whenever it was; the place is the one of the newest event, even if an older one of
    another device comes later.
    """
    before = _state(position)
    known = at if position.pk is None else position.updated_at
    has_place = event.paragraph is not None or event.second is not None
    if has_place and at >= known - A_MINUTE:
        position.paragraph = _or(event.paragraph, position.paragraph)
        position.second = _or(event.second, position.second)
        position.updated_at = max(at, known)
    if event.duration:
        position.duration = max(event.duration, position.duration or 0)
    if event.watched:
        position.watched = merged([*position.watched, *event.watched], end=position.duration)
    is_newer = has_place and at >= known + A_MINUTE
    return is_newer or before != _state(position)


def _state(position: Position) -> tuple[Any, ...]:
    return (position.paragraph, position.second, position.duration, position.watched)


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _decide(position: Position, completion: Completion | None, at: datetime, *, done: bool) -> None:
    """Do as the student says, unless more was known already when they said it."""
    known = [position.decided_at, completion.completed_at if completion else None]
    if any(when is not None and at < when - A_MINUTE for when in known):
        return
    position.decided_at = at
    position.save()
    if completion is not None and not done:
        completion.delete()
    elif completion is None and done:
        _complete(position.enrollment, position.content, at)


def _complete(enrollment: Enrollment, content: Content, at: datetime) -> None:
    Completion.objects.create(enrollment=enrollment, content=content, completed_at=at)
    content_completed.send(Enrollment, enrollment=enrollment, content=content)


def _completes(content: Content, position: Position, event: Event) -> bool:
    """Whether by the rule of its kind the content is done now."""
    item = content.item
    if item is None:
        return False
    if item.completed_by == CompletedBy.WATCHING:
        return bool(event.watched or event.duration) and _is_played(item, position)
    return event.read and item.completed_by in {CompletedBy.END, CompletedBy.OPENING}


def _is_played(item: ItemBase, position: Position) -> bool:
    """An item that knows its length has the last word on it."""
    length = getattr(item, "duration", None) or position.duration
    if not length:
        return False
    return covered(merged(position.watched, end=length)) >= ENOUGH * length


def _waits_for_trash(own: Enrollment) -> bool:
    """Whether something undone was deleted just now: taking it back would not take back the completion."""
    rows = Content.everything.shown().filter(module__course=own.course_id)
    trashed = rows.filter(trashed_at__gt=timezone.now() - REGRET)
    return trashed.exclude(Exists(own.completions.filter(content=OuterRef("pk")))).exists()


def _settle(own: Enrollment) -> None:
    """Note that the course is completed if it is, and announce it; this happens once."""
    if own.completed_at is None and progress_of(own).is_complete and not _waits_for_trash(own):
        own.completed_at = timezone.now()
        own.save(update_fields=["completed_at"])
        course_completed.send(Enrollment, enrollment=own)
