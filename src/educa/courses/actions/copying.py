"""Copies of a content, a module or a whole course: everything that readers see, or nothing at all."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.actions.arranging import OutlineChanged
from educa.courses.actions.handing_over import refuse_who_does_not_teach
from educa.courses.actions.locking import lock_outline, touch
from educa.courses.addresses import Readdressed
from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import Kind, kind_of, kinds
from educa.courses.models import Attachment, Content, Course, Module
from educa.courses.quotas import check_room
from educa.lib.copying import copies_of, copy_rows, names_of_copies
from educa.lib.ordering import arrange

BATCH = 100  # rows in memory at a time, with their texts
CONTENTS = 1_000  # contents that one statement writes

T = TypeVar("T")


@transaction.atomic
def copy_content(*, content: Content) -> Content:
    """Put a copy of the content behind it.

    Raises OutlineChanged for a content that is not there any more, ValidationError for an empty place
    and where there is no room for its file.
    """
    lock_outline(content.module.course_id)
    original = _still_there(Content.objects.select_related("module__course__owner"), content.pk)
    item, module = original.item, original.module
    if not isinstance(item, ItemBase) or kind_of(original.content_type) is None:
        raise ValidationError(_("There is nothing here to duplicate."), code="empty")
    _refuse_beyond_quota(original.module.course, [item])
    item.title = title_of_copy(item.title, _longest_title(type(item)))
    (copied,) = type(item).copy_all([item], owner=module.course.owner)
    copy = Content.objects.create(module=module, item=copied)
    copy.order = _put_behind(Content.objects.filter(module=module), original.pk, copy.pk)
    touch(module.course_id)
    return copy


@transaction.atomic
def copy_module(*, module: Module) -> Module:
    """Put a copy of the module, with all that is in it, behind it.

    Links between its contents lead from copy to copy. Raises OutlineChanged for a module that is not
    there any more, ValidationError where there is no room for its files.
    """
    lock_outline(module.course_id)
    original = _still_there(Module.objects.select_related("course__owner"), module.pk)
    copy = Module.objects.create(
        course=original.course,
        title=title_of_copy(original.title, _longest_title(Module)),
        description=original.description,
    )
    copying = _Copying(original.course, original.course, original.course.owner)
    copying.modules = {original.pk: copy.pk}
    copying.copy_contents()
    copy.order = _put_behind(Module.objects.filter(course=original.course), original.pk, copy.pk)
    touch(original.course_id)
    return copy


@transaction.atomic
def copy_course(*, course: Course, owner: User) -> Course:
    """Make a draft of `owner` with all that readers of the course see, and with nothing about people.

    Addresses of the course, its contents and its files in its texts become those of the copy. Raises
    ValidationError for an owner who does not teach or has no room for its files, OutlineChanged for a
    course that is gone.
    """
    refuse_who_does_not_teach(owner)
    lock_outline(course.pk)
    original = _still_there(Course.objects.present(), course.pk)
    copying = _Copying(original, _described_as(original, owner), owner)
    copying.copy_modules()
    copying.copy_attachments()
    copying.copy_contents()
    return copying.copy


def title_of_copy(title: str, longest: int) -> str:
    """The title with a mark that this is a copy; `longest` is in characters."""
    mark = _("%(title)s (copy)")
    room = longest - len(mark % {"title": ""})
    return mark % {"title": title if len(title) <= room else f"{title[: room - 1].rstrip()}…"}


class _Copying:
    """Copies what is in a course into another one, or into the same."""

    def __init__(self, course: Course, copy: Course, owner: User) -> None:
        self.course, self.copy, self.owner = course, copy, owner
        self.modules: dict[int, int] = {}
        self.contents: dict[int, int] = {}
        self.files = names_of_copies([course], [copy]) if copy != course else {}

    def copy_modules(self) -> None:
        """All modules of the course, empty."""
        modules = list(Module.objects.filter(course=self.course))
        copies = copy_rows(modules, lambda _module: {"course": self.copy})
        self.modules = {m.pk: copy.pk for m, copy in zip(modules, copies, strict=True)}

    def copy_attachments(self) -> None:
        """All attachments of the course."""
        keys = list(Attachment.objects.filter(course=self.course).values_list("pk", flat=True))
        for batch in _batches(keys):
            attachments = list(Attachment.objects.filter(pk__in=batch))
            _refuse_beyond_quota(self.copy, attachments)
            copies = copy_rows(attachments, lambda _attachment: {"course": self.copy})
            self.files |= names_of_copies(attachments, copies)

    def copy_contents(self) -> None:
        """The contents of `modules`, with their items; a content whose item is gone is left out."""
        rows = Content.objects.filter(module__in=self.modules).order_by("module", "order")
        originals = list(rows.only("module", "content_type", "object_id", "order"))
        items = {
            (kind.content_type().pk, original): copy
            for kind in kinds()
            for original, copy in self._copied_items(kind, originals)
        }
        found = [row for row in originals if (row.content_type_id, row.object_id) in items]
        copies = [
            Content(
                module_id=self.modules[row.module_id],
                content_type_id=row.content_type_id,
                object_id=items[row.content_type_id, row.object_id],
                order=row.order,
            )
            for row in found
        ]
        Content._base_manager.bulk_create(copies, batch_size=CONTENTS)
        self.contents = {row.pk: copy.pk for row, copy in zip(found, copies, strict=True)}
        self._readdress(items)

    def _copied_items(self, kind: Kind, rows: Iterable[Content]) -> Iterator[tuple[int, int]]:
        """Copy the items of one kind that stand in these contents; the keys of both."""
        kind_pk = kind.content_type().pk
        keys = [row.object_id for row in rows if row.content_type_id == kind_pk]
        for batch in _batches(keys):
            items = list(kind.model._base_manager.filter(pk__in=batch))
            _refuse_beyond_quota(self.copy, items)
            copies = kind.model.copy_all(items, owner=self.owner)
            self.files |= names_of_copies(items, copies)
            for item, copy in zip(items, copies, strict=True):
                yield item.pk, copy.pk

    def _readdress(self, items: dict[tuple[int, int], int]) -> None:
        """Let the texts of the copies lead to copies."""
        rewrite = Readdressed(self.course, self.copy, self.modules, self.contents, self.files)
        for kind in kinds():
            names, kind_pk = kind.model.text_fields(), kind.content_type().pk
            keys = [copy for (type_pk, _original), copy in items.items() if type_pk == kind_pk]
            for batch in _batches(keys if names else []):
                rows = kind.model._base_manager.filter(pk__in=batch).only(*names)
                changed = [row for row in rows if _rewritten(row, names, rewrite)]
                kind.model._base_manager.bulk_update(changed, names)
        if self.copy != self.course and _rewritten(self.copy, ["overview"], rewrite):
            Course.objects.filter(pk=self.copy.pk).update(overview=self.copy.overview)


def _described_as(course: Course, owner: User) -> Course:
    """A draft that says the same of itself, with nothing in it."""
    changes = {
        "owner": owner,
        "title": title_of_copy(course.title, _longest_title(Course)),
        "slug": "",  # one is found on saving
        "status": Course.Status.DRAFT,
        "published_at": None,
        "invitation_code": "",  # nor does the old code open the copy
    }
    (copy,) = copies_of([course], lambda _course: changes)
    copy.save()
    return copy


def _rewritten(row: models.Model, names: Sequence[str], rewrite: Readdressed) -> bool:
    """Rewrite these fields of the row; whether that changed anything."""
    before = [getattr(row, name) for name in names]
    after = [rewrite(text) if text else text for text in before]
    for name, text in zip(names, after, strict=True):
        setattr(row, name, text)
    return before != after


def _refuse_beyond_quota(course: Course, rows: Iterable[models.Model]) -> None:
    sizes = (getattr(row, "size", 0) for row in rows)
    # What a kind of others calls its size may be something else, such as that of a sheet.
    check_room(course=course, size=sum(size for size in sizes if isinstance(size, int)))


def _still_there(rows: "models.QuerySet[Any]", key: int) -> Any:
    found = rows.filter(pk=key).first()
    if found is None:
        raise OutlineChanged
    return found


def _put_behind(rows: "models.QuerySet[Any]", first: int, second: int) -> int:
    """Let the second row come right after the first one; its place then."""
    keys = list(rows.exclude(pk=second).order_by("order").values_list("pk", flat=True))
    place = keys.index(first) + 1
    keys.insert(place, second)
    arrange(rows, keys)
    return place


def _longest_title(model: type[models.Model]) -> int:
    field = model._meta.get_field("title")
    return int(getattr(field, "max_length", 0))


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows in lists of `BATCH`."""
    found = iter(rows)
    while batch := list(islice(found, BATCH)):
        yield batch
