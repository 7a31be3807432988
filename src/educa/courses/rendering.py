"""A content as HTML, whatever has become of its item: a page must not break with it."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from educa.courses.generations import contents_generation_of
from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.completing import CompletedBy
from educa.courses.kinds.registry import kind_named
from educa.courses.models import Content, Course
from educa.lib.prepared import PreparedRows
from educa.lib.remembering import Family, Unkept

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownItem:
    """An item as a page shows it: what it renders or a note, by which rule it is done, and its stored files.

    `completed_by` is None where the item is gone; `is_whole` says that there is no note.
    """

    html: SafeString
    completed_by: CompletedBy | None = None
    files: tuple[str, ...] = ()
    is_whole: bool = False


ITEMS: Family[ShownItem] = Family("item", near=True)
REMEMBERED = 1000  # troubles that are not told again


def item_of(content: Content) -> ItemBase | None:
    """What stands in the place; None where it is gone, or of a kind that is no longer installed."""
    try:
        item = content.item
    except AttributeError:  # what Django raises for a content type without a model
        return None
    return item if isinstance(item, ItemBase) else None


def rendered(content: Content) -> SafeString:
    """The item of a content as HTML, as `rendered_item` gives it."""
    return rendered_item(content.pk, item_of(content))


def kept_item(course: Course, content: int, kind: str, item: int) -> ShownItem:
    """As `rendered_item`, of a content of the course, whose item is told by its kind and its key.

    What an item renders is the same for all who read it, and kept, but for notes in the place of one. It takes
    one statement; none where it is found, and the course came with its generation.
    """
    known = kind_named(kind)
    if known is None:
        return _shown(content, None)

    def make() -> ShownItem:
        shown = _shown(content, _item_at(known.model, item))
        if not shown.is_whole:
            raise Unkept(shown)
        return shown

    key = known.model._meta.label_lower.replace(".", "-"), item, get_language() or "none"
    shown = ITEMS.get(key, lambda: contents_generation_of(course), make)
    if missing := _missing(shown.files):
        return ShownItem(_lost(content, missing), shown.completed_by)
    return shown


def _item_at(model: type[ItemBase], key: int) -> ItemBase | None:
    """As `first` of a queryset, by a statement that is put into SQL once."""
    columns = [field.attname for field in model._meta.concrete_fields]
    rows = ITEM.ask(key, case=(model, tuple(columns)))
    return model.from_db(connection.alias, columns, rows[0]) if rows else None


def _one_item(
    case: tuple[type[ItemBase], tuple[str, ...]], key: int
) -> "QuerySet[ItemBase, tuple[Any, ...]]":
    model, columns = case
    return model._base_manager.filter(pk=key).order_by().values_list(*columns)


ITEM = PreparedRows(_one_item)


def rendered_item(content: int, item: ItemBase | None) -> SafeString:
    """The item as HTML; a note in its place where it is gone, has lost its file, or can't be shown.

    Each trouble with a content, which is told by its key, is logged once in a process, so that a full class
    does not fill the log.
    """
    return _shown(content, item).html


def _shown(content: int, item: ItemBase | None) -> ShownItem:
    if item is None:
        return ShownItem(_note(content, "its item is gone, or of a kind that is not installed"))
    rule = item.completed_by
    files = tuple(name for field in item.media_fields() if (name := str(getattr(item, field))))
    if missing := _missing(files):
        return ShownItem(_lost(content, missing), rule)
    try:
        return ShownItem(item.render(), rule, files, is_whole=True)
    except Exception as error:  # noqa: BLE001 - kinds of others may raise whatever they like
        trouble = f"rendering failed with {type(error).__name__}: {error}"
        return ShownItem(_note(content, trouble, error), rule)


def _missing(files: Iterable[str]) -> str | None:
    """The name of a stored file that is not on the disk; a bucket is not asked on the way to a page."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    return next((name for name in files if not default_storage.exists(name)), None)


def _lost(content: int, file: str) -> SafeString:
    return _note(content, f"the file {file} is missing")


def _note(pk: int, trouble: str, error: Exception | None = None) -> SafeString:
    _tell(pk, trouble, error)
    return render_to_string("courses/content/broken.html")


def _tell(pk: int, trouble: str, error: Exception | None) -> None:
    if _is_new(pk, trouble):
        logger.error("Content %s can't be shown: %s.", pk, trouble, exc_info=error)


def _is_new(pk: int, trouble: str) -> bool:
    misses = _told.cache_info().misses
    _told(pk, trouble)
    return _told.cache_info().misses > misses


@lru_cache(REMEMBERED)
def _told(pk: int, trouble: str) -> None:
    """Remember what was told, the newest troubles only."""
