"""Who looks, as far as it changes what the database is asked: for questions that are prepared once.

The rules stay where they are, in the querysets that take the person; a *sort* says which of them come into a
question, and a stand-in of that sort is given to them in the place of the person.
"""

from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from educa.accounts.models import User
from educa.courses.generations import generation
from educa.courses.models import Course, Facet, Viewer, sees_all_courses
from educa.lib.prepared import PreparedRows


class Sort(NamedTuple):
    """What the rules of courses ask of a person, besides who it is."""

    is_person: bool
    is_active: bool
    sees_all: bool


def sort_of(user: Viewer) -> Sort:
    """The sort of this person; of staff it may take statements, to see what they may."""
    return Sort(user.is_authenticated, user.is_active, sees_all_courses(user))


def stand_in(sort: Sort, pk: int) -> Viewer:
    """Somebody of this sort with this key, who is in no database."""
    if not sort.is_person:
        return AnonymousUser()
    return User(pk=pk, is_active=sort.is_active, is_staff=sort.sees_all, is_superuser=sort.sees_all)


def key_of(user: Viewer) -> int:
    """The key of this person; of visitors 0, which is nobody's."""
    return user.pk or 0


def _readable(sort: Sort, person: int, course: int) -> "QuerySet[Course, Any]":
    rows = Course.objects.readable_by(stand_in(sort, person)).filter(pk=course).order_by()
    return rows.values_list(generation(Facet.CONTENTS))


READABLE = PreparedRows(_readable)


def readable_generation(user: Viewer, course: int) -> int | None:
    """The generation of what is in the course, where this person may read it; else None. Takes one statement."""
    rows = READABLE.ask(key_of(user), course, case=sort_of(user))
    return int(rows[0][0]) if rows else None
