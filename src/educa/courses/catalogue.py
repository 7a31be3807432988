"""What is kept of the catalogue and of courses' pages, and under which keys.

A key is of ids, of words of ours and of the language; a search, which has somebody's words in it, is never kept.
"""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from educa.courses.cards import (
    PER_PAGE,
    SORTS,
    Card,
    CountedSubject,
    PublishedCards,
    cards_html,
)
from educa.courses.course_page import shown_course
from educa.courses.generations import (
    catalogue_generation,
    generation,
    generation_of_catalogue,
)
from educa.courses.models import Course, Subject
from educa.lib.prepared import PreparedQuestion
from educa.lib.remembering import Family
from educa.lib.visitors import State, is_likely_kept, is_visitor

PAGE = "[1-9][0-9]{0,4}"
# The queries that links of the catalogue have, in the one order in which they have them.
QUERY = re.compile(f"|sort=(?P<sort>[a-z]+)(&page=(?P<page>{PAGE}))?|page=(?P<only>{PAGE})")

# In a request whose state was asked for already: the generation of the catalogue, and what came with the state.
GENERATION, CAME = "educa.courses.catalogue.generation", "educa.courses.catalogue.came"
SUBJECTS: Family[list[CountedSubject]] = Family("subjects")
CARDS: Family[SafeString] = Family("catalogue_cards")
PUBLISHED = PreparedQuestion(
    lambda slug: (
        Course.objects.published().filter(slug=slug).order_by().values_list("pk", generation())
    )
)
SUBJECT = PreparedQuestion(
    lambda slug: (
        Subject.objects.filter(slug=slug).order_by().values_list("pk", catalogue_generation())
    )
)


class Catalogue:
    """The catalogue as it is now: what is asked of it is of one generation, which is asked for once."""

    def __init__(self, request: HttpRequest, courses: PublishedCards) -> None:
        self.courses = courses
        self._generation: int | None = request.META.get(GENERATION)

    def generation(self) -> int:
        """The generation of all that is asked for here."""
        if self._generation is None:
            self._generation = generation_of_catalogue()
        return self._generation

    def subjects(self) -> list[CountedSubject]:
        """All subjects, with the number of their published courses."""
        return SUBJECTS.get([], self.generation, self.courses.subjects)

    def cards(self, subject: CountedSubject | None, sort: str, page: Page[Card]) -> SafeString:
        """The cards of one page in this language, as HTML; those of a search are not kept."""
        if self.courses.query:
            return cards_html(page)
        key = subject.pk if subject else 0, sort, page.number, get_language() or "none"
        return CARDS.get(key, self.generation, lambda: cards_html(page))


def catalogue_for_visitors(request: HttpRequest, subject: str | None = None) -> State | None:
    """The state of a page of the catalogue, which the view need not ask for again; None for a search, and for a query
    that no link of ours has. Where the page is hardly kept, what the view shows comes in the same statement.
    """
    asked = QUERY.fullmatch(request.META.get("QUERY_STRING", ""))
    if asked is None or (asked["sort"] or "newest") not in SORTS:
        return None
    page = asked["page"] or asked["only"] or "0"
    found = None if is_likely_kept(request) else _look(request, asked["sort"], page, subject)
    found = found or (
        ("all", generation_of_catalogue()) if subject is None else SUBJECT.ask(subject)
    )
    if found is None:
        return None
    generation = request.META[GENERATION] = int(found[1])
    return State((found[0], asked["sort"] or "any", page), generation)


def _look(
    request: HttpRequest, sort: str | None, page: str, subject: str | None
) -> tuple[Any, ...] | None:
    """Key and generation of what the view shows, which comes along; None where there is no card to show."""
    start = (max(int(page), 1) - 1) * PER_PAGE
    courses = PublishedCards(sort or "newest", subject or "", page=slice(start, start + PER_PAGE))
    if not courses.look():
        return None
    request.META[CAME] = courses
    key = next((each.pk for each in courses.subjects() if each.slug == subject), "all")
    return key, courses.generation


def course_for_visitors(request: HttpRequest, slug: str) -> State | None:
    """The state of a course's page; None for a course that visitors don't see, and for any query.

    Where the page is hardly kept, what the view shows comes in the same statement, and `came_along` gives it.
    """
    if request.META.get("QUERY_STRING"):
        return None
    if is_likely_kept(request):
        found = PUBLISHED.ask(slug)
        return State((found[0],), int(found[1])) if found else None
    course = request.META[CAME] = shown_course(AnonymousUser(), slug)
    return State((course.pk,), int(vars(course)["page_generation"])) if course else None


def came_along(request: HttpRequest) -> Any:
    """What was asked for along with the state of a visitor's page: the cards of a catalogue, or a course."""
    return request.META.get(CAME) if is_visitor(request) else None
