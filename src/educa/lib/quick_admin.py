"""Administration pages that stay quick when their tables are big."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import NestedObjects
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest
from django.db import models, router
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import ngettext

M = TypeVar("M", bound=models.Model)

MOST_DIGITS = 18  # of a key that every database takes
MOST_WORDS = 20  # of a search
MOST_NAMED = 50  # rows that a page asks about by name; the others it counts


def _can_be_key(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS


class PickOne(AutocompleteSelect):
    """Django's, but a value that can be no key is none, instead of an error 500."""

    def optgroups(self, name: str, value: Any, attr: dict[str, Any] | None = None) -> Any:
        keys = [key for key in value if _can_be_key(key)]
        return super().optgroups(name, keys, attr)


class PickSeveral(AutocompleteSelectMultiple):
    """Django's, but a value that can be no key is 0, which no row has, instead of an error 500."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        keys: list[str] = super().value_from_datadict(data, files, name) or []
        return [key if _can_be_key(key) else "0" for key in keys]


class LookupMixin:
    """For rows that have a number: what makes no sense is refused, instead of an error 500."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Django's. A day that no calendar has, or a number too long, is a wrong lookup as others are."""
        try:
            changelist: ChangeList = super().get_changelist_instance(request)  # type: ignore[misc]
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters from error
        return changelist

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Django's, by the first words: SQLite refuses a query of thousands of conditions."""
        term = " ".join(search_term.split()[:MOST_WORDS])
        found: tuple[Any, bool] = super().get_search_results(request, queryset, term)  # type: ignore[misc]
        return found

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's. Raises BadRequest for chosen rows whose key can be no key."""
        if not all(map(_can_be_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("no key")
        return super().response_action(request, *args, **kwargs)  # type: ignore[misc]


class QuickAdmin(LookupMixin, admin.ModelAdmin[M]):
    """Lists that don't count the whole table, and deletions that don't name every row below."""

    show_full_result_count = False
    list_per_page = 50

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PickOne(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PickSeveral(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_deleted_objects(
        self, objs: "models.QuerySet[M] | Sequence[M]", request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What would go: the chosen rows by name, all that goes with them in numbers.

        Django names each of these too, and asks the database for the names one by one.
        """
        if not objs:
            return [], {}, set(), []
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        counts: dict[str, int] = {}
        lacking: set[str] = set()
        model_objs: dict[Any, Any] = collector.model_objs
        for model, rows in model_objs.items():
            counts[str(model._meta.verbose_name_plural)] = len(rows)
            if not self._may_delete(model, request):
                lacking.add(str(model._meta.verbose_name))
        return _named(objs), counts, lacking, _named(collector.protected)

    def _may_delete(self, model: type[models.Model], request: HttpRequest) -> bool:
        if not self.admin_site.is_registered(model):
            return True
        return self.admin_site.get_model_admin(model).has_delete_permission(request)


def _named(rows: Iterable[models.Model]) -> list[str]:
    rows = list(rows)
    names: list[str] = [
        format_html("{}: {}", capfirst(row._meta.verbose_name), link_to(row))
        for row in islice(rows, MOST_NAMED)
    ]
    left = len(rows) - len(names)
    if left:
        names.append(ngettext("and %(count)d more", "and %(count)d more", left) % {"count": left})
    return names


def link_to(row: models.Model | None, text: Any = None) -> str:
    """The row's name as a link to its page in the administration; without one, the name alone."""
    if row is None:
        return "–"
    shown = str(row) if text is None else text
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    try:
        return format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), shown)
    except NoReverseMatch:
        return format_html("{}", shown)
