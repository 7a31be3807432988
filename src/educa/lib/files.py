"""File fields whose files live and die with their rows."""

import weakref
from functools import partial
from typing import Any

from django.core.files.storage import Storage
from django.db import models, router, transaction
from django.db.models.fields.files import FieldFile


class _Written:
    """A file written inside a transaction: kept on commit, deleted when the commit can't come any more.

    Django tells nobody about a rollback, but drops the callbacks that wait for the commit. The only
    reference to this object is such a callback, so that being dropped is the news.
    """

    def __init__(self, storage: Storage, name: str) -> None:
        self._undo = weakref.finalize(self, storage.delete, name)

    def __call__(self) -> None:
        self._undo.detach()


def delete_on_rollback(storage: Storage, name: str, using: str) -> None:
    """Let the file of that name go unless the transaction is committed; it may be written after this."""
    transaction.on_commit(_Written(storage, name), using=using)


class StoredFileField(models.FileField):
    """A FileField that leaves no file without a row.

    The file goes when the row is deleted in any way that sends signals (page, admin, cascade), when
    another file takes its place, and when the transaction that wrote it is rolled back. Names are
    random and never shared between rows, so that each file has exactly one owner; the index finds the
    owner by the name.

    A subclass may keep more files beside that one, with names that follow from its name: `names_of`
    says which, `prepare` makes them and `write_beside` stores them. They live and die together.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """A field that takes names of any length, since what is stored has a made-up one."""
        return super().formfield(**{"max_length": None, **kwargs})

    def contribute_to_class(
        self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any
    ) -> None:
        super().contribute_to_class(cls, name, *args, **kwargs)
        if not cls._meta.abstract:
            models.signals.post_delete.connect(self._delete_with_row, sender=cls)

    def pre_save(self, model_instance: models.Model, add: bool) -> FieldFile:  # noqa: FBT001 - Django's
        replaced = None if add else self._stored_name(model_instance)
        fresh = is_fresh(getattr(model_instance, self.attname))
        if fresh:
            self.prepare(model_instance)
        file: FieldFile = super().pre_save(model_instance, add)
        using = model_instance._state.db or router.db_for_write(type(model_instance))
        if fresh and file:
            # Before the others are written, so that they go should one of them fail.
            for name in self.names_of(str(file.name)):
                delete_on_rollback(file.storage, name, using)
            self.write_beside(file)
        if replaced and replaced != file.name:
            self._delete_on_commit(file.storage, replaced, using)
        return file

    def prepare(self, instance: models.Model) -> None:
        """Do what takes long with a fresh file; called before the transaction where there is none yet."""

    def names_of(self, name: str) -> list[str]:
        """Every file that may stand for the stored one of that name."""
        return [name]

    def write_beside(self, file: FieldFile) -> None:
        """Store the other files of `names_of`; the first is stored."""

    def _stored_name(self, instance: models.Model) -> str:
        rows = type(instance)._base_manager.filter(pk=instance.pk)
        return rows.values_list(self.attname, flat=True).first() or ""

    def _delete_with_row(self, instance: models.Model, using: str, **kwargs: Any) -> None:
        file: FieldFile = getattr(instance, self.attname)
        if file:
            self._delete_on_commit(file.storage, str(file.name), using)

    def _delete_on_commit(self, storage: Storage, name: str, using: str) -> None:
        for each in self.names_of(name):
            transaction.on_commit(partial(storage.delete, each), using=using)


def names_of(field: models.FileField, name: str) -> list[str]:
    """Every file that may stand for the stored one of that name, whatever the field is."""
    return field.names_of(name) if isinstance(field, StoredFileField) else [name]


def is_fresh(file: FieldFile) -> bool:
    """Whether there are bytes that the storage does not have yet."""
    return bool(file) and not file._committed  # type: ignore[attr-defined]


class SavedWhole(models.Model):
    """A base for models with stored files: a file whose row can't be saved goes, outside of transactions too."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """One transaction, which on SQLite nobody else can write beside, so files are prepared before it."""
        deferred = self.get_deferred_fields()
        for field in self._meta.concrete_fields:
            if isinstance(field, StoredFileField) and field.attname not in deferred:
                field.prepare(self)
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)
