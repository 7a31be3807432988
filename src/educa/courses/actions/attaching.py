"""Files beside the contents of a course: attachments, and the captions of its videos."""

from typing import Any

from django.core.files.base import File
from django.db import transaction

from educa.courses.actions.locking import lock_outline, touch
from educa.courses.actions.uploading import take_in
from educa.courses.kinds.uploading import check_size
from educa.courses.models import Attachment, CaptionTrack, Course
from educa.lib.uploads import checked_picture, media_type_of, shown_name


def attach(*, course: Course, file: File[Any]) -> Attachment:
    """Put a file beside the contents of the course, for its texts to show or to link to.

    It is judged by its bytes, and a picture tells no more where it was taken. Raises ValidationError for
    one that is not allowed, or that there is no room for.
    """
    check_size(file.size)
    name = shown_name(file.name or "")
    media_type = media_type_of(file, name)
    stored = checked_picture(file).file if media_type.startswith("image/") else file
    attachment = Attachment(
        course=course, name=name, media_type=media_type, size=stored.size, file=stored
    )
    # Takes long, so before the transaction.
    attachment.file.field.prepare(attachment)  # type: ignore[attr-defined]  # a PictureField
    with transaction.atomic():
        take_in(course=course, files=[stored])
        attachment.save()
        touch(course.pk)
    return attachment


@transaction.atomic
def delete_attachment(*, attachment: Attachment) -> None:
    """Delete the file for good; texts that show it go without."""
    attachment.delete()
    touch(attachment.course_id)


@transaction.atomic
def add_captions(*, track: CaptionTrack, course: Course) -> None:
    """Give a video of the course its words in one more language.

    Raises ValidationError for what is no WebVTT, and IntegrityError for a language that it has already.
    """
    lock_outline(course.pk)
    track.save()
    touch(course.pk)


@transaction.atomic
def delete_captions(*, track: CaptionTrack, course: Course) -> None:
    """Delete the track for good."""
    lock_outline(course.pk)
    track.delete()
    touch(course.pk)
