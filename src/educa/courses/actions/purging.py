"""Deleting for good what is in the trash."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet

from educa.courses.actions.locking import lock_outline
from educa.courses.models import Content, Course, Module
from educa.courses.signals import course_doomed
from educa.lib.duties import give_way
from educa.lib.trash import DOOMED

Rows = QuerySet[Any]


def purge_course(*, course: Course) -> None:
    """Delete the course with all that is in it. Raises DoesNotExist when it is not in the trash any more.

    Module after module, so that nobody waits long for the database. From the first step on it can't be
    taken back; should the process end in the middle, `empty_trash` goes on.
    """
    _purge_course(Course.objects.exclude(trashed_at=None), course.pk)


def purge_module(*, module: Module) -> None:
    """Delete the module with its contents. Raises DoesNotExist when it is not in the trash any more."""
    _purge(Module.everything.exclude(trashed_at=None), module.pk, module.course_id)


def purge_content(*, content: Content) -> None:
    """Delete the content with its item. Raises DoesNotExist when it is not in the trash any more."""
    _purge(Content.everything.exclude(trashed_at=None), content.pk, content.module.course_id)


def empty_trash(*, older_than: datetime) -> int:
    """Delete what was put into the trash before; how many courses, modules and contents.

    A transaction for each module and content, so that a crash leaves only whole ones behind. What goes
    with a course or a module counts no more.
    """
    courses = Course.objects.filter(trashed_at__lt=older_than)
    modules = Module.everything.filter(trashed_at__lt=older_than)
    contents = Content.everything.filter(trashed_at__lt=older_than)
    return (
        _empty(_purge_course, courses, "pk")
        + _empty(_purge, modules, "pk", "course")
        + _empty(_purge, contents, "pk", "module__course")
    )


def _empty(purge: Callable[..., None], rows: Rows, *columns: str) -> int:
    number = 0
    for keys in list(rows.order_by("pk").values_list(*columns)):
        give_way()
        try:
            purge(rows, *keys)
        except ObjectDoesNotExist:
            continue  # somebody has taken it back, or it has gone with its module
        number += 1
    return number


def _purge_course(rows: Rows, pk: int) -> None:
    _doom(rows, pk)
    course_doomed.send(sender=Course, course=pk)
    modules = Module.everything.filter(course=pk)
    for module in list(modules.values_list("pk", flat=True)):
        _purge(modules, module, pk)
    _purge(Course.objects.filter(trashed_at=DOOMED), pk, pk)


@transaction.atomic
def _doom(rows: Rows, pk: int) -> None:
    lock_outline(pk)
    rows.get(pk=pk)
    Course.objects.filter(pk=pk).update(trashed_at=DOOMED)


@transaction.atomic
def _purge(rows: Rows, pk: int, course_pk: int) -> None:
    lock_outline(course_pk)
    rows.get(pk=pk).delete()
