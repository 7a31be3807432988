"""Gathering what a search finds: the words of contents that have no entry yet."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Course, SearchEntry
from educa.lib.duties import give_way

logger = logging.getLogger(__name__)

BATCH = 50  # contents that one transaction gathers
LONGEST_BODY = 2**20  # characters of an item that are looked at

Key = tuple[int, int]
"""Of an item: its content type, and its own."""


def missing_in_index(contents: QuerySet[Content], *, at_most: int) -> list[int]:
    """The keys of up to so many of these contents that have no entry."""
    known = [kind.content_type() for kind in kinds()]
    rows = contents.filter(search_entry=None, content_type__in=known).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:at_most])


def index(keys: Sequence[int]) -> int:
    """Make the entries of these contents, unless they have one; how many were made.

    What somebody is changing at this moment is left for the next time.
    """
    made = 0
    for start in range(0, len(keys), BATCH):
        give_way()
        made += _index(keys[start : start + BATCH])
    return made


def index_all_missing() -> int:
    """Make every entry that is missing; how many were made."""
    total = 0
    while made := index(missing_in_index(Content.objects.all(), at_most=20 * BATCH)):
        total += made
    return total


def rebuild_index() -> int:
    """Forget all words and gather them anew; how many contents there are in the index then."""
    SearchEntry.objects.clear()
    return index_all_missing()


@transaction.atomic
def _index(keys: Sequence[int]) -> int:
    contents = _left_alone(keys)
    items, changing = _held_items(contents)
    words: dict[int, tuple[str, str]] = {}
    for content in contents:
        key = content.content_type_id, content.object_id
        if key not in changing:
            words[content.pk] = _said_by(items.get(key))
    SearchEntry.objects.add(words)
    return len(words)


def _left_alone(keys: Sequence[int]) -> list[Content]:
    """Those whose course nobody changes now, and nobody will until the transaction ends; still without entries.

    Who deletes a content holds its course, so no entry is made for one that goes.
    """
    contents = Content.objects.filter(pk__in=keys, search_entry=None).order_by("pk")
    courses = Course.objects.filter(pk__in=set(contents.values_list("module__course", flat=True)))
    held = courses.order_by().select_for_update(skip_locked=True, no_key=True)
    return list(contents.filter(module__course__in=list(held.values_list("pk", flat=True))))


def _held_items(contents: Iterable[Content]) -> tuple[dict[Key, ItemBase], set[Key]]:
    """The items by kind and key, which nobody can change until the transaction ends; and those that change now."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for content in contents:
        wanted[content.content_type_id].append(content.object_id)
    items: dict[Key, ItemBase] = {}
    changing: set[Key] = set()
    for kind in kinds():
        type_key = kind.content_type().pk
        if keys := wanted.get(type_key):
            rows = kind.model._base_manager.filter(pk__in=keys).order_by("pk")
            held = rows.select_for_update(skip_locked=True, no_key=True)
            items |= {(type_key, item.pk): item for item in held}
            there = rows.values_list("pk", flat=True)
            changing |= {(type_key, pk) for pk in there} - items.keys()
    return items, changing


def _said_by(item: ItemBase | None) -> tuple[str, str]:
    """Title and text, each in one line; nothing, where the item is gone."""
    if item is None:
        return "", ""
    try:
        body = item.search_text()
    except Exception:  # a kind of others, or its file, may be broken; its title is whole
        logger.exception("the text of %s %s could not be gathered", item._meta.label, item.pk)
        body = ""
    return item.title, " ".join(body[:LONGEST_BODY].replace("\0", "").split())
