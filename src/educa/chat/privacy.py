"""What is held about people in chat rooms, and what becomes of it."""

from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from educa.chat.actions import erase_author, stored_pictures
from educa.chat.models import Act, Event, Mention, Message, Mute, Reaction, ReadMark, Report, Room
from educa.chat.texts import without_mentions
from educa.lib.privacy import (
    Basis,
    Category,
    Fact,
    HeldFile,
    OnErasure,
    PersonalData,
    declare,
    facts,
)

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from educa.accounts.models import User

WHILE_COURSE = _("as long as the account and the course")
AS_LONG_AS_COURSE = _("as long as the course")
TO_KEEP_ORDER = _("To keep order in rooms, and to know who did what")


def _room(room: Room) -> Fact:
    return Fact("course", _("course"), room.course.title)


def _number(message: Message | None) -> Fact:
    return Fact("sequence", _("number"), message.sequence if message else None)


# Messages, without the names of others


def _messages(person: "User") -> "QuerySet[Message]":
    rows = Message.objects.filter(author=person).select_related("room__course", "reply_to")
    told = ("revisions", "mentions__user", "content__item")
    return rows.prefetch_related(*told).order_by("pk")


def _message(row: Message) -> Iterable[Fact]:
    names = {mention.user.username for mention in row.mentions.all()}
    earlier = [without_mentions(each.body, names) for each in row.revisions.all()]
    answered = row.reply_to.sequence if row.reply_to else None
    return [
        _room(row.room),
        *facts(row, "sequence", "sent_at", "edited_at", "deleted_at"),
        Fact("body", _("text"), without_mentions(row.body, names)),
        Fact("earlier", _("earlier texts"), earlier),
        Fact("reply_to", _("reply to number"), answered),
        Fact("content", _("asked at"), str(row.content) if row.content else None),
        *facts(row, "paragraph", "second"),
    ]


def _picture(row: Message) -> Iterable[HeldFile]:
    if row.picture:
        name = str(row.picture.name)
        suffix = PurePath(name).suffix
        path = f"files/chat-{row.room.course.slug}/message-{row.sequence}{suffix}"
        yield HeldFile(path, row.picture.storage, name)


# What hangs on messages and rooms


def _of(model: type["Model"], column: str, *related: str) -> "Callable[[Any], QuerySet[Any]]":
    def rows(person: "User") -> "QuerySet[Any]":
        found = model._default_manager.filter(**{column: person})
        return found.select_related(*related).order_by("pk")

    return rows


def _reaction(row: Reaction) -> Iterable[Fact]:
    return [_room(row.message.room), _number(row.message), *facts(row, "sign", "put_at")]


def _mention(row: Mention) -> Iterable[Fact]:
    return [_room(row.message.room), _number(row.message), *facts(row.message, "sent_at")]


def _read_mark(row: ReadMark) -> Iterable[Fact]:
    return [_room(row.room), *facts(row, "sequence", "read_at")]


def _mute(row: Mute) -> Iterable[Fact]:
    return [_room(row.room), *facts(row, "muted_at", "until")]


def _event(row: Event) -> Iterable[Fact]:
    return [_room(row.room), *facts(row, "sequence", "kind", "at")]


def _act(row: Act) -> Iterable[Fact]:
    return [_room(row.room), _number(row.message), *facts(row, "verb", "data", "done_at")]


def _report(row: Report) -> Iterable[Fact]:
    """Not what the message said, which is somebody else's."""
    columns = ("reason", "reported_at", "handled_at")
    return [_room(row.message.room), _number(row.message), *facts(row, *columns)]


def _report_about(row: Report) -> Iterable[Fact]:
    """Neither who reported nor why: the reason may tell who it was."""
    columns = ("body", "reported_at", "handled_at")
    return [_room(row.message.room), _number(row.message), *facts(row, *columns)]


def _handled(row: Report) -> Iterable[Fact]:
    return [_room(row.message.room), _number(row.message), *facts(row, "handled_at")]


def _stay_silent(person: "User") -> None:
    """The report still leads to the message; what its reporter wrote goes."""
    Report.objects.filter(reporter=person).update(reporter=None, reason="")


