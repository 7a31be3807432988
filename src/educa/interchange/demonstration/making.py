"""A course and everything in it, from what its folder says."""

import re
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from educa.accounts.models import User
from educa.courses.kinds.base import ItemBase
from educa.courses.models import (
    Attachment,
    CaptionTrack,
    Content,
    Course,
    File,
    Image,
    Module,
    Subject,
    Text,
    Video,
)
from educa.interchange.demonstration.course_folder import ContentData, CourseData
from educa.interchange.demonstration.refusal import DemonstrationRefused
from educa.lib.uploads import media_type_of

LOCAL_FILE = re.compile(r"(?<=\]\()media/[^)\s]+(?=\))")


def make_course(data: CourseData, *, owner: User, subject: Subject) -> Course:
    """Make and publish the course; inside a transaction of the caller's.

    Raises DemonstrationRefused, naming the file, for one that can't be a content of its kind.
    """
    course = Course.objects.create(
        owner=owner,
        subject=subject,
        title=data.title,
        slug=data.slug,
        overview=data.overview,
        cover=_bytes_of(data.cover) if data.cover else "",
        status=Course.Status.PUBLISHED,
    )
    for part in data.modules:
        module = Module.objects.create(
            course=course, title=part.title, description=part.description
        )
        for content in part.contents:
            Content.objects.create(module=module, item=_make_item(course, data, content))
    return course


def _make_item(course: Course, data: CourseData, content: ContentData) -> ItemBase:
    item = _new_item(course, data, content)
    item.owner, item.title = course.owner, content.title
    try:
        item.full_clean()
        item.save()
        for captions in content.captions:
            CaptionTrack.objects.create(
                video_id=item.pk,
                language=captions.language,
                label=captions.label,
                file=_bytes_of(captions.file),
            )
    except ValidationError as error:
        place = content.file.relative_to(data.folder.parent) if content.file else content.url
        raise DemonstrationRefused(f"{place}: {' '.join(error.messages)}") from error
    return item


def _new_item(course: Course, data: CourseData, content: ContentData) -> ItemBase:
    if content.file is None:
        return Video(url=content.url)
    if content.kind == "text":
        return Text(content=_with_attachments(course, data.folder, content.file))
    file = _bytes_of(content.file)
    if content.kind == "image":
        return Image(file=file, alt=content.alt, caption=content.caption)
    if content.kind == "video":
        return Video(file=file, duration=content.duration)
    return File(file=file)


def _with_attachments(course: Course, folder: Path, text: Path) -> str:
    """A text in which the media of the folder are attachments of the course."""

    def address(match: re.Match[str]) -> str:
        if not (folder / match[0]).is_file():
            place = text.relative_to(folder.parent)
            raise DemonstrationRefused(f"{place}: names a file that is not there: {match[0]}")
        return _attach(course, folder, match[0]).get_absolute_url()

    return LOCAL_FILE.sub(address, text.read_text("utf-8"))


def _attach(course: Course, folder: Path, path: str) -> Attachment:
    """The attachment for a file of the folder; one, however many texts show it."""
    if found := Attachment.objects.filter(course=course, path=path).first():
        return found
    file = _bytes_of(folder / path)
    return Attachment.objects.create(
        course=course,
        file=file,
        name=Path(path).name,
        media_type=media_type_of(file, path),
        size=file.size,
        path=path,
    )


def _bytes_of(path: Path) -> ContentFile[bytes]:
    return ContentFile(path.read_bytes(), name=path.name)
