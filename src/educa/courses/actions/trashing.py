"""Deleting so that it can be taken back: into the trash, and out of it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions.locking import lock_outline, touch
from educa.courses.models import Content, Course, Module
from educa.lib.ordering import arrange
from educa.lib.trash import DOOMED


@transaction.atomic
def trash_content(*, content: Content, by: User) -> None:
    """Put the content into the trash; twice is once."""
    lock_outline(content.module.course_id)
    rows = Content.objects.filter(pk=content.pk)
    rows.update(trashed_at=timezone.now(), trashed_by=by)
    touch(content.module.course_id)


@transaction.atomic
def trash_module(*, module: Module, by: User) -> None:
    """Put the module into the trash, and its contents with it; twice is once."""
    lock_outline(module.course_id)
    now = timezone.now()
    if Module.objects.filter(pk=module.pk).update(trashed_at=now, trashed_by=by):
        Content.objects.filter(module=module).update(trashed_at=now, trashed_by=by)
    touch(module.course_id)


@transaction.atomic
def trash_course(*, course: Course, by: User) -> None:
    """Put the course into the trash as it is; twice is once."""
    rows = Course.objects.present().filter(pk=course.pk)
    rows.update(trashed_at=timezone.now(), trashed_by=by)


@transaction.atomic
def restore_content(*, content: Content) -> None:
    """Take the content back to where it was among those that are left.

    Raises ValidationError while its module is in the trash.
    """
    lock_outline(content.module.course_id)
    content = Content.everything.select_related("module").get(pk=content.pk)
    if content.module.trashed_at:
        raise ValidationError(
            _("Its module “%(title)s” is in the trash: take that back first."),
            code="module",
            params={"title": content.module.title},
        )
    if content.trashed_at:
        siblings = Content.objects.filter(module=content.module_id).order_by("order")
        keys = list(siblings.values_list("pk", flat=True))
        keys.insert(siblings.filter(order__lt=content.order).count(), content.pk)
        beyond = _beyond_all(Content, {"module": content.module_id})
        _take_back(Content, content.pk, beyond)
        arrange(Content.objects.filter(module=content.module_id), keys)
        touch(content.module.course_id)


@transaction.atomic
def restore_module(*, module: Module) -> None:
    """Take the module back to where it was, with the contents that went with it."""
    lock_outline(module.course_id)
    module = Module.everything.get(pk=module.pk)
    if module.trashed_at:
        siblings = Module.objects.filter(course=module.course_id).order_by("order")
        keys = list(siblings.values_list("pk", flat=True))
        keys.insert(siblings.filter(order__lt=module.order).count(), module.pk)
        beyond = _beyond_all(Module, {"course": module.course_id})
        _take_back(Module, module.pk, beyond)
        arrange(Module.objects.filter(course=module.course_id), keys)
        together = Content.everything.filter(module=module, trashed_at=module.trashed_at)
        together.update(trashed_at=None, trashed_by=None)
        touch(module.course_id)


def restore_course(*, course: Course) -> None:
    """Take the course back, with the status it had; unless it is going for good already."""
    rows = Course.objects.filter(pk=course.pk, trashed_at__gt=DOOMED)
    rows.update(trashed_at=None, trashed_by=None)


def _beyond_all(model: type[Module | Content], siblings: dict[str, int]) -> int:
    """A place that no sibling has, in the trash or out of it."""
    highest = model.everything.filter(**siblings).aggregate(highest=Max("order"))["highest"]
    return int(highest) + 1


def _take_back(model: type[Module | Content], pk: int, place: int) -> None:
    rows = model.everything.filter(pk=pk)
    rows.update(trashed_at=None, trashed_by=None, order=place)
