"""A content as HTML, whatever has become of its item: a page must not break with it."""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.core.files.storage import FileSystemStorage, default_storage
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from educa.courses.generations import contents_generation_of
from educa.courses.items import digest_of, item_at
from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.completing import CompletedBy
from educa.courses.kinds.registry import kind_named
from educa.courses.models import Content, Course
from educa.lib.remembering import KEPT, Family, Unkept

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


@dataclass(frozen=True)
class _Rendering:
    """What an item has rendered, a digest of what it was made of, and when that was, in seconds since 1970."""

    digest: bytes
    shown: ShownItem
    made_at: float

    def is_of(self, digest: bytes | None) -> bool:
        """Whether it shows what has this digest, is not too old, and has all its files still."""
        is_young = 0 <= time.time() - self.made_at < KEPT.total_seconds()
        return self.digest == digest and is_young and not _missing(self.shown.files)


RENDERED: Family[dict[int, _Rendering]] = Family("rendered")
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
        shown = _shown(content, item_at(known.model, item))
        if not shown.is_whole:
            raise Unkept(shown)
        return shown

    key = known.model._meta.label_lower.replace(".", "-"), item, get_language() or "none"
    shown = ITEMS.get(key, lambda: contents_generation_of(course), make)
    if missing := _missing(shown.files):
        return ShownItem(_lost(content, missing), shown.completed_by)
    return shown


def rendered_items(course: int, items: Mapping[int, ItemBase | None]) -> dict[int, ShownItem]:
    """The items of the contents of a course, by the keys of the contents; of each what `rendered_item` gives.

    What has been rendered is kept for the whole course, and each item found there for as long as its fields say the
    same, but no longer than a day (`KEPT`): after a change only what has changed is rendered, which is what takes long.
    """
    key = course, get_language() or "none"
    known = RENDERED.last(key) or {}
    found: dict[int, ShownItem] = {}
    kept: dict[int, _Rendering] = {}
    for content, item in items.items():
        digest = _digest_of(content, item) if item and _shows_its_fields(item) else None
        last = known.get(content)
        if last and last.is_of(digest):
            found[content], kept[content] = last.shown, last
            continue
        made_at = time.time()  # before its files and templates are read
        shown = found[content] = _shown(content, item)
        if digest and shown.is_whole:
            kept[content] = _Rendering(digest, shown, made_at)
    if kept != known:
        RENDERED.replace(key, kept)
    return found


def _shows_its_fields(item: ItemBase) -> bool:
    """Whether the class says so itself: one that derives from such a kind may show more."""
    return bool(vars(type(item)).get("shows_its_fields", False))


def _digest_of(content: int, item: ItemBase) -> bytes | None:
    """None where its fields can't be read, which must not break the page: it is rendered each time then."""
    try:
        return digest_of(item)
    except Exception as error:  # noqa: BLE001 - fields of others may raise whatever they like
        _tell(
            content, f"kept: reading its fields failed with {type(error).__name__}: {error}", error
        )
        return None


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
    _tell(pk, f"shown: {trouble}", error)
    return render_to_string("courses/content/broken.html")


def _tell(pk: int, trouble: str, error: Exception | None) -> None:
    if _is_new(pk, trouble):
        logger.error("Content %s can't be %s.", pk, trouble, exc_info=error)


def _is_new(pk: int, trouble: str) -> bool:
    misses = _told.cache_info().misses
    _told(pk, trouble)
    return _told.cache_info().misses > misses


@lru_cache(REMEMBERED)
def _told(pk: int, trouble: str) -> None:
    """Remember what was told, the newest troubles only."""
