"""A content as HTML, whatever has become of its item: a page must not break with it."""

import logging
from collections.abc import Callable
from functools import lru_cache

from django.core.files.storage import FileSystemStorage, default_storage
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from educa.courses.generations import contents_generation_of
from educa.courses.kinds.base import ItemBase
from educa.courses.models import Content, Course
from educa.lib.remembering import Family

logger = logging.getLogger(__name__)

ITEMS: Family[SafeString] = Family("item")
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


def kept_item(course: Course, content: int, item: ItemBase | None) -> SafeString:
    """As `rendered_item`, of a content of the course; what an item renders is the same for all who read it, and kept."""

    def render(item: ItemBase) -> SafeString:
        key = item._meta.label_lower.replace(".", "-"), item.pk, get_language() or "none"
        return ITEMS.get(key, lambda: contents_generation_of(course), item.render)

    return _shown(content, item, render)


def rendered_item(content: int, item: ItemBase | None) -> SafeString:
    """The item as HTML; a note in its place where it is gone, has lost its file, or can't be shown.

    Each trouble with a content, which is told by its key, is logged once in a process, so that a full class
    does not fill the log.
    """
    return _shown(content, item, lambda item: item.render())


def _shown(
    content: int, item: ItemBase | None, render: Callable[[ItemBase], SafeString]
) -> SafeString:
    if item is None:
        return _note(content, "its item is gone, or of a kind that is not installed")
    if missing := _missing_file(item):
        return _note(content, f"the file {missing} is missing")
    try:
        return render(item)
    except Exception as error:  # noqa: BLE001 - kinds of others may raise whatever they like
        return _note(content, f"rendering failed with {type(error).__name__}: {error}", error)


def _missing_file(item: ItemBase) -> str | None:
    """The name of a stored file that is not on the disk; a bucket is not asked on the way to a page."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    names = (str(getattr(item, field)) for field in item.media_fields())
    return next((name for name in names if name and not default_storage.exists(name)), None)


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
