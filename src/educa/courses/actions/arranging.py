"""Putting modules and contents in another order: everything, or nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from educa.courses.actions.locking import lock_outline, touch
from educa.courses.models import Content, Course, Module
from educa.lib.ordering import arrange


class OutlineChanged(Exception):
    """The list that was to be put in order is not the list that is there any more."""


@transaction.atomic
def reorder_modules(*, course: Course, keys: Sequence[int]) -> None:
    """Put the modules of the course in this order. Raises OutlineChanged unless `keys` are all of them."""
    lock_outline(course.pk)
    rows = Module.objects.filter(course=course)
    _refuse_another_list(rows.values_list("pk", flat=True), keys)
    arrange(rows, keys)
    touch(course.pk)


@transaction.atomic
def reorder_contents(*, module: Module, keys: Sequence[int]) -> None:
    """Put the contents of the module in this order. Raises OutlineChanged unless `keys` are all of them."""
    lock_outline(module.course_id)
    rows = Content.objects.filter(module=module)
    _refuse_another_list(rows.values_list("pk", flat=True), keys)
    arrange(rows, keys)
    touch(module.course_id)


@transaction.atomic
def move_module(*, module: Module, place: int) -> int:
    """Put the module at this place of its course, counted from 0; beyond the end means last.

    Gives the place where it is now. Raises OutlineChanged for a module that is not there any more.
    """
    lock_outline(module.course_id)
    rows = Module.objects.filter(course=module.course_id)
    _refuse_what_is_gone(rows, module.pk)
    place = _insert(rows, module.pk, place)
    touch(module.course_id)
    return place


@transaction.atomic
def move_content(*, content: Content, module: Module, place: int) -> int:
    """Put the content at this place of a module of the same course, counted from 0; beyond the end means last.

    Gives the place where it is now. Raises ValueError for a module of another course, OutlineChanged for
    a content or a module that is not there any more.
    """
    if content.module.course_id != module.course_id:
        raise ValueError("a content can't move to another course")
    lock_outline(module.course_id)
    _refuse_what_is_gone(Module.objects.filter(course=module.course_id), module.pk)
    here = Content.objects.filter(module__course=module.course_id)
    _refuse_what_is_gone(here, content.pk)
    content = here.get(pk=content.pk)
    if content.module_id != module.pk:
        content.module = module
        content.save(update_fields=["module"])
    rows = Content.objects.filter(module=module)
    place = _insert(rows, content.pk, place)
    touch(module.course_id)
    return place


def _insert(rows: QuerySet[Any], key: int, place: int) -> int:
    keys = list(rows.exclude(pk=key).order_by("order").values_list("pk", flat=True))
    place = min(place, len(keys))
    keys.insert(place, key)
    arrange(rows, keys)
    return place


def _refuse_what_is_gone(rows: QuerySet[Any], key: int) -> None:
    if not rows.filter(pk=key).exists():
        raise OutlineChanged


def _refuse_another_list(now: Iterable[int], keys: Sequence[int]) -> None:
    if sorted(now) != sorted(keys):
        raise OutlineChanged