declare(
    PersonalData(
        name="chat_messages",
        model="chat.Message",
        relation="author",
        category=Category.LEARNING,
        title=_("Messages in chat rooms"),
        purpose=_("To talk about a course with those who study and teach it"),
        retention=_("as long as the account and the course, or shorter, as the site is set"),
        on_erasure=OnErasure.ANONYMIZE,
        remark=_(
            "Text and picture are deleted; a mark without your name stays in the place. What others wrote, perhaps"
            " with your name in it, stays theirs"
        ),
        describe=_message,
        rows=_messages,
        files=_picture,
        stored=stored_pictures,
        erase=erase_author,
    ),
    PersonalData(
        name="chat_reactions",
        model="chat.Reaction",
        relation="user",
        category=Category.LEARNING,
        title=_("Reactions to messages"),
        purpose=_("To show others what you think of a message"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.DELETE,
        describe=_reaction,
        rows=_of(Reaction, "user", "message__room__course"),
    ),
    PersonalData(
        name="chat_mentions",
        model="chat.Mention",
        relation="user",
        category=Category.LEARNING,
        title=_("Messages that mention you"),
        purpose=_("To show you that somebody speaks to you"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.DELETE,
        describe=_mention,
        rows=_of(Mention, "user", "message__room__course"),
    ),
    PersonalData(
        name="chat_read_marks",
        model="chat.ReadMark",
        relation="user",
        category=Category.LEARNING,
        title=_("How far you have read in chat rooms"),
        purpose=_("To show you what is new; nobody else sees it"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.DELETE,
        describe=_read_mark,
        rows=_of(ReadMark, "user", "room__course"),
    ),
    PersonalData(
        name="chat_events",
        model="chat.Event",
        relation="actor",
        category=Category.RECORDS,
        title=_("What you did in chat rooms"),
        purpose=_("To bring everybody in a room to the same state"),
        retention=WHILE_COURSE,
        on_erasure=OnErasure.ANONYMIZE,
        describe=_event,
        rows=_of(Event, "actor", "room__course"),
    ),
    PersonalData(
        name="chat_mutes",
        model="chat.Mute",
        relation="user",
        category=Category.RECORDS,
        title=_("Rooms in which you are muted"),
        purpose=TO_KEEP_ORDER,
        basis=Basis.INTEREST,
        retention=_("until you may write again, or as long as the account and the course"),
        on_erasure=OnErasure.DELETE,
        describe=_mute,
        rows=_of(Mute, "user", "room__course"),
    ),
    PersonalData(
        name="chat_reports_by_you",
        model="chat.Report",
        relation="reporter",
        category=Category.RECORDS,
        title=_("Messages that you reported"),
        purpose=TO_KEEP_ORDER,
        basis=Basis.INTEREST,
        retention=AS_LONG_AS_COURSE,
        on_erasure=OnErasure.ANONYMIZE,
        remark=_("Your reason is deleted; that the message was reported stays"),
        describe=_report,
        rows=_of(Report, "reporter", "message__room__course"),
        erase=_stay_silent,
    ),
    PersonalData(
        name="chat_reports_about_you",
        model="chat.Report",
        relation="message__author",
        fields=("body", "reason"),
        category=Category.RECORDS,
        title=_("Reports about your messages"),
        purpose=TO_KEEP_ORDER,
        basis=Basis.INTEREST,
        retention=AS_LONG_AS_COURSE,
        on_erasure=OnErasure.DELETE,
        remark=_("A copy of your data does not say who reported, or why"),
        describe=_report_about,
        rows=_of(Report, "message__author", "message__room__course"),
    ),
    PersonalData(
        name="chat_reports_handled",
        model="chat.Report",
        relation="handled_by",
        category=Category.RECORDS,
        title=_("Reports that you looked at"),
        purpose=TO_KEEP_ORDER,
        basis=Basis.INTEREST,
        retention=AS_LONG_AS_COURSE,
        on_erasure=OnErasure.ANONYMIZE,
        describe=_handled,
        rows=_of(Report, "handled_by", "message__room__course"),
    ),
    PersonalData(
        name="chat_acts_by_you",
        model="chat.Act",
        relation="actor",
        category=Category.RECORDS,
        title=_("What you did to keep order in rooms"),
        purpose=TO_KEEP_ORDER,
        basis=Basis.INTEREST,
        retention=AS_LONG_AS_COURSE,
        on_erasure=OnErasure.ANONYMIZE,
        describe=_act,
        rows=_of(Act, "actor", "room__course", "message"),
    ),
    PersonalData(
        name="chat_acts_about_you",
        model="chat.Act",
        relation="person",
        category=Category.RECORDS,
        title=_("What was done about you to keep order in rooms"),
        purpose=TO_KEEP_ORDER,
        basis=Basis.INTEREST,
        retention=AS_LONG_AS_COURSE,
        on_erasure=OnErasure.ANONYMIZE,
        describe=_act,
        rows=_of(Act, "person", "room__course", "message"),
    ),
)
