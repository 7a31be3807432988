"""The page of one module: its contents in order, of all kinds or of one, and the other modules beside it."""

from collections import Counter
from itertools import pairwise
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.template import Context
from django.template.defaulttags import querystring
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.views.generic import TemplateView

from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import Content, Module
from educa.lib.fragments import fragments
from educa.lib.paths import path_to
from educa.studio.contents import of_known_kinds
from educa.studio.module_list import (
    Entry,
    Surroundings,
    entries_at,
    first_entries,
    surroundings_of,
)
from educa.studio.views.mixins import ModuleMixin

PER_PAGE = 100


class ModuleContentListView(ModuleMixin, TemplateView):
    """The contents of a module. Only the rows of one page of the list are read whole."""

    template_name = "studio/module/detail.html"
    http_method_names = ["get", "head", "options"]
    extra_context = {"tab": "outline"}

    surroundings: Surroundings

    def find_module(self, key: int) -> Module:
        """The module, read together with those beside it. Raises Http404."""
        found = surroundings_of(key, self.instructor)
        if found is None:
            raise Http404
        self.surroundings = found
        return found.module

    @cached_property
    def first(self) -> list[Entry]:
        """The contents of the first page, and one more where there are more."""
        return first_entries(self.module, PER_PAGE + 1)

    @cached_property
    def kind_of_key(self) -> dict[int, Kind]:
        """The kind of each content in the module, in order."""
        if len(self.first) <= PER_PAGE:
            return {entry.pk: entry.kind for entry in self.first}
        by_key = {kind.content_type().pk: kind for kind in kinds()}
        contents = of_known_kinds(Content.objects.filter(module=self.module.pk)).order_by("order")
        return {
            pk: by_key[content_type]
            for pk, content_type in contents.values_list("pk", "content_type")
        }

    @cached_property
    def chosen(self) -> Kind | None:
        """The one kind to list, or None for all."""
        name = self.request.GET.get("kind")
        return next((kind for kind in kinds() if kind.name == name), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows."""
        keys = [
            key
            for key, kind in self.kind_of_key.items()
            if self.chosen is None or kind == self.chosen
        ]
        page = self.page_of(keys)
        modules = self.surroundings.modules
        place = next(place for place, each in enumerate(modules) if each.is_current)
        return super().get_context_data(
            page=page,
            rows=self.rows(keys, page),
            modules=modules,
            siblings=self.siblings(),
            waiting=self.surroundings.waiting,
            place=place,
            is_first=place == 0,
            is_last=place + 1 == len(modules),
            additions=self.additions(),
            paths=self.paths(),
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

    def rows(self, keys: list[int], page: "Page[int]") -> SafeString:
        """The contents of that page of the list, with the places above and below what is listed.

        Those count from 0 in the module, as the step that moves a content does. A content that has lost its
        item is left out, as outlines leave it out.
        """
        places = {key: place for place, key in enumerate(self.kind_of_key)}
        above = {below: places[key] for key, below in pairwise(keys)}
        below = {key: places[below] for key, below in pairwise(keys)}
        opening = f"{querystring(Context(), self.request.GET, open=None) or '?'}&open=".replace(
            "?&", "?"
        )
        return fragments(
            "studio/module/content.html",
            (
                (
                    {
                        "kind": entry.kind,
                        "is_first": entry.pk not in above,
                        "is_last": entry.pk not in below,
                    },
                    {
                        "pk": entry.pk,
                        "title": entry.title,
                        "url": self.edit_url(entry),
                        "up": above.get(entry.pk, ""),
                        "down": below.get(entry.pk, ""),
                        "move_url": path_to("content_move", entry.pk),
                        "duplicate_url": path_to("content_duplicate", entry.pk),
                        "delete_url": path_to("module_content_delete", entry.pk),
                        "open_url": f"{opening}{entry.pk}#content-{entry.pk}",
                        "panel": self.panel_of(entry),
                    },
                )
                for entry in self.listed(page)
                if entry.title is not None
            ),
        )

    def listed(self, page: "Page[int]") -> list[Entry]:
        """The contents with the keys of that page."""
        wanted = set(page)
        known = [entry for entry in self.first if entry.pk in wanted]
        return known if len(known) == len(wanted) else entries_at(self.module, list(page))

    def edit_url(self, entry: Entry) -> str:
        """The page on which the content is edited."""
        return path_to("module_content_update", self.module.pk, entry.kind.name, entry.item)

    def panel_of(self, entry: Entry) -> str:
        """Where this content is renamed and moved elsewhere, if its panel is open."""
        if self.request.GET.get("open") != str(entry.pk):
            return ""
        context = {
            "pk": str(entry.pk),
            "title": entry.title,
            "move_url": path_to("content_move", entry.pk),
            "module": self.module,
            "modules": self.surroundings.modules,
        }
        return render_to_string("studio/module/content_panel.html", context, self.request)

    def siblings(self) -> SafeString:
        """The modules of the course in order."""
        return fragments(
            "studio/module/sibling.html",
            (
                (
                    {"is_current": each.is_current},
                    {"url": each.url, "number": number, "title": each.title},
                )
                for number, each in enumerate(self.surroundings.modules, 1)
            ),
        )

    def additions(self) -> SafeString:
        """Every kind, with the page on which a content of it is made for this module."""
        paths = {
            kind: path_to("module_content_create", self.module.pk, kind.name) for kind in kinds()
        }
        rows = (({"kind": kind}, {"url": path}) for kind, path in paths.items())
        return fragments("studio/module/addition.html", rows)

    def paths(self) -> dict[str, str]:
        """Where the forms and scripts of the page send what they send."""
        return {
            "edit": path_to("module_edit", self.module.pk),
            "move": path_to("module_move", self.module.pk),
            "delete": path_to("module_delete", self.module.pk),
            "here": path_to("module_content_list", self.module.pk),
            "upload": path_to("upload_create", self.course.pk),
        }

    def facets(self) -> SafeString:
        """The kinds that are in the module, with how many of each; nothing if there is but one."""
        numbers = Counter(self.kind_of_key.values())
        found: list[tuple[Kind | None, int]] = [
            (kind, numbers[kind]) for kind in kinds() if numbers[kind]
        ]
        found = [(None, len(self.kind_of_key)), *found] if len(found) > 1 else []
        return fragments(
            "studio/module/facet.html",
            (
                (
                    {"kind": kind, "is_chosen": kind == self.chosen},
                    {"url": self.listing(kind), "number": number},
                )
                for kind, number in found
            ),
        )

    def listing(self, kind: Kind | None) -> str:
        """This page with the contents of one kind, or of all."""
        name = kind.name if kind else None
        found: str = querystring(
            Context(), self.request.GET, kind=name, page=None, content=None, open=None
        )
        return found
