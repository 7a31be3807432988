"""The questions at contents in templates."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from educa.chat.formatting import Piece, pieces_of
from educa.chat.models import Message
from educa.chat.questions import Counts, Found, asked_in, found_in, search_questions
from educa.courses.models import Course
from educa.lib.folding import query_for
from educa.lib.fragments import fragment
from educa.lib.paths import path_to

register = template.Library()

MOST_SHOWN = 3  # of what a search finds; its own page has all


@dataclass(frozen=True)
class Findings:
    """How many questions a search finds, and the first of them."""

    total: int
    hits: list[Found]


@register.simple_tag(takes_context=True)
def questions_foot(context: dict[str, Any]) -> SafeString:
    """The way to ask at the content on the page, and how many questions were asked there."""
    course, lesson = context["course"], context["lesson"]
    counts = Counts.read(lesson.beside.others.get("questions"))
    url = path_to("chat:content_questions", course.pk, lesson.content.pk)
    told = {"counts": counts, "url": url}
    asked = render_to_string("chat/question/foot_counts.html", told) if counts.total else ""
    values = {"marks": counts.marks, "url": url, "asked": asked}
    return fragment("chat/question/foot_words.html", {}, values)


@register.simple_tag(takes_context=True)
def questions_with(context: dict[str, Any], text: str, course: Course | None) -> Findings:
    """What whoever looks at the page finds among the questions of their courses, or of one."""
    query = query_for(text)
    if not query:
        return Findings(0, [])
    rows = search_questions(context["request"].user, query, course.pk if course else None)
    total = rows.order_by().count()
    return Findings(total, found_in(rows[:MOST_SHOWN], query) if total else [])


@register.simple_tag(takes_context=True)
def open_questions(context: dict[str, Any], course: Course | None = None) -> int:
    """How many questions wait in the courses that whoever looks at the page teaches, or in one; one statement."""
    courses = Course.objects.editable_by(context["request"].user)
    chosen = courses.filter(pk=course.pk) if course else courses
    return asked_in(chosen).open_questions().order_by().count()


@register.filter
def clock(seconds: int) -> str:
    """A second of a film, as people write it: 1:23."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def place(question: Message) -> str:
    """The end of the address that leads to where it was asked in its content."""
    if question.paragraph is not None:
        return f"#paragraph-{question.paragraph}"
    return f"#second-{question.second}" if question.second is not None else ""


@register.simple_tag
def new_id() -> str:
    """An id for what a form sends, so that sending twice says it once."""
    return str(uuid.uuid4())


@register.filter
def is_of(place: tuple[int, int] | None, question: Message) -> bool:
    """Whether a course and a number are those of this question."""
    return place == (question.room_id, question.sequence)


@register.filter
def said(message: Message) -> list[Piece]:
    """The text of a message in pieces; a name in it is not looked up."""
    return list(pieces_of(message.body))
