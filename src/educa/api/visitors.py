"""The lists that programs of visitors ask for most, which are kept as they were sent."""

import re

from django.http import HttpRequest

from educa.api.throttling import spend_of_visitor
from educa.courses.generations import generation_of_catalogue
from educa.lib.throttle import TooManyRequests
from educa.lib.visitors import State

DESPITE = "private, no-store"  # what every answer of the API says
# The first page, of any size. A cursor comes back as somebody's text, and others ask for other filters.
FIRST_PAGE = re.compile("|page_size=(?P<size>[1-9][0-9]{0,2})")


def list_for_visitors(request: HttpRequest, **kwargs: str) -> State | None:
    """The state of the first page of a list of the catalogue; it counts for the limit of requests, too."""
    asked = FIRST_PAGE.fullmatch(request.META.get("QUERY_STRING", ""))
    if asked is None or kwargs:
        return None
    try:
        spend_of_visitor(request)
    except TooManyRequests:
        return None  # the view says so
    return State((asked["size"] or "usual",), generation_of_catalogue())
