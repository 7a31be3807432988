"""Who looks, as far as it changes what the database is asked: for questions that are prepared once.

The rules stay where they are, in the querysets that take the person; a *sort* says which of them come into a
question, and a stand-in of that sort is given to them in the place of the person.
"""

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser

from educa.accounts.models import User
from educa.courses.models import Viewer
from educa.courses.models.course import sees_all_courses


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
