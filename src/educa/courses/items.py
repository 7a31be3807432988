"""The items of contents, read by statements that are put into SQL once."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import kind_named
from educa.courses.models import Content
from educa.lib.prepared import PreparedRows

if TYPE_CHECKING:
    from django.db.models import QuerySet

Case = tuple[type[ItemBase], tuple[str, ...]]
CaseOfCourse = tuple[type[ItemBase], tuple[str, ...], int]


def item_at(model: type[ItemBase], key: int) -> ItemBase | None:
    """As `first` of a queryset; takes one statement."""
    return next(iter(_read(ITEM, model, key)), None)


def items_of_course(course: int, names: Iterable[str]) -> dict[tuple[str, int], ItemBase]:
    """All items of these kinds that stand in the course, with what they are shown with, by kind and key.

    For each kind it takes a statement, and one for each relation that it is shown with. A name that is no kind's is
    passed over.
    """
    found: dict[tuple[str, int], ItemBase] = {}
    for name in names:
        if kind := kind_named(name):
            items = list(_read(ITEMS, kind.model, course, kind.content_type().pk))
            models.prefetch_related_objects(items, *kind.model.shown_with)
            found.update(((name, item.pk), item) for item in items)
    return found


def digest_of(item: ItemBase) -> bytes:
    """A digest of all fields of the item, and of the rows that it is shown with."""
    said = [
        [row._meta.label, *(_said(row, field) for field in row._meta.concrete_fields)]
        for row in _rows_of(item)
    ]
    return sha256(repr(said).encode("utf-8", "surrogatepass")).digest()


def _said(row: models.Model, field: "models.Field[Any, Any]") -> Any:
    value = field.value_from_object(row)
    return value if isinstance(value, str | int | None) else field.value_to_string(row)


def _rows_of(item: ItemBase) -> Iterator[models.Model]:
    yield item
    for path in item.shown_with:
        rows: list[Any] = [item]
        for name in path.split("__"):
            rows = [each for row in rows for each in _related(row, name)]
            yield from rows


def _related(row: models.Model, name: str) -> Iterable[models.Model]:
    value = getattr(row, name)
    if isinstance(value, models.Manager):
        return value.all()
    return () if value is None else (value,)


def _read(rows: PreparedRows, model: type[ItemBase], key: int, *case: int) -> "Iterable[ItemBase]":
    columns = tuple(field.attname for field in model._meta.concrete_fields)
    for row in rows.ask(key, case=(model, columns, *case)):
        yield model.from_db(connection.alias, columns, row)


def _one_item(case: Case, key: int) -> "QuerySet[ItemBase, tuple[Any, ...]]":
    model, columns = case
    return model._base_manager.filter(pk=key).order_by().values_list(*columns)


def _items_of_course(case: CaseOfCourse, course: int) -> "QuerySet[ItemBase, tuple[Any, ...]]":
    model, columns, content_type = case
    there = Content.objects.filter(module__course=course, content_type=content_type)
    rows = model._base_manager.filter(pk__in=there.values("object_id"))
    return rows.order_by().values_list(*columns)


ITEM = PreparedRows(_one_item)
ITEMS = PreparedRows(_items_of_course)
