"""The plain fields of items as JSON, and back: whatever kind they are of.

What a package may say of an item is what its author may edit, and no more: never its keys, its owner,
its times, what the model computes, or where its files are kept.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from educa.courses.kinds.base import ItemBase

Field = models.Field[Any, Any]


def plain_fields(model: type[ItemBase]) -> list[Field]:
    """The fields that hold neither a file nor another row, and that people edit."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable
        and not field.unique  # keys, and what no copy could have too
        and not field.is_relation
        and not isinstance(field, models.FileField)
    ]


def file_fields(model: type[ItemBase]) -> list[models.FileField]:
    """The fields that hold files."""
    return [f for f in model._meta.concrete_fields if isinstance(f, models.FileField)]


def to_json(item: ItemBase) -> dict[str, Any]:
    """What the plain fields of an item say."""
    return {field.name: _written(field, item) for field in plain_fields(type(item))}


def _written(field: Field, item: ItemBase) -> Any:
    value = field.value_from_object(item)
    if value is None or isinstance(field, models.JSONField) or type(value) in {bool, int, float}:
        return value
    return str(value) if isinstance(value, str) else field.value_to_string(item)


def set_from_json(item: ItemBase, values: dict[str, Any]) -> None:
    """Give an item what a package says. Raises ValidationError for what its fields don't take.

    A field of which the package says nothing stays as it is, and what is no such field is passed over.
    """
    for field in plain_fields(type(item)):
        if field.name in values:
            value = values[field.name]
            if not _fits(field, value):
                raise ValidationError(
                    _("What the package says of “%(field)s” is no value of that kind.")
                    % {"field": field.verbose_name}
                )
            setattr(item, field.attname, field.clean(value, item))


def _fits(field: Field, value: Any) -> bool:
    """Whether the value is of the JSON type that the field is written as."""
    if value is None:
        return field.null
    if isinstance(field, models.JSONField):
        return True
    if isinstance(field, models.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, models.IntegerField):
        return type(value) is int
    if isinstance(field, models.FloatField):
        return type(value) in {int, float}
    return isinstance(value, str)
