"""The page of the catalogue around its cards, as HTML: made of parts that are rendered once."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from educa.courses.cards import SORTS, CountedSubject
from educa.lib.fragments import fragment, fragments
from educa.lib.paths import path_of
from educa.lib.templatetags.educa import grouped


class Asked(NamedTuple):
    """What a page of the catalogue was asked for: by which path, of which subject, words to find, and order."""

    path: str
    subject: CountedSubject | None
    query: str
    sort: str
    is_sorted: bool
    """Whether the order was chosen."""


def hero_html(asked: Asked, total: int, *, has_search: bool) -> SafeString:
    """What one is to do here, and the field to search so many courses."""
    label = ngettext("Search %(total)s course", "Search %(total)s courses", total)
    choices = {
        "has_subject": asked.subject is not None,
        "has_search": has_search,
        "sort": asked.sort if asked.is_sorted else "",
    }
    values = {
        "subject": asked.subject.title if asked.subject else "",
        "action": asked.path,
        "query": asked.query,
        "label": label % {"total": grouped(total)},
    }
    return fragment("courses/course/hero.html", choices, values)


def facets_html(
    subjects: Iterable[CountedSubject], chosen: CountedSubject | None, total: int, query: str
) -> SafeString:
    """The subjects with how many courses each has; `query` is added to the address of each."""
    rows = (
        (
            {"is_shown": each == chosen},
            {
                "url": path_of("course_list_subject", each.slug) + query,
                "title": each.title,
                "count": grouped(each.total_courses),
            },
        )
        for each in subjects
    )
    found = fragments("courses/course/facet.html", rows)
    values = {"query": query, "total": grouped(total), "subjects": found}
    return fragment("courses/course/facets.html", {"is_shown": chosen is None}, values)


def toolbar_html(asked: Asked, count: int, *, is_signed_in: bool) -> SafeString:
    """How many courses were found, and in which order they stand."""
    if asked.query:
        words = ngettext(
            "%(number)s course for “%(query)s”", "%(number)s courses for “%(query)s”", count
        )
    else:
        words = ngettext("%(number)s course", "%(number)s courses", count)
    choices = {
        "has_query": bool(asked.query),
        "is_signed_in": is_signed_in,
        "can_be_sorted": count > 1,
    }
    values = {
        "found": words % {"number": grouped(count), "query": asked.query},
        "path": asked.path,
        "query": asked.query,
        "quoted": quote(asked.query),
        "sorts": _sorts(get_language(), asked.sort),
    }
    return fragment("courses/course/toolbar.html", choices, values)


@lru_cache(100)
def _sorts(_language: str | None, sort: str) -> SafeString:
    """The orders to choose from, in the language that is spoken."""
    # An attribute of ours, with nobody's words in it.
    selected = mark_safe(" selected")
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((name, selected if name == sort else "", label) for name, (label, _) in SORTS.items()),
    )
