"""Adding modules, and giving modules and contents another title."""

from django.db import transaction

from educa.accounts.models import User
from educa.courses.actions.locking import lock_outline, touch
from educa.courses.kinds.registry import kind_of
from educa.courses.models import Content, Course, Module


@transaction.atomic
def add_module(*, course: Course, title: str, description: str = "") -> Module:
    """Put a new module at the end of the course."""
    lock_outline(course.pk)
    module = Module.objects.create(course=course, title=title, description=description)
    touch(course.pk)
    return module


@transaction.atomic
def describe_module(*, module: Module, title: str, description: str | None = None) -> None:
    """Give the module this title, and this description unless it is None."""
    lock_outline(module.course_id)
    said = {"title": title} if description is None else {"title": title, "description": description}
    Module.objects.filter(pk=module.pk).update(**said)
    touch(module.course_id)


@transaction.atomic
def rename_content(*, content: Content, title: str, author: User) -> None:
    """Give the item of the content this title; everything else of it stays as it is by now.

    Kinds with a history remember who did it. Nothing is done for an item, or a kind, that is gone.
    """
    kind = kind_of(content.content_type)
    if kind is None:
        return
    lock_outline(content.module.course_id)
    rows = kind.model._base_manager.select_for_update()
    item = rows.filter(pk=content.object_id).first()
    if item is None or item.title == title:
        return
    item.remember(author=None)
    item.title = title
    item.save(update_fields=["title", "updated"])
    item.remember(author=author)
    touch(content.module.course_id)
