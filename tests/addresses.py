"""Every address that is read, with who may read it.

Beside those of `test_access` these are people's own pages, which have their table in `educa.accounts`, lists that
want to be asked with something, and the administration.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from educa.accounts.tests import test_every_page
from tests.test_access import GET, LOGIN, ROLES, Site, everybody, path_of, readers
from tests.test_admin import MODELS, NEVER_ADDED

# What is asked for with them, as the table of `test_access` asks without, and who may.
ASKED: dict[str, tuple[str, dict[str, int | str]]] = {
    "api:module-list": ("course={pk}", readers(visitor=401)),
    "api:attachment-list": ("course={pk}", readers(visitor=401)),
    "api:content-list": ("course={pk}", readers(visitor=401)),
    "chat:event_list": ("after=0", readers()),
}
SLOWEST = "api:schema"  # half a second each time, and about nobody
SOME = 8
STAFF: dict[str, int | str] = {**everybody(403), "visitor": LOGIN, "admin": 200}


@dataclass(frozen=True)
class Address:
    """A path that is read, its name, and the answer for each role."""

    name: str
    path: str
    expected: dict[str, int | str]


def addresses(site: Site) -> list[Address]:
    """All of them but the administration's, which are many."""
    return [*_pages(site), *_asked(site), *_own()]


def administration() -> Iterator[Address]:
    """The lists of all models, their forms for one more, and the page of a row where there is one."""
    yield Address("admin:index", reverse("admin:index"), STAFF)
    for model in MODELS:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield _of_staff(f"{name}_changelist")
        if model._meta.label_lower not in NEVER_ADDED:
            yield _of_staff(f"{name}_add")
        for row in model._default_manager.order_by("pk")[:1]:
            yield _of_staff(f"{name}_change", row.pk)


def in_any_order(
    roles: Sequence[str],
    pages: Sequence[Address],
    of_staff: Sequence[Address],
    chance: random.Random,
) -> list[tuple[str, Address]]:
    """Who opens what: everybody each page twice, the slowest once, and some of the administration's.

    Of that nothing is kept, and it is drawn anew each time.
    """
    often = [each for page in pages for each in [page] * (1 if page.name == SLOWEST else 2)]
    visits = [(role, page) for role in roles for page in often]
    visits += [(role, page) for role in roles for page in chance.sample([*of_staff], SOME)]
    chance.shuffle(visits)
    return visits


def _of_staff(name: str, *keys: Any) -> Address:
    return Address(name, reverse(name, args=keys), STAFF)


def _pages(site: Site) -> Iterator[Address]:
    for name, (needs, expected) in GET.items():
        yield Address(name, path_of(site, name, needs), expected)


def _asked(site: Site) -> Iterator[Address]:
    for name, (query, expected) in ASKED.items():
        path = f"{path_of(site, name, GET[name][0])}?{query.format(**site.words)}"
        yield Address(f"{name} with {query.partition('=')[0]}", path, expected)


def _own() -> Iterator[Address]:
    for name, (_keys, visitor, person) in test_every_page.PAGES.items():
        expected = {**dict.fromkeys(ROLES, _answer(person)), "visitor": _answer(visitor)}
        yield Address(name, test_every_page.path_of(name), expected)


def _answer(told: int | str) -> int | str:
    """What that table says, in the words of the other one; redirections are not told apart."""
    return {test_every_page.LOGIN: LOGIN, test_every_page.COURSES: 302}.get(told, told)
