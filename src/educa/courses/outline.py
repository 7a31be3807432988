"""The outline of a course: its modules and the titles of what stands in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet

from educa.courses.generations import contents_generation_of
from educa.courses.kinds.registry import kind_named, kinds
from educa.courses.models import Content, Course, Module
from educa.lib.listed import Listed
from educa.lib.prepared import PreparedRows
from educa.lib.remembering import Family


@dataclass
class Entry:
    """A content as an outline shows it; `place` counts from 1 without gaps."""

    pk: int
    kind: str
    title: str
    place: int
    module_pk: int
    item_pk: int = 0
    url: str = ""
    is_current: bool = False
    is_done: bool = False

    @property
    def kind_label(self) -> str:
        kind = kind_named(self.kind)
        return kind.label if kind else self.kind

    @property
    def icon(self) -> str:
        kind = kind_named(self.kind)
        return kind.icon if kind else "file"


@dataclass
class Part:
    """A module as an outline shows it; `place` counts from 1 without gaps.

    Where not all contents are at hand, `total` and `done` tell how many there are, and `url` leads to them.
    """

    pk: int
    title: str
    description: str
    place: int
    outline: list[Entry] = field(default_factory=list)
    total: int = 0
    done: int = 0
    url: str = ""


@dataclass(frozen=True)
class Outline:
    """What is in a course, as all its readers have it; a title is None where the item is gone."""

    modules: list[tuple[int, str, str]]
    """Key, title and description."""
    contents: list[tuple[int, str, str | None, int, int]]
    """Key, kind, title, module and item, in reading order."""


LONGEST = 300  # contents of an outline that is kept as a whole
OUTLINES: Family[Outline | None] = Family("outline")


def kept_outline(course: Course) -> Outline | None:
    """The outline of a course; None of a long one, as no page shows all of it at once: that it is long is kept.

    Takes a statement where it is not found, and another one for a course that came without its `contents_generation`.
    """

    def make() -> Outline | None:
        case = tuple(kind.content_type().pk for kind in kinds())
        ((modules, contents),) = WHOLE.ask(course.pk, case=case) or [([], [])]
        return outline_from(modules, contents) if len(contents) <= LONGEST else None

    return OUTLINES.get([course.pk], lambda: contents_generation_of(course), make)


def outline_of(course: Course) -> list[Part]:
    """The modules of a course with their contents; a content whose item is gone is left out."""
    return parts_of(kept_outline(course) or Outline(_modules(course), _contents(course)))


def parts_of(outline: Outline) -> list[Part]:
    """The modules of an outline with their contents, as `outline_of` gives them."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    for pk, kind, title, module_pk, _item in outline.contents:
        if title is not None:
            part = entries[module_pk]
            part.append(Entry(pk, kind, title, len(part) + 1, module_pk))
    return [
        Part(pk, title, description, place, entries[pk])
        for place, (pk, title, description) in enumerate(outline.modules, 1)
    ]


def _modules(course: Course) -> list[tuple[int, str, str]]:
    return MODULES.ask(course.pk)


def _contents(course: Course) -> list[tuple[int, str, str | None, int, int]]:
    """The contents in reading order; one statement for all kinds."""
    case = tuple(kind.content_type().pk for kind in kinds())
    return list(_with_kinds(CONTENTS.ask(course.pk, case=case)))


def _with_kinds(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, str, str | None, int, int]]:
    names = {kind.content_type().pk: kind.name for kind in kinds()}
    for pk, content_type, title, module, item in rows:
        yield pk, names[content_type], title, module, item


def _all_modules(_case: None, course: int) -> "QuerySet[Module, tuple[Any, ...]]":
    return Module.objects.filter(course=course).values_list("pk", "title", "description")


def _all_contents(_case: tuple[int, ...], course: int) -> "QuerySet[Content, tuple[Any, ...]]":
    """The question for the contents of a course; kinds are in it by the keys of their content types."""
    rows = Content.objects.shown().filter(module__course=course).with_titles()
    columns = "pk", "content_type", "shown_title", "module", "object_id"
    return rows.in_reading_order().values_list(*columns)


MODULES = PreparedRows(_all_modules)
CONTENTS = PreparedRows(_all_contents)


def listed_outline(most: int | None = None) -> dict[str, Listed]:
    """What to annotate courses with, so that `outline_from` can make the outline of each without a statement.

    Of at most so many contents each, where that is said.
    """
    modules = Module.objects.filter(course=OuterRef("pk")).order_by("order")
    contents = Content.objects.shown().filter(module__course=OuterRef("pk")).with_titles()
    columns = "pk", "content_type", "shown_title", "module", "object_id"
    return {
        "listed_modules": Listed(modules.values_list("pk", "title", "description")),
        "listed_contents": Listed(contents.in_reading_order()[:most].values_list(*columns)),
    }


def _whole(_case: tuple[int, ...], course: int) -> "QuerySet[Course, tuple[Any, ...]]":
    """The question for an outline; kinds are in it by the keys of their content types."""
    listed = listed_outline(LONGEST + 1)
    return Course.objects.filter(pk=course).order_by().annotate(**listed).values_list(*listed)


WHOLE = PreparedRows(_whole)


def outline_from(modules: list[Any], contents: list[Any]) -> Outline:
    """The outline that came with a course by `listed_outline`."""
    rows = [(pk, title, description) for pk, title, description in modules]
    return Outline(rows, list(_with_kinds(contents)))
