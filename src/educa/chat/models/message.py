"""Messages."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from math import ceil
from operator import add
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Abs
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.chat.models.room import Room
from educa.courses.models import Content, Course, Viewer
from educa.lib.folding import Query, Term, words_in
from educa.lib.pictures import PictureField
from educa.lib.storage import random_name

LONGEST_QUOTE = 200  # characters of a message that a reply to it shows


def _has(term: Term) -> Q:
    part = f" {term.word}{'' if term.is_beginning else ' '}"
    return Q(words__contains=part) | Q(answer__words__contains=part)


def picture_name(message: "Message", name: str) -> str:
    """Where the bytes of a picture in a room are kept."""
    return random_name("chat", name)


class MessageQuerySet(models.QuerySet["Message"]):
    def readable_by(self, user: Viewer) -> Self:
        """Messages in the rooms that this person may enter; deleted ones are among them, as marks."""
        return self.filter(room__course__in=Course.objects.readable_by(user))

    def present(self) -> Self:
        """Without those that were deleted."""
        return self.filter(deleted_at=None)

    def to_be_shown(self) -> Self:
        """With all that a page or a frame tells of them, but titles of contents and reactions."""
        return self.select_related("author", "reply_to__author", "answer")

    def pinned(self) -> Self:
        """Those on top of their rooms; the one that was pinned last first."""
        return self.filter(pinned_at__isnull=False).order_by("-pinned_at", "-sequence")

    def questions(self) -> Self:
        """Messages that were asked at a content: no replies, and not deleted."""
        return self.present().filter(content__isnull=False, reply_to=None)

    def open_questions(self) -> Self:
        """Questions that still wait for an answer; the oldest first."""
        return self.questions().filter(settled_at=None).order_by("sent_at", "pk")

    def in_place(self) -> Self:
        """Those that were asked at a content which is there, and not in the trash."""
        return self.filter(content__isnull=False, content__trashed_at=None)

    def older_than(self, other: "Message") -> Self:
        """Those said before another one."""
        return self.filter(Q(sent_at__lt=other.sent_at) | Q(sent_at=other.sent_at, pk__lt=other.pk))

    def newer_than(self, other: "Message") -> Self:
        """Those said after another one."""
        return self.filter(Q(sent_at__gt=other.sent_at) | Q(sent_at=other.sent_at, pk__gt=other.pk))

    def about(self, query: Query) -> Self:
        """Questions with every word of the query in them or in their answer; none without words."""
        rows = self.questions() if query else self.none()
        for term in query.terms:
            rows = rows.filter(_has(term))
        return rows

    def like(self, terms: Collection[Term]) -> Self:
        """Questions with at least a third of these words; answered ones first, then those with most."""
        if not terms:
            return self.none()
        one = [Case(When(_has(term), then=1), default=0) for term in terms]
        rows = self.questions().annotate(hits=reduce(add, one))
        rows = rows.filter(hits__gte=ceil(len(terms) / 3))
        return rows.answered_first("-hits")

    def answered_first(self, *then: str) -> Self:
        """Those with an answer before those without; the newest first, unless `then` says otherwise."""
        has_none = Case(When(answer=None, then=1), default=0)
        return self.order_by(has_none, *then, "-sent_at", "-pk")

    def nearest(self, paragraph: int | None, second: int | None) -> Self:
        """Those asked nearest to this place in a content first; then the newest."""
        ways = [("paragraph", paragraph), ("second", second)]
        far = [
            Abs(F(field) - place).asc(nulls_last=True) for field, place in ways if place is not None
        ]
        return self.order_by(*far, "-sequence")


class Message(models.Model):
    """What somebody said in a room: plain text, perhaps with a picture, never HTML.

    `sequence` is the number of the event by which it came. `client_id` was chosen by the sender's program: a
    message that is sent again with the same one is the same message. A deleted message keeps its row and
    number as a mark, and says nothing any more. `content`, with `paragraph` (counted from 0) or `second` (of a
    film), is where it was asked; such a message is a question, unless it is a reply, and `question` leads
    from the replies to it. A question is settled once it has its `answer`, or needs none.
    """

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="messages", verbose_name=_("room")
    )
    sequence = models.PositiveBigIntegerField(_("number"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="chat_messages",
        verbose_name=_("author"),
    )
    client_id = models.UUIDField(_("sender's id"))
    is_instructors = models.BooleanField(_("by an instructor"), default=False)
    body = models.TextField(_("text"), blank=True)
    words = models.TextField(default="", blank=True, editable=False)
    picture = PictureField(_("picture"), upload_to=picture_name, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    reply_to = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("reply to"),
    )
    content = models.ForeignKey(
        Content,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="chat_messages",
        verbose_name=_("asked at"),
    )
    paragraph = models.PositiveIntegerField(_("paragraph"), null=True, blank=True)
    second = models.PositiveIntegerField(_("second"), null=True, blank=True)
    question = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="thread",
        verbose_name=_("question"),
    )
    answer = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("answer"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    if TYPE_CHECKING:
        room_id: int
        author_id: int | None
        content_id: int | None
        reply_to_id: int | None
        question_id: int | None
        answer_id: int | None
        reactions: Any
        mentions: Any
        thread: Any

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["room", "sequence"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "sequence"], name="one_message_per_number"),
            models.UniqueConstraint(
                fields=["author", "client_id"], name="one_message_per_client_id_of_author"
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(body="", picture="", words=""),
                name="deleted_message_says_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "author", "-sequence"], name="messages_of_author_in_room"),
            models.Index(
                fields=["content", "sequence"],
                condition=Q(content__isnull=False),
                name="messages_at_content",
            ),
            models.Index(
                fields=["room", "sent_at"],
                condition=Q(content__isnull=False, settled_at=None, reply_to=None, deleted_at=None),
                name="messages_open_questions",
            ),
            models.Index(
                fields=["room", "-pinned_at"],
                condition=Q(pinned_at__isnull=False),
                name="messages_pinned",
            ),
        ]

    def __str__(self) -> str:
        return self.excerpt or f"#{self.sequence}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The words that it is found by are those of its text, each between blanks."""
        self.words = f" {' '.join(words_in(self.body))} " if self.body else ""
        if (fields := kwargs.get("update_fields")) is not None and "body" in fields:
            kwargs["update_fields"] = {*fields, "words"}
        super().save(*args, **kwargs)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def is_question(self) -> bool:
        """Whether it was asked at a content."""
        return self.content_id is not None and self.reply_to_id is None

    @property
    def excerpt(self) -> str:
        """The beginning of the text in one line, as replies quote it."""
        line = " ".join(self.body.split())
        return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"

    @property
    def editable_until(self) -> datetime:
        """Until when its author may change it."""
        return self.sent_at + timedelta(minutes=settings.EDUCA_CHAT_EDIT_MINUTES)

    def is_editable_by(self, user: User, now: datetime | None = None) -> bool:
        """Whether this person may change the text: its author, for a while."""
        is_own = self.author_id == user.pk and not self.is_deleted
        return is_own and (now or timezone.now()) <= self.editable_until


class Revision(models.Model):
    """What a message said before it was edited, for those who keep order."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("message")
    )
    body = models.TextField(_("text"), blank=True)
    replaced_at = models.DateTimeField(_("replaced"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["message", "pk"]
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")

    def __str__(self) -> str:
        return f"{self.message_id}: {self.replaced_at}"
