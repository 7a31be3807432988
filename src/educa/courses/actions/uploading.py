"""Uploads in parts: from the first word about a file to the content that it becomes."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions.locking import lock_outline, touch
from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import kind_taking
from educa.courses.kinds.uploading import check_size
from educa.courses.models import ArrivedFile, Content, Course, Module, Upload, Viewer
from educa.courses.models.upload import UNFINISHED
from educa.courses.quotas import check_room
from educa.lib.parts import Checksum, Readable, append, held
from educa.lib.throttle import TooManyRequests
from educa.lib.uploads import media_type_named, media_type_of, shown_name

MOST_UNFINISHED = 50  # uploads of one person at a time


class Elsewhere(Exception):
    """A part does not begin where the last one ended."""


class TooMuch(Exception):
    """A part is longer than what is left."""


def begin_upload(*, course: Course, owner: User, name: str, size: int) -> Upload:
    """Expect a file of `size` bytes for the course.

    Raises ValidationError for one that would be refused anyway (code `ending`, `empty` or `size`), or
    that there is no room for (`quota`); TooManyRequests when too much has been begun and not ended.
    """
    upload = Upload(course=course, owner=owner, name=shown_name(name), size=size)
    media_type_named(upload.name)
    check_size(size)
    upload.path.touch(exist_ok=False)
    try:
        with transaction.atomic():
            lock_outline(course.pk)
            _refuse_too_many(owner)
            check_room(course=course, size=size)
            upload.save(force_insert=True)
    except BaseException:
        upload.path.unlink(missing_ok=True)
        raise
    return upload


def receive(
    *,
    upload: Upload,
    offset: int,
    length: int,
    source: Readable,
    checksum: Checksum | None = None,
) -> None:
    """Take in the next part, which `source` gives; no transaction is open while it is written.

    Raises InUse, Elsewhere, TooMuch or Garbled, and OSError when the disk is full: what came before is
    still there. Raises FileNotFoundError or Upload.DoesNotExist when the upload is gone, ValidationError
    when the whole file is not what its name says: then it goes.
    """
    with held(upload.path) as file:
        upload.refresh_from_db()
        if offset != upload.offset:
            raise Elsewhere
        if length > upload.size - offset:
            raise TooMuch
        upload.received = append(file, source, offset=offset, checksum=checksum)
        upload.touched = timezone.now()
        rows = Upload.objects.filter(pk=upload.pk)
        if not rows.update(received=upload.received, touched=upload.touched):
            raise Upload.DoesNotExist
    if upload.is_whole:
        _judge(upload)


def content_from_upload(
    *, upload: Upload, module: Module, author: User, title: str = ""
) -> Content:
    """Make the file the last content of the module, of the kind that fits its bytes.

    Without a title, the name of the file is one. Raises ValidationError when the file can't become a
    content; nothing is left of it then.
    """
    with _opened(upload) as file:
        try:
            return _content_of(file, module, author, title or title_of(upload.name))
        except ValidationError:
            upload.delete()
            raise


def arrived_file(*, user: Viewer, course: Course, key: UUID) -> ArrivedFile:
    """The file of a whole upload of this person for the course. Raises ValidationError (code `gone`)."""
    upload = Upload.objects.arrived(user, course).filter(pk=key).first()
    if upload is None:
        raise gone()
    return _opened(upload)


def take_in(*, course: Course, files: Iterable[Any], instead_of: int = 0) -> None:
    """Make sure that the files may be stored, in place of so many bytes that go; part of a transaction.

    One that has arrived in parts is no upload any more: it has to be stored before the transaction ends.
    Raises ValidationError when it is gone, or when there is no room.
    """
    lock_outline(course.pk)
    size = 0
    for file in files:
        size += file.size
        if isinstance(file, ArrivedFile):
            _end(file.upload)
    check_room(course=course, size=size - instead_of)


def end_abandoned_uploads() -> None:
    """Delete the uploads that nobody goes on with, and their bytes."""
    for pk in list(Upload.objects.abandoned().values_list("pk", flat=True)):
        Upload.objects.abandoned().filter(pk=pk).delete()


def title_of(name: str) -> str:
    """What a content is called that comes from a file of this name."""
    return PurePath(name).stem.replace("_", " ").strip() or name


def gone() -> ValidationError:
    """The error for an upload that is not there (any more), or not whole yet."""
    return ValidationError(
        _("This upload is not there any more. Choose the file again."), code="gone"
    )


@transaction.atomic
def _content_of(file: ArrivedFile, module: Module, author: User, title: str) -> Content:
    take_in(course=module.course, files=[file])
    item = _item_of(file, title)
    # It may have been handed over since the module was read.
    item.owner = Course.objects.select_related("owner").get(pk=module.course_id).owner
    item.full_clean(exclude=["owner"])
    item.save()
    content = Content.objects.create(module=module, item=item)
    item.remember(author=author)
    touch(module.course_id)
    return content


def _item_of(file: ArrivedFile, title: str) -> ItemBase:
    model = kind_taking(media_type_of(file, str(file.name))).model
    longest = model._meta.get_field("title").max_length
    return model(title=title[:longest], **{model.media_fields()[0]: file})


def _opened(upload: Upload) -> ArrivedFile:
    try:
        return ArrivedFile(upload)
    except FileNotFoundError:
        raise gone() from None


def _end(upload: Upload) -> None:
    row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if row is None or not row.is_whole:
        raise gone()
    row.delete()


def _judge(upload: Upload) -> None:
    try:
        with upload.path.open("rb") as file:
            media_type_of(file, upload.name)
    except ValidationError:
        upload.delete()
        raise


def _refuse_too_many(owner: User) -> None:
    unfinished = Upload.objects.filter(owner=owner).order_by("touched")
    if len(unfinished[:MOST_UNFINISHED]) == MOST_UNFINISHED:
        wait = unfinished[0].touched + UNFINISHED - timezone.now()
        raise TooManyRequests(max(1, int(wait.total_seconds())))
