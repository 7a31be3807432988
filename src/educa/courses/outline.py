"""The outline of a course: its modules and the titles of what stands in them, in two statements."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Case, OuterRef, Subquery, When

from educa.courses.kinds.registry import Kind, kind_named, kinds
from educa.courses.models import Content, Course, Module


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
    # From the contents to the items, and not the other way: the contents of one course are few.
    titles = Case(*[_title_of(kind) for kind in kinds()])
    rows = Content.objects.filter(module__course=course).annotate(shown_title=titles)
    ordered = rows.order_by("module", "order")
    for pk, module, content_type, title in ordered.values_list(
        "pk", "module", "content_type", "shown_title"
    ):
        if title is not None:
            yield pk, module, names[content_type], title


def _title_of(kind: Kind) -> When:
    rows = kind.model._base_manager.filter(pk=OuterRef("object_id")).order_by()
    return When(content_type=kind.content_type().pk, then=Subquery(rows.values("title")))
