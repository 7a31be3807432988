"""The outline of a course as its editor shows it, in a constant number of statements.

Unlike what students see, it has every content that takes a place, those too whose kind or item is gone:
they can still be moved and deleted.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.urls import reverse

from educa.courses.kinds.findings import Matter
from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import Content, Course, Module
from educa.courses.models.content import ContentQuerySet

AT_ONCE = (
    300  # rows that a page brings along; a longer outline gives contents when they are asked for
)
MODULES = 500  # on a page
CONTENTS = 200  # of one module that are given when they are asked for


@dataclass(frozen=True)
class ContentRow:
    """A content; without a kind when that, or the item, is gone."""

    pk: int
    title: str
    kind: Kind | None
    url: str
    matters: list[Matter] = field(default_factory=list)


@dataclass(frozen=True)
class ModuleRow:
    """A module with some or all of its contents.

    `contents` is None while they have to be asked for; `total` says how many there are.
    """

    pk: int
    title: str
    description: str
    total: int
    contents: list[ContentRow] | None
    start: int = 0

    @property
    def more(self) -> int:
        """How many contents come after those that are here."""
        return self.total - self.start - len(self.contents or ())

    @property
    def additions(self) -> list[tuple[Kind, str]]:
        """Every kind of content, with the page on which one is made for this module."""
        return [
            (kind, reverse("module_content_create", args=[self.pk, kind.name])) for kind in kinds()
        ]


class OutlinePage(Page[ModuleRow]):
    """Modules of a course in order; of a long outline they come without their contents."""

    def __init__(
        self, rows: list[ModuleRow], of: "Page[tuple[int, str, str]]", *, is_long: bool
    ) -> None:
        super().__init__(rows, of.number, of.paginator)  # type: ignore[arg-type]  # its rows are bare
        self.is_long = is_long

    @property
    def elsewhere(self) -> int:
        """How many modules are on other pages."""
        return self.paginator.count - len(self.object_list)


def page_of(course: Course, number: str, module: str) -> OutlinePage:
    """The modules of the page of that number, or of the page with the module of that key.

    They come with their contents unless all together are too many; then only that module does.
    """
    modules = Module.objects.filter(course=course)
    contents = Content.objects.filter(module__course=course)
    counted = contents.order_by().values_list("module").annotate(total=Count("pk"))
    totals: dict[int, int] = dict(counted)
    keys = list(modules.values_list("pk", flat=True)) if module else []
    opened = next((key for key in keys if str(key) == module), None)
    paginator = Paginator(modules.values_list("pk", "title", "description"), MODULES)
    page = paginator.get_page(number or (keys.index(opened) // MODULES + 1 if opened else 1))
    is_long = paginator.count + sum(totals.values()) > AT_ONCE
    if is_long:
        contents = contents.filter(module=opened)
    found = _by_module(contents.order_by("module", "order")[:AT_ONCE])
    rows = [
        ModuleRow(
            pk,
            title,
            description,
            totals.get(pk, 0),
            found[pk] if pk == opened or not is_long else None,
        )
        for pk, title, description in page.object_list
    ]
    return OutlinePage(rows, page, is_long=is_long)


def row_of(module: Module, start: int = 0) -> ModuleRow:
    """One module, with its contents from that place on, which counts from 0."""
    contents = Content.objects.filter(module=module)
    found = _by_module(contents.order_by("order")[start : start + CONTENTS])
    return ModuleRow(
        module.pk,
        module.title,
        module.description,
        contents.count(),
        found[module.pk],
        start,
    )


def _by_module(contents: ContentQuerySet) -> defaultdict[int, list[ContentRow]]:
    """Some hundred contents by the key of their module: one statement, and those that find what is missing."""
    names = ("pk", "module", "content_type", "object_id", "shown_title")
    columns: Any = contents.with_titles().values_list(*names)
    items: dict[int, list[int]] = defaultdict(list)
    for _pk, _module, content_type, item, _title in columns:
        items[content_type].append(item)
    known = {kind.content_type().pk: kind for kind in kinds()}
    matters = {key: _matters(known[key], items[key]) for key in items.keys() & known.keys()}
    found: defaultdict[int, list[ContentRow]] = defaultdict(list)
    for pk, module, content_type, item, title in columns:
        kind = known.get(content_type)
        if kind is None or title is None:
            found[module].append(ContentRow(pk, "", None, ""))
        else:
            url = reverse("module_content_update", args=[module, kind.name, item])
            found[module].append(ContentRow(pk, title, kind, url, matters[content_type][item]))
    return found


def _matters(kind: Kind, keys: list[int]) -> dict[int, list[Matter]]:
    found: dict[int, list[Matter]] = defaultdict(list)
    for finding in kind.model.findings(kind.model._base_manager.filter(pk__in=keys)):
        found[finding.item].append(finding.matter)
    return found
