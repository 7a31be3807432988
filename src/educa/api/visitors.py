"""The lists that programs of visitors ask for most, which are kept as they were sent."""

import re

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from educa.api.course_rows import CAME, Newest
from educa.api.pagination import MOST, MOST_DIGITS, USUAL
from educa.api.throttling import spend_of_visitor
from educa.courses.catalogue import SUBJECT
from educa.courses.generations import generation_of_catalogue
from educa.courses.models.slugs import SLUG_LENGTH
from educa.lib.throttle import TooManyRequests
from educa.lib.visitors import State, is_likely_kept

DESPITE = "private, no-store"  # what every answer of the API says
# What a program takes that gets JSON as it is kept; others get it indented, or are told that there is nothing else.
TAKEN = frozenset({"*/*", "application/json"})
# The first page, of any size. A cursor comes back as somebody's text, and others ask for other filters.
SIZE = f"page_size=(?P<size>[1-9][0-9]{{0,{MOST_DIGITS - 1}}})"
FIRST_PAGE = re.compile(f"|{SIZE}")
SLUG = re.compile(f"[-a-zA-Z0-9_]{{1,{SLUG_LENGTH}}}")
FIRST_OF_SUBJECT = re.compile(f"(?:{SIZE}&)?subject=(?P<subject>{SLUG.pattern})")


def list_for_visitors(request: HttpRequest, **kwargs: str) -> State | None:
    """The state of the first page of a list of the catalogue; it counts for the limit of requests, too."""
    asked = FIRST_PAGE.fullmatch(request.META.get("QUERY_STRING", ""))
    if asked is None or kwargs or not _may_ask(request):
        return None
    return State((_rows(asked["size"]),), generation_of_catalogue())


def courses_for_visitors(request: HttpRequest, **kwargs: str) -> State | None:
    """As `list_for_visitors`, also of one subject, where there is such a subject.

    Where the page is hardly kept, its rows come in the same statement.
    """
    query = request.META.get("QUERY_STRING", "")
    asked = FIRST_OF_SUBJECT.fullmatch(query)
    first = asked or FIRST_PAGE.fullmatch(query)
    if first is None or kwargs or not _may_ask(request):
        return None
    size, subject = _rows(first["size"]), asked["subject"] if asked else ""
    found = None
    if not is_likely_kept(request):
        courses = request.META[CAME] = Newest(AnonymousUser(), subject)
        found = courses.look(USUAL if size == "usual" else int(size))
    if not subject:
        return State((size,), found[1] if found else generation_of_catalogue())
    found = found or SUBJECT.ask(subject)
    return State((size, found[0]), int(found[1])) if found else None


def _rows(size: str | None) -> str:
    """The rows of a page, as its key says it: however many more are asked for, it is the largest."""
    return str(min(int(size), MOST)) if size else "usual"


def _may_ask(request: HttpRequest) -> bool:
    """Count a request that may be kept; the view says that it was one too many."""
    said = request.META  # as `request.headers` puts all of them together first
    if said.get("HTTP_ACCEPT", "*/*") not in TAKEN:
        return False
    try:
        spend_of_visitor(request)
    except TooManyRequests:
        return False
    return True
