"""What the page of a module is made of, in two statements that are put into SQL once: its course with all modules,
and its contents. Both are plain values, since a page with a hundred rows has no use for a hundred objects."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, QuerySet, Subquery, TextField, Value, When

from educa.accounts.models import User
from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import Content, Course, Module, Subject
from educa.lib.paths import path_to
from educa.lib.prepared import PreparedRows
from educa.studio.contents import of_known_kinds
from educa.studio.moderation import Waiting, counts_of_waiting

LARGEST_KEY = 2**63 - 1  # that a database has


@dataclass(frozen=True)
class Sibling:
    """A module of the course, as the list of modules shows it."""

    pk: int
    title: str
    is_current: bool

    @property
    def url(self) -> str:
        return path_to("module_content_list", self.pk)


@dataclass(frozen=True)
class Surroundings:
    """A module with its course, the modules of the course in order, and what waits there."""

    module: Module
    modules: list[Sibling]
    waiting: Waiting


@dataclass(frozen=True)
class Entry:
    """A content of the module; without a title when its item is gone."""

    pk: int
    kind: Kind
    item: int
    title: str | None


def surroundings_of(key: int, user: User) -> Surroundings | None:
    """The module with that key, if this person teaches its course, in one statement.

    They must have been asked for the permission to change courses, as `editable_by` does.
    """
    rows = _MODULES.ask(key, user.pk) if key <= LARGEST_KEY else []
    siblings = [Sibling(row[0], row[1], row[0] == key) for row in rows]
    found = next((row for row in rows if row[0] == key), None)
    if found is None:
        return None
    pk, title, description, course_pk, course_title, status, subject, *waiting = found
    course = Course(pk=course_pk, title=course_title, status=status, subject=Subject(title=subject))
    module = Module(pk=pk, title=title, description=description, course=course)
    return Surroundings(module, siblings, Waiting(*waiting))


def first_entries(module: Module, most: int) -> list[Entry]:
    """The first contents of known kinds, in order; takes one statement."""
    by_key = {kind.content_type().pk: kind for kind in kinds()}
    rows = _ENTRIES.ask(module.pk, case=tuple(by_key), limit=most)
    return [Entry(pk, by_key[kind], item, title) for pk, kind, item, title in rows]


def entries_at(module: Module, keys: list[int]) -> list[Entry]:
    """The contents of known kinds with these keys, in order; takes one statement."""
    by_key = {kind.content_type().pk: kind for kind in kinds()}
    rows = _entries(None, module.pk).filter(pk__in=keys)
    return [Entry(pk, by_key[kind], item, title) for pk, kind, item, title in rows]


def _modules(_case: None, module: int, user: int) -> "QuerySet[Course, Any]":
    """The course of that module once for each of its modules, if this person teaches it."""
    course = Module.objects.filter(pk=module).order_by().values("course")
    taught = Course.objects.taught_by(User(pk=user)).filter(pk=Subquery(course))
    of_module = When(modules=module, then="modules__description")
    described = Case(of_module, default=Value(""), output_field=TextField())
    counts = counts_of_waiting(course)
    rows = taught.filter(modules__trashed_at=None).annotate(described=described, **counts)
    named = ("modules", "modules__title", "described", "pk", "title", "status", "subject__title")
    return rows.order_by("modules__order").values_list(*named, *counts)


def _entries(_kinds: Any, module: int) -> "QuerySet[Content, Any]":
    rows = of_known_kinds(Content.objects.filter(module=module)).with_titles().order_by("order")
    columns = ("pk", "content_type", "object_id", "shown_title")
    return rows.values_list(*columns)


_MODULES = PreparedRows(_modules)
_ENTRIES = PreparedRows(_entries)
