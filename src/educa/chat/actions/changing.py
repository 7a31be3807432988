"""Changing and deleting what was said."""

from django.db import transaction
from django.utils import timezone

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions.entering import enter
from educa.chat.actions.sending import mention
from educa.chat.models import Act, Event, Message, Revision
from educa.chat.refusals import EMPTY, FORBIDDEN, NOT_YOURS, TOO_LATE, Refused
from educa.chat.texts import cleaned


@transaction.atomic
def edit(*, author: User, course: int, sequence: int, body: str) -> Message:
    """Let one's own message say something else; what it said before is kept for those who keep order.

    Raises Refused when the time for it is over, and for what `send` refuses: an edit says something, too.
    """
    body = cleaned(body)
    place = enter(author, course)
    message = place.message(sequence)
    if message.author_id != author.pk:
        raise Refused(NOT_YOURS)
    if not message.is_editable_by(author):
        raise Refused(TOO_LATE)
    place.refuse_silenced()
    if not body and not message.picture:
        raise Refused(EMPTY)
    if body == message.body:
        return message
    place.refuse_hasty_change()
    Revision.objects.create(message=message, body=message.body)
    message.body, message.edited_at = body, timezone.now()
    message.save(update_fields=["body", "edited_at"])
    message.mentions.all().delete()
    mention(message, place.course)
    log.append(place.room, Event.Kind.EDIT, actor=author, message=message)
    return message


@transaction.atomic
def delete(*, person: User, course: int, sequence: int) -> Message:
    """Take back one's own message, or one that does not belong here; a mark without words stays.

    Raises Refused for a message of others, unless the person keeps order.
    """
    place = enter(person, course)
    message = place.message(sequence)
    is_own = message.author_id == person.pk
    if not is_own and not place.keeps_order:
        raise Refused(FORBIDDEN)
    if not is_own:
        Act.objects.create(
            room=place.room,
            actor=person,
            verb=Act.Verb.DELETE,
            message=message,
            person=message.author,
        )
    empty(message)
    for question in Message.objects.filter(answer=message):
        question.answer, question.settled_at = None, None
        question.save(update_fields=["answer", "settled_at"])
        data = {"answer": None, "settled": False}
        log.append(place.room, Event.Kind.ANSWER, actor=person, message=question, data=data)
    by = {"by": "author" if is_own else "instructor"}
    log.append(place.room, Event.Kind.DELETE, actor=person, message=message, data=by)
    return message


def empty(message: Message) -> None:
    """Let the message say nothing any more; its number stays."""
    message.body, message.picture = "", ""
    message.pinned_at, message.deleted_at = None, timezone.now()
    message.save(update_fields=["body", "picture", "pinned_at", "deleted_at"])
    message.revisions.all().delete()
    message.reactions.all().delete()
    message.mentions.all().delete()
