"""Searching what one may read: one function for every page, with the visibility of the pages."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import accumulate

from django.db import OperationalError, connection
from django.db.models import Count, F, Max, QuerySet

from educa.courses.actions import index, missing_in_index
from educa.courses.kinds.registry import Kind, kind_of
from educa.courses.models import Content, Course, SearchEntry, Viewer
from educa.lib.folding import Query
from educa.lib.passages import Piece, marked, passage_of

AT_ONCE = 200  # contents that a search gathers itself; the others come by the duty
PATIENCE = 300  # milliseconds for which a search waits to gather something


@dataclass(frozen=True)
class Hit:
    """A content in which something was found, as a page shows it."""

    content: Content
    kind: Kind
    title: list[Piece]
    passage: list[Piece]


@dataclass(frozen=True)
class Searched:
    """A course in which something was found, and in how many contents."""

    pk: int
    title: str
    hits: int


class Results:
    """What a search has found: the courses first, and then as many hits of it as somebody asks for.

    Pages are cut out of it as out of a list. The best course comes first, and in a course what has the
    words in its title; then as one reads.
    """

    def __init__(self, found: QuerySet[SearchEntry], query: Query, course: Course | None) -> None:
        self._found, self._query = found, query
        self.courses = _courses_with(found) if query else []
        only = course.pk if course else None
        self._chosen = [c for c in self.courses if only in {None, c.pk}]

    def __len__(self) -> int:
        return sum(course.hits for course in self._chosen)

    def __getitem__(self, places: slice) -> list[Hit]:
        """The hits in these places; one statement for the places and one for what is shown."""
        start, stop, _step = places.indices(len(self))
        ends = list(accumulate(course.hits for course in self._chosen))
        # The courses that these places are in, and how many hits stand before the first of them.
        first, last = bisect_right(ends, start), bisect_left(ends, stop)
        before = ends[first - 1] if first else 0
        keys = self._keys_in(self._chosen[first : last + 1])
        return list(_hits(keys[start - before : stop - before], self._query))

    def _keys_in(self, courses: Sequence[Searched]) -> list[int]:
        place = {course.pk: number for number, course in enumerate(courses)}
        rows = self._found.filter(content__module__course__in=place)
        rows = rows.order_by(F("in_title").desc(), "content__module__order", "content__order")
        keys = rows.values_list("content__module__course", "pk")
        return [pk for _course, pk in sorted(keys, key=lambda row: place[row[0]])]


def search(user: Viewer, query: Query, course: Course | None = None) -> Results:
    """What this person may open now and has every word of the query in it; in one course, or in all.

    The courses with hits are told in both cases. What was saved a moment ago is found, too.
    """
    contents = Content.objects.readable_by(user)
    if query:
        _gather(contents)
    found = SearchEntry.objects.filter(content__in=contents).matching(query)
    return Results(found, query, course)


def _courses_with(found: QuerySet[SearchEntry]) -> list[Searched]:
    columns = "content__module__course", "content__module__course__title"
    rows = found.order_by().values(*columns).annotate(hits=Count("pk"), best=Max("in_title"))
    by_rank = sorted(rows.values_list(*columns, "hits", "best"), key=lambda r: (-r[3], r[1], r[0]))
    return [Searched(pk, title, hits) for pk, title, hits, _best in by_rank]


def _hits(keys: Sequence[int], query: Query) -> Iterator[Hit]:
    """In the order of the keys; a kind that is gone is left out, and what was deleted a moment ago."""
    related = "content__module__course", "content__content_type"
    entries = SearchEntry.objects.select_related(*related).in_bulk(keys)
    for entry in filter(None, map(entries.get, keys)):
        kind = kind_of(entry.content.content_type)
        if kind is not None:
            title, passage = marked(entry.title, query), passage_of(entry.body, query)
            yield Hit(entry.content, kind, title, passage)


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
