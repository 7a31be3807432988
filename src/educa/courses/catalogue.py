"""What is kept of the catalogue and of courses' pages, and under which keys.

A key is of ids, of words of ours and of the language; a search, which has somebody's words in it, is never kept.
"""

import re
from collections.abc import Callable

from django.db.models import BigIntegerField, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from educa.courses.generations import generation, generation_of_catalogue
from educa.courses.models import CATALOGUE, Course, Generation, Subject
from educa.lib.prepared import PreparedQuestion
from educa.lib.remembering import Family
from educa.lib.visitors import State

SORTS = {
    "newest": (_("Newest"), ["-published_at", "-pk"]),
    "enrolled": (_("Most enrolled"), ["-total_students", "-published_at", "-pk"]),
    "title": (_("Title"), ["title", "pk"]),
}
PAGE = "[1-9][0-9]{0,4}"
# The queries that links of the catalogue have, in the one order in which they have them.
QUERY = re.compile(f"|sort=(?P<sort>[a-z]+)(&page=(?P<page>{PAGE}))?|page=(?P<only>{PAGE})")

SUBJECTS: Family[list[Subject]] = Family("subjects")
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

    def __init__(self) -> None:
        self._generation: int | None = None

    def generation(self) -> int:
        """The generation of all that is asked for here."""
        if self._generation is None:
            self._generation = generation_of_catalogue()
        return self._generation

    def subjects(self) -> list[Subject]:
        """All subjects, with the number of their published courses."""
        return SUBJECTS.get([], self.generation, lambda: list(Subject.objects.with_totals()))

    def cards(
        self, subject: Subject | None, sort: str, page: int, render: Callable[[], SafeString]
    ) -> SafeString:
        """The cards of one page in this language, as HTML."""
        key = subject.pk if subject else 0, sort, page, get_language() or "none"
        return CARDS.get(key, self.generation, render)


def catalogue_for_visitors(request: HttpRequest, subject: str | None = None) -> State | None:
    """The state of a page of the catalogue; None for a search, and for a query that no link of ours has."""
    asked = QUERY.fullmatch(request.META.get("QUERY_STRING", ""))
    if asked is None or (asked["sort"] or "newest") not in SORTS:
        return None
    page = asked["page"] or asked["only"] or "0"
    if subject is None:
        return State(("all", asked["sort"] or "any", page), generation_of_catalogue())
    found = SUBJECT.ask(subject)
    return State((found[0], asked["sort"] or "any", page), int(found[1])) if found else None


def course_for_visitors(request: HttpRequest, slug: str) -> State | None:
    """The state of a course's page; None for a course that visitors don't see, and for any query."""
    if request.META.get("QUERY_STRING"):
        return None
    found = PUBLISHED.ask(slug)
    return State((found[0],), int(found[1])) if found else None
