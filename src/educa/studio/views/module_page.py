"""The page of one module: its contents in order, of all kinds or of one, and the other modules beside it."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import Content, Module
from educa.studio.contents import Row, of_known_kinds, rows_of
from educa.studio.views.mixins import ModuleMixin

PER_PAGE = 100


@dataclass(frozen=True)
class Placed:
    """A content in the list, its place in the module from 1, and the places above and below what is listed.

    Those two count from 0, as the step that moves a content does; None at the ends of the list.
    """

    row: Row
    place: int
    up: int | None
    down: int | None


class ModuleContentListView(ModuleMixin, TemplateView):
    """The contents of a module. Only the rows of one page of the list are read whole."""

    template_name = "studio/module/detail.html"
    http_method_names = ["get", "head", "options"]
    extra_context = {"tab": "outline"}

    @cached_property
    def kind_of_key(self) -> dict[int, int]:
        """The key of the kind of each content in the module, in order."""
        contents = of_known_kinds(Content.objects.filter(module=self.module)).order_by("order")
        return dict(contents.values_list("pk", "content_type"))

    @cached_property
    def chosen(self) -> Kind | None:
        """The one kind to list, or None for all."""
        name = self.request.GET.get("kind")
        return next((kind for kind in kinds() if kind.name == name), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows."""
        keys = list(self.kind_of_key)
        if self.chosen:
            key = self.chosen.content_type().pk
            keys = [pk for pk, content_type in self.kind_of_key.items() if content_type == key]
        page = self.page_of(keys)
        modules = list(Module.objects.filter(course=self.course).only("title"))
        place = next((place for place, each in enumerate(modules) if each == self.module), 0)
        return super().get_context_data(
            page=page,
            rows=self.placed(keys, page),
            opened=self.request.GET.get("open"),
            modules=modules,
            place=place,
            kinds=kinds(),
            chosen=self.chosen,
            facets=self.facets(),
            total=len(self.kind_of_key),
            **kwargs,
        )

    def page_of(self, keys: list[int]) -> "Page[int]":
        """The page of the list that is asked for: by its number, or by a content on it."""
        number: Any = self.request.GET.get("page")
        wanted = self.request.GET.get("content", "")
        for index, key in enumerate(keys):
            if str(key) == wanted:
                number = index // PER_PAGE + 1
        return Paginator(keys, PER_PAGE).get_page(number)

    def placed(self, keys: list[int], page: "Page[int]") -> list[Placed]:
        """The contents of that page of the list."""
        places = {key: place for place, key in enumerate(self.kind_of_key)}
        above = {below: places[key] for key, below in pairwise(keys)}
        below = {key: places[below] for key, below in pairwise(keys)}
        rows = rows_of(
            of_known_kinds(Content.objects.filter(module=self.module, pk__in=list(page)))
        )
        return [
            Placed(row, places[key] + 1, above.get(key), below.get(key))
            for row in rows
            for key in [row.content.pk]
        ]

    def facets(self) -> list[tuple[Kind, int]]:
        """The kinds that are in the module, with how many of each."""
        numbers = Counter(self.kind_of_key.values())
        found = [(kind, numbers[kind.content_type().pk]) for kind in kinds()]
        return [(kind, number) for kind, number in found if number]
