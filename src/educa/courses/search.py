"""Searching what one may read: one function for every page, with the visibility of the pages."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import OperationalError, connection
from django.db.models import Count, F, Max, QuerySet, Window

from educa.courses.actions import index, missing_in_index
from educa.courses.kinds.registry import Kind, kind_of
from educa.courses.models import Content, Course, SearchEntry, Viewer
from educa.lib.folding import Query
from educa.lib.passages import Piece, marked, passage_of

AT_ONCE = 200  # contents that a search gathers itself; the others come by the duty
PATIENCE = 300  # milliseconds for which a search waits to gather something
MOST_COURSES = 50  # to choose from


@dataclass(frozen=True)
class Hit:
    """A content in which something was found, as a page shows it."""

    content: Content
    kind: Kind
    title: list[Piece]
    passage: list[Piece]


def search(user: Viewer, query: Query, course: Course | None = None) -> QuerySet[SearchEntry]:
    """What this person may open now and has every word of the query in it; in one course, or in all.

    The best course comes first, and in a course what has the words in its title; then as one reads. What
    was saved a moment ago is found, too.
    """
    contents = Content.objects.readable_by(user)
    if query:
        _gather(contents)
    if course is not None:
        contents = contents.filter(module__course=course)
    found = SearchEntry.objects.filter(content__in=contents).matching(query)
    best = Window(Max("in_title"), partition_by=F("content__module__course"))
    return found.annotate(best_in_course=best).order_by(
        "-best_in_course",
        "content__module__course__title",
        "content__module__course",
        "-in_title",
        "content__module__order",
        "content__order",
    )


def _gather(contents: QuerySet[Content]) -> None:
    # While somebody else keeps the database to themselves, a search goes on without what is missing.
    with suppress(OperationalError):
        if keys := missing_in_index(contents, at_most=AT_ONCE):
            with _impatient():
                index(keys)


@contextmanager
def _impatient() -> Iterator[None]:
    """Wait for no long writing of others; on PostgreSQL nothing here waits for any."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def courses_with_hits(user: Viewer, query: Query) -> list[Course]:
    """The courses in which a search has found something, with `hits`, how many; most of them first."""
    contents = Content.objects.readable_by(user)
    found = SearchEntry.objects.filter(content__in=contents).matching(query).order_by()
    counted = found.values("content__module__course").annotate(hits=Count("pk"))
    numbers = dict(
        counted.order_by("-hits").values_list("content__module__course", "hits")[:MOST_COURSES]
    )
    courses = list(Course.objects.readable_by(user).filter(pk__in=numbers))
    for course in courses:
        course.hits = numbers[course.pk]
    return sorted(courses, key=lambda course: (-course.hits, course.title))


def hits_of(entries: Iterable[SearchEntry], query: Query) -> Iterator[Hit]:
    """The entries of a page with what it shows of them, in their order; a kind that is gone is left out."""
    for entry in entries:
        kind = kind_of(entry.content.content_type)
        if kind is not None:
            title, passage = marked(entry.title, query), passage_of(entry.body, query)
            yield Hit(entry.content, kind, title, passage)
