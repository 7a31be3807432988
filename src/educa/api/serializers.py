"""What all serializers have in common."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from educa.accounts.models import User


def unknown_fields(given: Iterable[str], known: Container[str]) -> dict[str, list[str]]:
    """What to say of the fields that are given and not known; nothing where all are."""
    words = _("This field is not known, or can’t be changed.")
    return {name: [words] for name in given if name not in known}


class StrictMixin:
    """A field that is not known, or can't be written, is refused and not passed over."""

    fields: Any

    def to_internal_value(self, data: Any) -> Any:
        """What is valid. Raises ValidationError."""
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := unknown_fields(data, writable):
                raise serializers.ValidationError(unknown, code="unknown")
        return super().to_internal_value(data)  # type: ignore[misc]


class StrictSerializer(StrictMixin, serializers.Serializer[Any]):
    """A serializer of its own fields."""


class StrictModelSerializer(StrictMixin, serializers.ModelSerializer[Any]):
    """A serializer of a model's fields."""


class PersonSerializer(serializers.ModelSerializer[User]):
    """Somebody as others see them."""

    name = serializers.CharField(source="shown_name", read_only=True)

    class Meta:
        model = User
        fields = ["username", "name"]
        read_only_fields = fields


def address_of(file: FieldFile, request: Request) -> str | None:
    """Where the site gives the file to who may have it, wherever it is stored; None for no file."""
    return request.build_absolute_uri(reverse("media", args=[file.name])) if file else None
