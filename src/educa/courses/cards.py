"""Courses as the catalogue shows them: their rows, in one prepared statement, and the HTML of a card.

A card has what it shows and no model behind it, since a page has many of them.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet, TextField
from django.utils.formats import number_format
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from educa.accounts.names import shown_name
from educa.courses.generations import catalogue_generation
from educa.courses.models import Course, Subject
from educa.lib.covers import cover_svg, hue_of
from educa.lib.fragments import fragment, fragments
from educa.lib.listed import Listed
from educa.lib.paths import path_of
from educa.lib.prepared import PreparedRows
from educa.lib.renditions import size_of
from educa.lib.srcset import SIZES, srcset
from educa.lib.templatetags.educa import grouped

SORTS = {
    "newest": (gettext_lazy("Newest"), ["-published_at", "-pk"]),
    "enrolled": (gettext_lazy("Most enrolled"), ["-total_students", "-published_at", "-pk"]),
    "title": (gettext_lazy("Title"), ["title", "pk"]),
}
NO_CHOICES: dict[str, Any] = {}
PER_PAGE = 20  # cards
SEEN_AT_ONCE = 3  # cards; pictures of the others are fetched when they come near


class Card(NamedTuple):
    """What the catalogue shows of a course."""

    title: str
    slug: str
    cover: str
    subject_title: str
    subject_slug: str
    username: str
    display_name: str
    first_name: str
    last_name: str
    total_modules: int
    total_contents: int
    total_students: int

    @property
    def owner_name(self) -> str:
        """The name by which the owner is shown."""
        return shown_name(self.display_name, self.first_name, self.last_name, self.username)


class CountedSubject(NamedTuple):
    """A subject, and how many published courses it has."""

    pk: int
    title: str
    slug: str
    total_courses: int


COLUMNS = (
    *("title", "slug", "cover", "subject__title", "subject__slug"),
    *("owner__username", "owner__display_name", "owner__first_name", "owner__last_name"),
    *("total_modules", "total_contents", "total_students"),
)


def published(sort: str, subject: str = "", query: str = "") -> "QuerySet[Course]":
    """The courses of the catalogue, of all subjects or of that slug, in the order of that name."""
    rows = Course.objects.published().matching(query)
    if subject:
        rows = rows.filter(subject__slug=subject)
    return rows.with_totals().order_by(*SORTS[sort][1])


def _subjects() -> "QuerySet[Subject, Any]":
    rows: QuerySet[Subject, Any] = Subject.objects.with_totals()
    return rows.values_list(*CountedSubject._fields)


def chosen(rows: "QuerySet[Course]", places: slice) -> "QuerySet[Course]":
    """The rows in these places, chosen by key and order alone: nothing is counted for those before them."""
    return rows.filter(pk__in=rows.values("pk")[places])


def _cards(case: tuple[str, int, bool, bool], subject: str, start: int) -> "QuerySet[Course, Any]":
    sort, size, is_of_subject, is_with_subjects = case
    # The courses of the page first: else those of the pages before it are counted, too.
    page = published(sort, subject if is_of_subject else "").values("pk")[start : start + size]
    rows: Any = Course.objects.filter(pk__in=page).with_totals().order_by(*SORTS[sort][1])
    columns: tuple[str, ...] = COLUMNS
    if is_with_subjects:
        rows = rows.annotate(
            listed_subjects=Listed(_subjects(), TextField()), generation=catalogue_generation()
        )
        columns = *COLUMNS, "listed_subjects", "generation"
    found: QuerySet[Course, Any] = rows.values_list(*columns)
    return found


CARDS = PreparedRows(_cards)
SUBJECTS = PreparedRows(lambda _case: _subjects())


class PublishedCards:
    """The cards of the published courses, of all subjects or of one, from which pages are cut.

    Rows are asked for when they are needed: a page whose cards are kept asks for none. Where the subjects are
    needed, too, they come with the cards in the places of `page`, in the same statement, and so does the generation
    of the catalogue. With a `query`, which is somebody's, the cards are those of the courses that match it.
    """

    def __init__(
        self, sort: str, subject: str = "", query: str = "", page: slice = slice(0, 0)
    ) -> None:
        self.sort = sort
        self.subject = subject
        self.query = query
        self.page = page
        self.generation: int | None = None
        self._rows: list[Card] | None = None
        self._subjects: list[CountedSubject] | None = None

    def __getitem__(self, places: slice) -> Any:
        """The cards in these places."""
        return SimpleLazyObject(lambda: self._asked(places))

    def count(self) -> int:
        """How many there are; takes a statement."""
        return published(self.sort, self.subject, self.query).order_by().values("pk").count()

    def subjects(self) -> list[CountedSubject]:
        """All subjects by title."""
        if self._subjects is None and not self.look():
            self._subjects = [CountedSubject(*row) for row in SUBJECTS.ask()]
        return self._subjects or []

    def look(self) -> bool:
        """Ask for the cards in the places of `page`, the subjects and the generation at once.

        False for a search, and where there are no cards: then nothing of it is known.
        """
        is_along = self.page.stop > 0 and not self.query
        rows = self._ask(self.page, is_with_subjects=True) if is_along else []
        if not rows:
            return False
        subjects, generation = rows[0][-2:]
        self.generation = int(generation)
        self._rows = [Card(*row[:-2]) for row in rows]
        self._subjects = [CountedSubject(*row) for row in json.loads(subjects)]
        return True

    def _asked(self, places: slice) -> list[Card]:
        if self._rows is not None and places.start == self.page.start:
            return self._rows
        if self.query:
            rows = chosen(published(self.sort, self.subject, self.query), places)
            return [Card(*row) for row in rows.values_list(*COLUMNS)]
        return [Card(*row) for row in self._ask(places, is_with_subjects=False)]

    def _ask(self, places: slice, *, is_with_subjects: bool) -> list[tuple[Any, ...]]:
        size = places.stop - places.start
        case = self.sort, size, bool(self.subject), is_with_subjects
        return CARDS.ask(self.subject, places.start, case=case)


def cards_html(cards: Iterable[Card]) -> SafeString:
    """A list of cards, the same for everybody."""
    rows = ((NO_CHOICES, _values(card, place)) for place, card in enumerate(cards))
    return fragment(
        "courses/course/cards.html", {}, {"cards": fragments("courses/course/card.html", rows)}
    )


def _values(card: Card, place: int) -> dict[str, str]:
    """What a card says, which stands in this place of a list, counted from 0."""
    is_late = place >= SEEN_AT_ONCE
    modules, contents, students = _sizes(get_language(), *card[-3:])
    return {
        "cover": cover_html(card.cover, card.slug, card.subject_slug, "card", is_late=is_late),
        "subject": card.subject_title,
        "url": path_of("course_detail", card.slug),
        "title": card.title,
        "by": card.owner_name,
        "modules": modules,
        "contents": contents,
        "students": students,
    }


@lru_cache(1000)
def number_of_contents(_language: str | None, number: int) -> str:
    """So many contents in words of the language that is spoken."""
    return ngettext("%(n)s content", "%(n)s contents", number) % {"n": number_format(number)}


@lru_cache(1000)
def _sizes(
    language: str | None, modules: int, contents: int, students: int
) -> tuple[str, str, str]:
    """The size of a course in words of the language that is spoken."""
    return (
        ngettext("%(n)s module", "%(n)s modules", modules) % {"n": number_format(modules)},
        number_of_contents(language, contents),
        gettext("%(n)s enrolled") % {"n": grouped(students)},
    )


def cover_html(name: str, slug: str, subject_slug: str, place: str, *, is_late: bool) -> SafeString:
    """The picture of a course as it is shown in a place: the stored one of that name, or one drawn from its slug."""
    if not name:
        return cover_svg(slug, hue_of(subject_slug))
    size, choices = size_of(name), srcset(name)
    is_told = {"is_late": is_late, "has_size": bool(size), "sizes": SIZES[place] if choices else ""}
    values = {"url": path_of("media", name), "srcset": choices}
    values |= {"width": str(size.width), "height": str(size.height)} if size else {}
    return fragment("courses/course/picture.html", is_told, values)
