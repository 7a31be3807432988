"""What is kept of the catalogue and of courses' pages, and under which keys.

A key is of ids, of words of ours and of the language; a search, which has somebody's words in it, is never kept.
"""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.db.models import BigIntegerField, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from educa.courses.cards import SORTS, Card, CountedSubject, PublishedCards, cards_html
from educa.courses.course_page import shown_course
from educa.courses.generations import generation, generation_of_catalogue
from educa.courses.models import CATALOGUE, Course, Generation, Subject
from educa.lib.prepared import PreparedQuestion
from educa.lib.remembering import Family
from educa.lib.visitors import State, is_likely_kept, is_visitor

PAGE = "[1-9][0-9]{0,4}"
# The queries that links of the catalogue have, in the one order in which they have them.
QUERY = re.compile(f"|sort=(?P<sort>[a-z]+)(&page=(?P<page>{PAGE}))?|page=(?P<only>{PAGE})")

# In a request whose state was asked for already: the generation of the catalogue, and what came with that of a course.
GENERATION, COURSE = "educa.courses.catalogue.generation", "educa.courses.catalogue.course"
SUBJECTS: Family[list[CountedSubject]] = Family("subjects")
CARDS: Family[SafeString] = Family("catalogue_cards")
PUBLISHED = PreparedQuestion(
    lambda slug: (
        Course.objects.published().filter(slug=slug).order_by().values_list("pk", generation())
    )
)
SUBJECT = PreparedQuestion(
    lambda slug: Subject.objects.filter(slug=slug).order_by().values_list("pk", _generation())
)


def _generation() -> Coalesce:
    """The generation of the catalogue, to be asked for along with something else."""
    rows = Generation.objects.filter(course=CATALOGUE).order_by().values("course")
    summed = rows.annotate(sum=Sum("number")).values("sum")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


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
    """The state of a page of the catalogue, which the view need not ask for again; None for a search, and for a query that no link of ours has."""
    asked = QUERY.fullmatch(request.META.get("QUERY_STRING", ""))
    if asked is None or (asked["sort"] or "newest") not in SORTS:
        return None
    page = asked["page"] or asked["only"] or "0"
    found: tuple[Any, ...] | None
    found = ("all", generation_of_catalogue()) if subject is None else SUBJECT.ask(subject)
    if found is None:
        return None
    generation = request.META[GENERATION] = int(found[1])
    return State((found[0], asked["sort"] or "any", page), generation)


def course_for_visitors(request: HttpRequest, slug: str) -> State | None:
    """The state of a course's page; None for a course that visitors don't see, and for any query.

    Where the page is hardly kept, what the view shows comes in the same statement, and `came_along` gives it.
    """
    if request.META.get("QUERY_STRING"):
        return None
    if is_likely_kept(request):
        found = PUBLISHED.ask(slug)
        return State((found[0],), int(found[1])) if found else None
    course = request.META[COURSE] = shown_course(AnonymousUser(), slug)
    return State((course.pk,), int(vars(course)["page_generation"])) if course else None


def came_along(request: HttpRequest) -> Course | None:
    """The course of a visitor's page that `course_for_visitors` has asked for."""
    return request.META.get(COURSE) if is_visitor(request) else None
