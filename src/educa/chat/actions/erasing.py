"""What stays of messages whose author is gone, or whose time is over: marks, which say nothing."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from educa.accounts.models import User
from educa.chat import log
from educa.chat.models import Event, Mention, Message, Reaction, Report, Revision, Room
from educa.courses.models import Course
from educa.lib.duties import give_way
from educa.lib.files import names_of

BATCH = 500  # messages for which a room is held at a time, where no transaction is around


def erase_author(person: User) -> None:
    """Let everything that this person said in rooms be gone, in batches; twice does no harm.

    Reports of these messages, which quote them, go too. Broken off, it is gone on with by being called again.
    """
    _forget(Message.objects.filter(author=person))


def forget_old_messages(*, older_than: datetime) -> int:
    """Let what was said before then in archived courses be gone, in batches; how many messages.

    Should the process end in the middle, the next call goes on.
    """
    archived = Course.objects.filter(status=Course.Status.ARCHIVED)
    rows = Message.objects.present().filter(sent_at__lt=older_than)
    return _forget(rows.filter(room__course__in=archived))


def stored_pictures(person: User) -> Iterator[str]:
    """The names of the files that go with what this person said."""
    column = Message._meta.get_field("picture")
    names = Message.objects.filter(author=person).exclude(picture="")
    for name in names.values_list("picture", flat=True).iterator():
        yield from names_of(column, name)


def _forget(rows: "QuerySet[Message]") -> int:
    """`rows` must not find a message any more once it is forgotten."""
    number = 0
    for room in list(rows.order_by("room").values_list("room", flat=True).distinct()):
        while done := _forget_some(room, rows.filter(room=room)):
            number += done
            give_way()
    return number


@transaction.atomic
def _forget_some(course: int, rows: "QuerySet[Message]") -> int:
    room = Room.objects.select_for_update(no_key=True).filter(pk=course).first()
    if room is None:  # its course has gone for good meanwhile, and all that was said there
        return 0
    found = list(rows.order_by("sequence").only("pk", "deleted_at", "picture")[:BATCH])
    keys = [message.pk for message in found]
    present = [message.pk for message in found if not message.is_deleted]
    _delete_pictures(found)
    for model in (Revision, Reaction, Mention, Report):
        model._default_manager.filter(message__in=keys).delete()
    Message.objects.filter(pk__in=keys).update(author=None, pinned_at=None)
    Message.objects.filter(pk__in=present).update(
        body="", words="", picture="", deleted_at=timezone.now()
    )
    _reopen_answered_by(room, keys)
    log.append_many(room, Event.Kind.DELETE, present, data={"by": "author"})
    return len(keys)


def _delete_pictures(messages: list[Message]) -> None:
    for message in messages:
        file = message.picture
        for name in names_of(file.field, str(file.name)) if file else ():
            transaction.on_commit(partial(file.storage.delete, name))


def _reopen_answered_by(room: Room, keys: list[int]) -> None:
    """A question whose answer is gone waits again."""
    rows = Message.objects.filter(answer__in=keys)
    waiting = list(rows.present().values_list("pk", flat=True))
    rows.update(answer=None, settled_at=None)
    log.append_many(room, Event.Kind.ANSWER, waiting, data={"answer": None, "settled": False})
