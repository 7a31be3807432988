"""Questions that were asked at a content, and their answers."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions.entering import Entered, enter
from educa.chat.actions.sending import Draft, send
from educa.chat.models import Act, Event, Message
from educa.chat.permissions import can_settle
from educa.chat.refusals import FORBIDDEN, NO_MESSAGE, Refused


@transaction.atomic
def mark_answer(*, person: User, course: int, question: int, answer: int) -> Message:
    """Let a message be the answer to a question. Raises Refused for who may not settle it."""
    place, asked = _question(person, course, question)
    found = place.message(answer)
    if found == asked:
        raise Refused(NO_MESSAGE)
    return _change(place, asked, found, Act.Verb.ANSWER)


@transaction.atomic
def settle(*, person: User, course: int, question: int) -> Message:
    """Say that a question needs no answer any more. Raises Refused for who may not settle it."""
    place, asked = _question(person, course, question)
    return _change(place, asked, None, Act.Verb.SETTLE)


@transaction.atomic
def reopen(*, person: User, course: int, question: int) -> Message:
    """Say that a question waits for an answer still. Raises Refused for who may not settle it."""
    place, asked = _question(person, course, question)
    return _change(place, asked, None, Act.Verb.REOPEN)


@transaction.atomic
def reply_and_answer(*, person: User, course: int, question: int, draft: Draft) -> Message:
    """Reply to a question, and let the reply be its answer; the same draft again changes nothing.

    Raises Refused for who may not settle it, and for what `send` refuses.
    """
    sent = send(author=person, course=course, draft=replace(draft, reply_to=question))
    if sent.is_new:
        mark_answer(person=person, course=course, question=question, answer=sent.message.sequence)
    return sent.message


def _question(person: User, course: int, sequence: int) -> tuple[Entered, Message]:
    """A question is settled by those who teach, and by who asked it."""
    place = enter(person, course)
    message = place.message(sequence)
    if not message.is_question:
        raise Refused(NO_MESSAGE)
    is_theirs = place.is_instructor or place.keeps_order
    if not can_settle(person, message, teaches=is_theirs):
        raise Refused(FORBIDDEN)
    return place, message


def _change(place: Entered, asked: Message, answer: Message | None, verb: Act.Verb) -> Message:
    asked.answer = answer
    asked.settled_at = None if verb is Act.Verb.REOPEN else timezone.now()
    asked.save(update_fields=["answer", "settled_at"])
    if asked.author_id != place.person.pk:
        Act.objects.create(room=place.room, actor=place.person, verb=verb, message=asked)
    data: dict[str, Any] = {
        "answer": answer.sequence if answer else None,
        "settled": asked.settled_at is not None,
    }
    log.append(place.room, Event.Kind.ANSWER, actor=place.person, message=asked, data=data)
    return asked
