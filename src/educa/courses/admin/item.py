"""Items of every kind. Adding one asks for the module it comes last in."""

from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import kind_named, kinds
from educa.courses.models import (
    CaptionTrack,
    Content,
    File,
    Image,
    Module,
    Text,
    TextVersion,
    Video,
)
from educa.lib.quick_admin import PickOne, QuickAdmin, link_to

I = TypeVar("I", bound=ItemBase)  # noqa: E741


class KindAdmin(QuickAdmin[I]):
    """The administration of a kind. Kinds of other apps have this one, unless they register their own."""

    list_display = ["title", "place", "owner", "updated"]
    list_select_related = ["owner"]
    search_fields = ["title", "owner__username", "owner__display_name"]
    readonly_fields = ["owner", "place", "created", "updated"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[I]:
        return super().get_queryset(request).prefetch_related("contents__module__course")

    def get_form(
        self, request: HttpRequest, obj: I | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """The kind's own form, with the fields that it has no place for."""
        kind = kind_named(str(self.opts.model_name))
        form: type[forms.ModelForm[Any]] = kind.form if kind else self.form
        kwargs.setdefault("form", form if obj else _with_module(form))
        return super().get_form(request, obj, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: I | None = None) -> list[str]:
        """Who owns an item that is being made follows from its course."""
        return list(self.readonly_fields) if obj else []

    def save_model(self, request: HttpRequest, obj: I, form: Any, *args: Any) -> None:
        """An item that is new comes last in the module that was chosen, and belongs to its owner.

        One that is there keeps the owner that it has by now, if its course has just been handed over.
        """
        if not obj._state.adding:
            rows = type(obj)._base_manager.select_for_update()
            obj.owner_id = rows.values_list("owner", flat=True).get(pk=obj.pk)
            super().save_model(request, obj, form, *args)
            return
        module: Module = form.cleaned_data["module"]
        obj.owner = module.course.owner
        super().save_model(request, obj, form, *args)
        Content.objects.create(module=module, item=obj)

    @admin.display(description=_("place"))
    def place(self, item: I) -> str:
        contents = item.contents.all()
        return (
            link_to(contents[0], f"{contents[0].module.course}: {contents[0].module}")
            if contents
            else "–"
        )


def _with_module(form: Any) -> Any:
    field = forms.ModelChoiceField(
        Module.objects.select_related("course__owner"),
        label=_("Module"),
        widget=PickOne(Content._meta.get_field("module"), admin.site),
    )
    return type(form)(f"Placed{form.__name__}", (form,), {"module": field})


class CaptionTrackInline(admin.TabularInline[CaptionTrack, Video]):
    model = CaptionTrack
    extra = 0


@admin.register(Text)
class TextAdmin(KindAdmin[Text]):
    list_display = ["title", "format", "place", "owner", "updated"]
    list_filter = ["format"]


@admin.register(TextVersion)
class TextVersionAdmin(QuickAdmin[TextVersion]):
    """What texts said once: to be read, and to be deleted where it should not be kept."""

    list_display = ["title", "text", "author", "saved_at"]
    list_select_related = ["text", "author"]
    search_fields = ["title", "author__username", "author__display_name"]
    fields = ["text", "title", "content", "format", "author", "saved_at"]
    date_hierarchy = "saved_at"
    ordering = ["-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TextVersion | None = None) -> bool:
        return False


@admin.register(File)
class FileAdmin(KindAdmin[File]):
    list_display = ["title", "name", "media_type", "size", "place", "owner", "updated"]
    list_filter = ["media_type"]
    search_fields = [*KindAdmin.search_fields, "name"]
    readonly_fields = ["name", "media_type", "size", *KindAdmin.readonly_fields]


@admin.register(Image)
class ImageAdmin(KindAdmin[Image]):
    list_display = ["title", "alt", "width", "height", "place", "owner", "updated"]
    list_filter = ["decorative"]
    search_fields = [*KindAdmin.search_fields, "alt", "caption"]
    readonly_fields = ["width", "height", *KindAdmin.readonly_fields]


@admin.register(Video)
class VideoAdmin(KindAdmin[Video]):
    list_display = ["title", "url", "media_type", "duration", "place", "owner", "updated"]
    list_filter = ["media_type"]
    search_fields = [*KindAdmin.search_fields, "url"]
    readonly_fields = ["media_type", *KindAdmin.readonly_fields]
    inlines = [CaptionTrackInline]


@admin.register(CaptionTrack)
class CaptionTrackAdmin(QuickAdmin[CaptionTrack]):
    list_display = ["label", "language", "video"]
    list_filter = ["language"]
    list_select_related = ["video"]
    search_fields = ["label", "language", "video__title"]
    autocomplete_fields = ["video"]
    ordering = ["-pk"]


def register_other_kinds() -> None:
    """Give kinds of other apps their pages; to be called when every app has registered its own."""
    for kind in kinds():
        if not admin.site.is_registered(kind.model):
            admin.site.register(kind.model, KindAdmin)
