"""The questions at contents: how many there are, which belong to a place, and which are like what is typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Subquery
from django.utils import timezone

from educa.chat.models import Message
from educa.chat.models.message import MessageQuerySet
from educa.chat.permissions import can_settle
from educa.courses.models import Content, Viewer
from educa.lib.folding import SPACELESS_RUN, Query, Term, query_for
from educa.lib.listed import Listed
from educa.lib.passages import Piece, passage_of

LATE = timedelta(hours=48)  # after which an open question is marked
AT_ONCE = 20  # questions on a page
MOST_OFFERED = 5  # to somebody who begins to ask
MOST_MARKED = 300  # paragraphs of a content that show a number
MOST_REPLIES = 50  # that a thread shows; the room has them all
SHORTEST_TELLING = 4  # letters of a word that says what a question is about


@dataclass(frozen=True)
class Counts:
    """How many questions were asked at a content, how many have an answer, and how many by paragraph."""

    total: int = 0
    answered: int = 0
    paragraphs: dict[int, int] = field(default_factory=dict)

    @property
    def marks(self) -> str:
        """The paragraphs, counted from 0, with their numbers: `3:2 5:1`."""
        return " ".join(f"{place}:{number}" for place, number in self.paragraphs.items())

    @classmethod
    def read(cls, told: Sequence[tuple[int | None, int, int]] | None) -> "Counts":
        """The numbers that `counted_at` gives; of some hundreds of paragraphs the first ones."""
        found = told or []
        marked = sorted(
            (paragraph, total) for paragraph, total, _ in found if paragraph is not None
        )
        return cls(
            sum(total for _, total, _ in found),
            sum(answered for *_, answered in found),
            dict(marked[:MOST_MARKED]),
        )


@dataclass
class Thread:
    """A question with what was replied, and whether whoever looks may settle it."""

    question: Message
    replies: list[Message]
    has_more: bool
    can_settle: bool

    @property
    def answer(self) -> Message | None:
        return self.question.answer

    @property
    def is_open(self) -> bool:
        return self.question.settled_at is None

    @property
    def is_late(self) -> bool:
        """Whether it waits for an answer too long."""
        return self.is_open and timezone.now() - self.question.sent_at > LATE


@dataclass(frozen=True)
class Found:
    """A question as a search shows it."""

    question: Message
    text: list[Piece]
    answer: list[Piece]


def counted_at(content: Any) -> Subquery:
    """The numbers at a content, given by its key or an expression for it, as `Counts.read` takes them."""
    rows = Message.objects.questions().filter(content=content).order_by().values("paragraph")
    counted = rows.annotate(total=Count("pk"), answered=Count("answer"))
    return Listed(counted.values_list("paragraph", "total", "answered"))


def questions_at(user: Viewer, content: int) -> MessageQuerySet:
    """Those asked at a content, as far as this person may read them; none at a content in the trash."""
    return Message.objects.readable_by(user).questions().in_place().filter(content=content)


def asked_in(courses: "QuerySet[Any, Any]") -> MessageQuerySet:
    """Those in the rooms of these courses, or of courses with these keys, at contents that are there."""
    return Message.objects.filter(room__course__in=courses).questions().in_place()


def similar(
    user: Viewer,
    course: int,
    content: int,
    text: str,
    *,
    paragraph: int | None = None,
    second: int | None = None,
) -> list[Message]:
    """What may answer a question that is being typed: questions of the course with its words, then the nearest.

    Of those with the words the answered ones come first; the others are those asked at the content.
    """
    rows = Message.objects.readable_by(user).in_place().filter(room=course)
    found = list(_told(rows.like(telling(query_for(text))))[:MOST_OFFERED])
    if len(found) < MOST_OFFERED:
        near = questions_at(user, content).filter(room=course).nearest(paragraph, second)
        found += _told(near.exclude(pk__in=[one.pk for one in found]))[: MOST_OFFERED - len(found)]
    return found


def telling(query: Query) -> list[Term]:
    """The words that say what a text is about: the short ones of a language with blanks are left out."""
    return [
        term
        for term in query.terms
        if len(term.word) >= SHORTEST_TELLING or SPACELESS_RUN.match(term.word)
    ]


def search_questions(user: Viewer, query: Query, course: int | None = None) -> MessageQuerySet:
    """Questions that this person may read and that, with their answer, have every word; answered ones first."""
    rows = Message.objects.readable_by(user).in_place().about(query)
    if course is not None:
        rows = rows.filter(room=course)
    return rows.answered_first()


def found_in(rows: MessageQuerySet, query: Query) -> list[Found]:
    """With the words marked; what is shown of the contents takes a statement for each kind."""
    related = "content__module__course", "content__content_type", "answer"
    shown = rows.select_related(*related).prefetch_related("content__item")
    return [
        Found(
            question,
            passage_of(question.body, query),
            passage_of(question.answer.body, query) if question.answer else [],
        )
        for question in shown
    ]


def threads_of(rows: MessageQuerySet, user: Viewer, *, teaches: bool) -> list[Thread]:
    """These questions with their replies; takes two statements."""
    replies = Message.objects.present().select_related("author").order_by("sequence")
    shown = Prefetch("thread", replies[: MOST_REPLIES + 1], to_attr="shown_replies")
    return [
        Thread(
            question,
            [r for r in question.shown_replies[:MOST_REPLIES] if r.pk != question.answer_id],  # type: ignore[attr-defined] # the prefetch puts it there
            has_more=len(question.shown_replies) > MOST_REPLIES,  # type: ignore[attr-defined] # as above
            can_settle=can_settle(user, question, teaches=teaches),
        )
        for question in rows.select_related("author", "answer__author").prefetch_related(shown)
    ]


def titles_of(questions: Iterable[Message]) -> dict[int, str]:
    """Of the contents at which these were asked, by their keys; takes one statement."""
    keys = {question.content_id for question in questions if question.content_id}
    columns = "pk", "shown_title"
    rows = Content.objects.shown().filter(pk__in=keys).with_titles()
    return {pk: title or "" for pk, title in rows.values_list(*columns)}


def _told(rows: MessageQuerySet) -> MessageQuerySet:
    return rows.to_be_shown().select_related("answer__author")
