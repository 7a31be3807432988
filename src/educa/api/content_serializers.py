"""How contents are told of: with their items, rendered, and the fields of their kinds."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Module
from educa.courses.rendering import rendered_item
from educa.lib.paths import path_of

HIDDEN = {"id", "owner", "title", "created", "updated"}


def data_of(item: ItemBase, origin: str) -> dict[str, Any]:
    """What is in the fields of an item, whatever its kind; of a file its address, below that of the site."""
    found: dict[str, Any] = {}
    for field in item._meta.concrete_fields:
        if field.name in HIDDEN or field.is_relation:
            continue
        value = field.value_from_object(item)
        if isinstance(value, FieldFile):
            value = origin + path_of("media", value.name) if value.name else None
        elif not isinstance(value, str | int | float | bool | None):
            value = field.value_to_string(item)
        found[field.name] = value
    return found


def site_of(request: Request) -> str:
    """The address of the site by which it was asked for, without a slash at its end."""
    return request.build_absolute_uri("/")[:-1]


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
        return data_of(item, site_of(self.context["request"])) if isinstance(item, ItemBase) else {}


class PlacedContentSerializer(ContentSerializer):
    """A content by itself, with where it stands."""

    course = serializers.IntegerField(source="module.course_id", read_only=True)
    module = serializers.IntegerField(source="module_id", read_only=True)
    created = serializers.SerializerMethodField(help_text="When its item was made.")
    updated = serializers.SerializerMethodField(help_text="When its item was last changed.")

    class Meta(ContentSerializer.Meta):
        fields = [
            "id",
            "course",
            "module",
            "order",
            "kind",
            "title",
            "item",
            "data",
            "created",
            "updated",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_created(self, content: Content) -> Any:
        """Null where the item is gone."""
        return _time(content, "created")

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_updated(self, content: Content) -> Any:
        """Null where the item is gone."""
        return _time(content, "updated")


def _time(content: Content, name: str) -> Any:
    moment = getattr(content.item, name, None)
    return serializers.DateTimeField().to_representation(moment) if moment else None


class ModuleWithContentsSerializer(serializers.ModelSerializer[Module]):
    """A module with what stands in it."""

    contents = ContentSerializer(many=True, read_only=True)

    class Meta:
        model = Module
        fields = ["id", "order", "title", "description", "contents"]
        read_only_fields = fields


def fetch_items(contents: Iterable[Content]) -> None:
    """Fetch the items of contents with all that is shown of them; a fixed number of statements by kind."""
    rows = list(contents)
    models.prefetch_related_objects(rows, "item")
    for kind in kinds():
        items = [row.item for row in rows if isinstance(row.item, kind.model)]
        models.prefetch_related_objects(items, *kind.model.shown_with)
