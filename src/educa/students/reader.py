"""Who reads a course: what the database knows of somebody and a course, and of the content they open.

It is all asked in one statement, which is put into SQL once, since a page of the player is little else than this.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject

from educa.accounts.models import User
from educa.accounts.sessions import Asked, Found
from educa.courses.generations import generation
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Course, Facet, Viewer, sees_all_courses
from educa.lib.keys import BIGGEST_KEY
from educa.lib.listed import Listed
from educa.lib.prepared import PreparedRows
from educa.students.beside import all_beside
from educa.students.models import Completion, Enrollment, Note, Position

MOST_REMEMBERED = 10_000  # courses of a process
COURSE = "id", "title", "slug", "status", "owner_id"
ENROLLMENT = "id", "last_content_id", "last_active_at", "completed_at"

Case = tuple[bool, tuple[int, ...] | None]
"""Whether it is for who may read every course; the content types of the kinds, where there is no guess."""

_first_contents: dict[int, int] = {}
"""Where courses begin, as far as it was seen: a guess that saves looking, and is compared with the outline."""


@dataclass
class Beside:
    """What this person has at a content, and what apps above show there."""

    content: int | None = None
    position: Position | None = None
    note: Note | None = None
    others: dict[str, Any] = field(default_factory=dict)
    """What `educa.students.beside` names, as the database gives it."""


@dataclass
class Reader:
    """A course that somebody may read now, and their own part in it.

    `enrollment` is None for who teaches the course or looks after it. Of the course and the enrollment only those
    columns were read that the player needs.
    """

    user: Viewer
    course: Course
    enrollment: Enrollment | None
    done: frozenset[int]
    """The contents that they have done, also of those that are not shown any more."""
    beside: Beside

    def at(self, content: int) -> Beside:
        """What is beside this content; takes a statement where it was another one that was asked for."""
        if self.beside.content != content:
            again = reader_of(self.user, self.course.pk, content)
            self.beside = again.beside if again else Beside(content)
        return self.beside

    def begins_with(self, content: int) -> None:
        """Remember where the course begins, for the next one who opens it for the first time."""
        if len(_first_contents) >= MOST_REMEMBERED:
            _first_contents.clear()
        _first_contents[self.course.pk] = content


def asked_with_session(course: int, content: int | None = None) -> Asked | None:
    """What `reader_of` asks for, of whoever's session it is; None for what can't be."""
    if course > BIGGEST_KEY:
        return None
    return Asked(READ, *_question(course, content, sees_all=False))


def reader_of(
    user: Viewer, course: int, content: int | None = None, *, found: Found | None = None
) -> Reader | None:
    """This person and the course with that key; None unless they may read its contents now.

    What is beside the content comes along; of none, beside the one where they left off. Takes one statement, or
    none with what was `found` with the session of this person by `asked_with_session` of the same; what was found
    of somebody else is not looked at.
    """
    if not user.is_authenticated or not user.is_active:
        return None
    values, case = _question(course, content, sees_all=sees_all_courses(user))
    rows = found.rows_for(user.pk, Asked(READ, values, case)) if found else None
    if rows is None:
        rows = READ.ask(user.pk, *values, case=case)
    return _reader(user, rows[0]) if rows else None


def _question(
    course: int, content: int | None, *, sees_all: bool
) -> tuple[tuple[int | None, ...], Case]:
    """The values of `READ` but for the person, and its case."""
    if content is not None and content > BIGGEST_KEY:
        content = None  # there is no such content, but the course may be read
    guess = _first_contents.get(course)
    looked_for = tuple(kind.content_type().pk for kind in kinds()) if guess is None else None
    return (course, content, guess), (sees_all, looked_for)


def _reader(user: Viewer, row: tuple[Any, ...]) -> Reader:
    end = len(COURSE) + len(ENROLLMENT)
    course, own = _row(Course, COURSE, row[: len(COURSE)]), row[len(COURSE) : end]
    taught, contents_generation, done, content, position, note, *others = row[end:]
    vars(course).update(is_taught=bool(taught), contents_generation=int(contents_generation))
    enrollment = None
    if own[0] is not None and not taught:
        enrollment = _row(Enrollment, ENROLLMENT, own)
        enrollment.course, enrollment.student_id, enrollment.left_at = course, user.pk, None
    beside = Beside(
        content=content,
        position=_position(position) if enrollment else None,
        note=_note(note),
        others=dict(zip(all_beside(), others, strict=True)),
    )
    return Reader(user, course, enrollment, frozenset(content for (content,) in done), beside)


def _row(model: type[Any], columns: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    told = dict(zip(columns, values, strict=True))
    known = [field.attname for field in model._meta.concrete_fields if field.attname in told]
    return model.from_db(connection.alias, known, [told[name] for name in known])


def _position(told: dict[str, Any] | None) -> Position | None:
    if told is None:
        return None
    decided = told["decided_at"]
    return Position(**{**told, "decided_at": _moment(decided) if decided else None})


def _note(told: dict[str, Any] | None) -> Note | None:
    return Note(body=told["body"], updated_at=_moment(told["updated_at"])) if told else None


def _moment(said: str) -> datetime:
    """A time in JSON of the database; SQLite leaves out that it is UTC."""
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(
    case: Case, user: int, course: int, content: int, guess: int
) -> "QuerySet[Course, tuple[Any, ...]]":
    """The question as it is asked for who may read every course, or for everybody else; with a guess, or without.

    Without one, kinds are in it by the keys of their content types.
    """
    is_for_all, looked_for = case
    person = User(pk=user, is_staff=is_for_all, is_superuser=is_for_all)
    own = Q(enrollments__student=user, enrollments__left_at=None)
    here = OuterRef("here")
    key = BigIntegerField()
    begins = Content.objects.shown().filter(module__course=OuterRef("pk")).in_reading_order()
    otherwise = (
        Value(guess, output_field=key) if looked_for is None else Subquery(begins.values("pk")[:1])
    )
    completions = Completion.objects.filter(enrollment=OuterRef("own__pk")).order_by()
    positions = Position.objects.filter(enrollment=OuterRef("own__pk"), content=here)
    notes = Note.objects.of(person).filter(content=here).order_by()
    rows = Course.objects.readable_by(person).with_part_of(person).filter(pk=course)
    rows = rows.annotate(
        own=FilteredRelation("enrollments", condition=own),
        contents_generation=generation(Facet.CONTENTS),
        here=Coalesce(
            Value(content, output_field=key), F("own__last_content"), otherwise, output_field=key
        ),
        done=Listed(completions.values_list("content")),
        position=Subquery(positions.values(told=_told("paragraph", "second", "decided_at"))),
        note=Subquery(notes.values(told=_told("body", "updated_at"))),
        **{f"beside_{name}": counted(here) for name, counted in all_beside().items()},
    )
    return rows.order_by().values_list(
        *COURSE,
        *(f"own__{name}" for name in ENROLLMENT),
        *("is_taught", "contents_generation", "done", "here", "position", "note"),
        *(f"beside_{name}" for name in all_beside()),
    )


READ = PreparedRows(_read)


def _told(*names: str) -> JSONObject:
    return JSONObject(**{name: F(name) for name in names})
