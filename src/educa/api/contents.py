"""The contents of a course, as its readers have them."""

from collections import defaultdict
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Course, Module
from educa.courses.rendering import rendered_item

HIDDEN = {"id", "owner", "title", "created", "updated"}


def data_of(item: ItemBase, request: Request) -> dict[str, Any]:
    """What is in the fields of an item, whatever its kind; of a file its address."""
    found: dict[str, Any] = {}
    for field in item._meta.concrete_fields:
        if field.name in HIDDEN or field.is_relation:
            continue
        value = field.value_from_object(item)
        if isinstance(value, FieldFile):
            value = request.build_absolute_uri(value.url) if value else None
        elif not isinstance(value, str | int | float | bool | None):
            value = field.value_to_string(item)
        found[field.name] = value
    return found


class ContentSerializer(serializers.ModelSerializer[Content]):
    """A content with its item: rendered, and its data by the fields of its kind."""

    kind = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    item = serializers.SerializerMethodField(help_text="The item as HTML, as the player shows it.")
    data = serializers.SerializerMethodField(  # type: ignore[assignment]  # the name that the API gives it
        help_text="The fields of the item; files as addresses."
    )

    class Meta:
        model = Content
        fields = ["id", "order", "kind", "title", "item", "data"]
        read_only_fields = fields

    def get_kind(self, content: Content) -> str:
        """The word for the kind."""
        return content.content_type.model

    def get_title(self, content: Content) -> str:
        """The title of the item; empty where it is gone."""
        return str(content.item.title) if isinstance(content.item, ItemBase) else ""

    def get_item(self, content: Content) -> str:
        """The item as HTML."""
        item = content.item if isinstance(content.item, ItemBase) else None
        return str(rendered_item(content.pk, item))

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_data(self, content: Content) -> dict[str, Any]:
        """The fields of the item."""
        item = content.item
        return data_of(item, self.context["request"]) if isinstance(item, ItemBase) else {}


class ModuleWithContentsSerializer(serializers.ModelSerializer[Module]):
    """A module with what stands in it."""

    contents = ContentSerializer(many=True, read_only=True)

    class Meta:
        model = Module
        fields = ["id", "order", "title", "description", "contents"]
        read_only_fields = fields


def modules_with_contents(course: Course) -> list[Module]:
    """All modules of a course with contents and items; one statement for each kind."""
    modules = list(Module.objects.filter(course=course).order_by("order"))
    rows = Content.objects.shown().filter(module__course=course).order_by("order")
    contents = list(rows.select_related("content_type"))
    models.prefetch_related_objects(contents, "item")
    by_module: dict[int, list[Content]] = defaultdict(list)
    for content in contents:
        by_module[content.module_id].append(content)
    for module in modules:
        setattr(module, "_prefetched_objects_cache", {"contents": by_module[module.pk]})  # noqa: B010 - Django's types hide it
    return modules


def kind_names() -> list[str]:
    """The words for the kinds of content there are."""
    return [kind.name for kind in kinds()]
