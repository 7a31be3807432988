"""The outline of a course: its modules and the titles of what stands in them, in two statements."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, Value

from educa.courses.kinds.registry import Kind, kind_named, kinds
from educa.courses.models import Course, Module


@dataclass
class Entry:
    """A content as an outline shows it; `place` counts from 1 without gaps."""

    pk: int
    kind: str
    title: str
    place: int
    module_pk: int
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
    """A module as an outline shows it; `place` counts from 1 without gaps."""

    pk: int
    title: str
    description: str
    place: int
    outline: list[Entry] = field(default_factory=list)


def outline_of(course: Course) -> list[Part]:
    """The modules of a course with their contents; a content whose item is gone is left out."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in _titles(course):
        rows[row[0]].append(row)
    modules = Module.objects.filter(course=course).values_list("pk", "title", "description")
    return [
        Part(
            pk, title, description, place,
            [Entry(row[2], row[3], row[4], number, pk) for number, row in enumerate(rows[pk], 1)],
        )
        for place, (pk, title, description) in enumerate(modules, 1)
    ]  # fmt: skip


def _titles(course: Course) -> Any:
    first, *others = [_titles_of(kind, course) for kind in kinds()]
    return first.union(*others, all=True).order_by("part", "place")


def _titles_of(kind: Kind, course: Course) -> Any:
    rows = kind.model._base_manager.filter(contents__module__course=course).order_by()
    return rows.annotate(
        part=F("contents__module_id"),
        place=F("contents__order"),
        content_pk=F("contents__pk"),
        kind_name=Value(kind.name, CharField()),
    ).values_list("part", "place", "content_pk", "kind_name", "title")
