"""Contents: which item stands where."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.registry import kind_named, kinds
from educa.courses.models import Content, Module
from educa.lib.quick_admin import QuickAdmin, link_to


class KindFilter(admin.SimpleListFilter):
    """Contents of one kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(
        self, request: HttpRequest, model_admin: ModelAdmin[Any]
    ) -> Iterable[tuple[str, str]]:
        return [(kind.name, kind.label) for kind in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = kind_named(self.value() or "")
        return queryset.filter(content_type=kind.content_type()) if kind else queryset


class ContentAdminForm(forms.ModelForm[Content]):
    """A content moves within its course only: there are students who have finished it."""

    class Meta:
        model = Content
        fields = ["module"]

    def clean_module(self) -> Module:
        module: Module = self.cleaned_data["module"]
        stored = Content.objects.select_related("module__course").get(pk=self.instance.pk)
        if module.course_id != stored.module.course_id:
            raise ValidationError(
                _("Choose another module of “%(course)s”."), params={"course": stored.module.course}
            )
        return module


@admin.register(Content)
class ContentAdmin(QuickAdmin[Content]):
    """Contents are made with their items, on the pages of the kinds."""

    form = ContentAdminForm
    list_display = ["__str__", "kind", "module", "course", "order"]
    list_filter = [KindFilter]
    list_select_related = ["content_type", "module__course"]
    search_fields = ["module__title", "module__course__title"]
    autocomplete_fields = ["module"]
    fields = ["module", "course", "kind", "item_link", "order"]
    readonly_fields = ["course", "kind", "item_link", "order"]
    ordering = ["-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Content]:
        return super().get_queryset(request).prefetch_related("item")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Content], search_term: str
    ) -> tuple[QuerySet[Content], bool]:
        """Also find contents by the title of their item."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, has_duplicates
        titled = Q()
        for kind in kinds():
            items = kind.model._base_manager.filter(title__icontains=search_term)
            titled |= Q(content_type=kind.content_type(), object_id__in=items.values("pk"))
        return found | queryset.filter(titled), has_duplicates

    @admin.display(description=_("kind"))
    def kind(self, content: Content) -> str:
        return content.content_type.name

    @admin.display(description=_("course"))
    def course(self, content: Content) -> str:
        return link_to(content.module.course)

    @admin.display(description=_("item"))
    def item_link(self, content: Content) -> str:
        return link_to(content.item)
