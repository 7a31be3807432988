"""What stays in rooms of somebody whose account is deleted: marks."""

from django.db import transaction

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions.changing import empty
from educa.chat.models import Event, Message, Room


def erase_author(person: User) -> None:
    """Let everything that this person said in rooms be gone, message by message; twice does no harm."""
    rows = Message.objects.filter(author=person).order_by("pk")
    for pk in list(rows.values_list("pk", flat=True)):
        _erase(pk)


@transaction.atomic
def _erase(pk: int) -> None:
    message = Message.objects.select_related("room__course").get(pk=pk)
    room = Room.objects.locked(message.room.course)
    message.author = None
    message.save(update_fields=["author"])
    if not message.is_deleted:
        empty(message)
        log.append(room, Event.Kind.DELETE, actor=None, message=message, data={"by": "author"})
