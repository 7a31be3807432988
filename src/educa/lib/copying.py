"""Copies of rows, each with files of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.files.storage import Storage
from django.db import models, router

from educa.lib.files import StoredFileField, delete_on_rollback
from educa.lib.storage import another_name

M = TypeVar("M", bound=models.Model)


Changes = Callable[[M], Mapping[str, Any]]
"""What is to be different in the copy of a row, by the names of its fields."""


def copy_rows(rows: Sequence[M], changes: Changes[M]) -> list[M]:
    """Copies of rows of one model as `copies_of` makes them, saved in the same order.

    `save` of the model is not called: what it would check was checked when the originals were saved.
    """
    copies = copies_of(rows, changes)
    if not copies:
        return []
    model = type(copies[0])
    if model._meta.parents:  # such rows can't be written many at a time
        for copy in copies:
            copy.save()
        return copies
    return list(model._base_manager.bulk_create(copies))


def copies_of(rows: Sequence[M], changes: Changes[M]) -> list[M]:
    """Copies of rows of one model, not saved yet, whose files are copied already.

    Plain fields are copied; those that are unique get their default. To be called in a transaction: unless
    it is committed, the files go.
    """
    if not rows:
        return []
    model = type(rows[0])
    using = router.db_for_write(model)
    files = {field.attname: _copied_files(field, rows, using) for field in _file_fields(model)}
    copies = []
    for row in rows:
        values = _plain_values(row)
        values |= {name: names.get(str(values[name]), "") for name, names in files.items()}
        copy = model(**values)
        for name, value in changes(row).items():
            setattr(copy, name, value)
        copies.append(copy)
    return copies


def names_of_copies(rows: Iterable[M], copies: Iterable[M]) -> dict[str, str]:
    """What the files of these rows are called in their copies."""
    names = {}
    for row, copy in zip(rows, copies, strict=True):
        for field in _file_fields(type(row)):
            names[str(getattr(row, field.attname))] = str(getattr(copy, field.attname))
    names.pop("", None)
    return names


def _file_fields(model: type[models.Model]) -> list[models.FileField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.FileField)]


def _plain_values(row: models.Model) -> dict[str, Any]:
    values = {}
    for field in row._meta.concrete_fields:
        if not field.primary_key and not getattr(field, "generated", False):
            kept = not field.unique
            values[field.attname] = getattr(row, field.attname) if kept else field.get_default()
    return values


def _copied_files(field: models.FileField, rows: Iterable[M], using: str) -> dict[str, str]:
    """Copy the files of one field; the names of the copies by those of the originals.

    A file that the storage has lost is lost to the copy too.
    """
    found = [str(getattr(row, field.attname)) for row in rows]
    copies = {name: another_name(name) for name in found if name}
    names: dict[str, str] = {}
    for name, copy in copies.items():
        names |= zip(_names_of(field, name), _names_of(field, copy), strict=True)
    for copy in names.values():
        delete_on_rollback(field.storage, copy, using)
    _copy_stored(field.storage, names)
    return copies


def _names_of(field: models.FileField, name: str) -> list[str]:
    return field.names_of(name) if isinstance(field, StoredFileField) else [name]


def _copy_stored(storage: Storage, names: Mapping[str, str]) -> None:
    """By the storage itself, if it knows how to; else byte by byte."""
    if hasattr(storage, "copy_all"):
        storage.copy_all(names)
        return
    for name, copy in names.items():
        if storage.exists(name):
            with storage.open(name) as file:
                storage.save(copy, file)
