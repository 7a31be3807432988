"""The outline of a course: its modules and the titles of what stands in them, in two statements."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from educa.courses.kinds.registry import kind_named, kinds
from educa.courses.models import Content, Course, Module


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


def outline_of(course: Course) -> list[Part]:
    """The modules of a course with their contents; a content whose item is gone is left out."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    for pk, module_pk, kind, title in _titles(course):
        part = entries[module_pk]
        part.append(Entry(pk, kind, title, len(part) + 1, module_pk))
    modules = Module.objects.filter(course=course).values_list("pk", "title", "description")
    return [
        Part(pk, title, description, place, entries[pk])
        for place, (pk, title, description) in enumerate(modules, 1)
    ]


def _titles(course: Course) -> Iterator[tuple[int, int, str, str]]:
    """Key, module, kind and title of each content, in reading order; one statement for all kinds."""
    names = {kind.content_type().pk: kind.name for kind in kinds()}
    rows = Content.objects.filter(module__course=course).with_titles()
    ordered = rows.order_by("module", "order")
    columns = "pk", "module", "content_type", "shown_title"
    for pk, module, content_type, title in ordered.values_list(*columns):
        if title is not None:
            yield pk, module, names[content_type], title
