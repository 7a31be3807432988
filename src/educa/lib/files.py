"""File fields whose files live and die with their rows."""

import weakref
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


class StoredFileField(models.FileField):
    """A FileField that leaves no file without a row.

    The file goes when the row is deleted in any way that sends signals (page, admin, cascade), when
    another file takes its place, and when the transaction that wrote it is rolled back. Names are
    random and never shared between rows, so that each file has exactly one owner; the index finds the
    owner by the name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def contribute_to_class(
        self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any
    ) -> None:
        super().contribute_to_class(cls, name, *args, **kwargs)
        if not cls._meta.abstract:
            models.signals.post_delete.connect(self._delete_with_row, sender=cls)

    def pre_save(self, model_instance: models.Model, add: bool) -> FieldFile:  # noqa: FBT001 - Django's
        replaced = None if add else self._stored_name(model_instance)
        fresh = is_fresh(getattr(model_instance, self.attname))
        file: FieldFile = super().pre_save(model_instance, add)
        using = model_instance._state.db or router.db_for_write(type(model_instance))
        if fresh and file:
            transaction.on_commit(_Written(file.storage, str(file.name)), using=using)
        if replaced and replaced != file.name:
            _delete_on_commit(file.storage, replaced, using)
        return file

    def _stored_name(self, instance: models.Model) -> str:
        rows = type(instance)._base_manager.filter(pk=instance.pk)
        return rows.values_list(self.attname, flat=True).first() or ""

    def _delete_with_row(self, instance: models.Model, using: str, **kwargs: Any) -> None:
        file: FieldFile = getattr(instance, self.attname)
        if file:
            _delete_on_commit(file.storage, str(file.name), using)


def is_fresh(file: FieldFile) -> bool:
    """Whether there are bytes that the storage does not have yet."""
    return bool(file) and not file._committed  # type: ignore[attr-defined]


class SavedWhole(models.Model):
    """A base for models with stored files: a file whose row can't be saved goes, outside of transactions too."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """One transaction."""
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)


def _delete_on_commit(storage: Storage, name: str, using: str) -> None:
    transaction.on_commit(lambda: storage.delete(name), using=using)
