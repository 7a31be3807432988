"""Subjects, courses, modules and contents for tests; whatever is left out is made up."""

from functools import cache
from io import BytesIO
from itertools import count
from typing import Any

import PIL.Image
from django.core.files.base import ContentFile

from educa.accounts.tests.factories import make_instructor
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

_numbers = count(1)

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 8
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
YOUTUBE = "https://www.youtube.com/watch?v=M7lc1UVf-VE"


@cache
def picture(kind: str = "PNG", width: int = 8, height: int = 6) -> bytes:
    """The bytes of a real picture of one color; `kind` as Pillow calls it."""
    out = BytesIO()
    PIL.Image.new("RGB", (width, height), "#336699").save(out, kind)
    return out.getvalue()


def make_subject(**fields: Any) -> Subject:
    number = next(_numbers)
    return Subject.objects.create(
        **{"title": f"Subject {number}", "slug": f"subject-{number}"} | fields
    )


def make_course(**fields: Any) -> Course:
    """A published course; without an owner, somebody new teaches it."""
    number = next(_numbers)
    fields = {"title": f"Course {number}", "status": Course.Status.PUBLISHED} | fields
    if not {"owner", "owner_id"} & fields.keys():
        fields["owner"] = make_instructor()
    if not {"subject", "subject_id"} & fields.keys():
        fields["subject"] = make_subject()
    return Course.objects.create(**fields)


def make_module(course: Course | None = None, **fields: Any) -> Module:
    """A module; it comes last in its course."""
    fields = {"title": f"Module {next(_numbers)}"} | fields
    return Module.objects.create(course=course or make_course(), **fields)


def make_item(kind: str = "text", **fields: Any) -> ItemBase:
    """An item that no content shows yet; `kind` is text, file, image or video (by link)."""
    make = {"text": make_text, "file": make_file, "image": make_image, "video": make_video}[kind]
    return make(**fields)


def make_content(module: Module | None = None, kind: str = "text", **fields: Any) -> Content:
    """A content, last in its module, with an item of that kind; `fields` are the item's.

    `item` puts an item there that exists already, `order` the content in a place.
    """
    module = module or make_module()
    place = {"order": fields.pop("order")} if "order" in fields else {}
    item = fields.pop("item", None)
    if item is None:
        item = make_item(kind, **{"owner": module.course.owner} | fields)
    return Content.objects.create(module=module, item=item, **place)


def make_text(**fields: Any) -> Text:
    return Text.objects.create(**_owned({"content": "Some *text*."} | fields))


def make_file(name: str = "Paper.pdf", data: bytes = PDF, **fields: Any) -> File:
    return File.objects.create(**_owned({"file": ContentFile(data, name)} | fields))


def make_image(name: str = "picture.png", data: bytes | None = None, **fields: Any) -> Image:
    data = picture() if data is None else data
    return Image.objects.create(
        **_owned({"file": ContentFile(data, name), "alt": "A square"} | fields)
    )


def make_video(**fields: Any) -> Video:
    """A video by link; with `file=` an uploaded one."""
    source = {} if "file" in fields else {"url": YOUTUBE}
    return Video.objects.create(**_owned(source | fields))


def make_uploaded_video(name: str = "film.mp4", data: bytes = MP4, **fields: Any) -> Video:
    return make_video(file=ContentFile(data, name), **fields)


def make_captions(video: Video | None = None, data: bytes = VTT, **fields: Any) -> CaptionTrack:
    fields = {
        "language": "en",
        "label": "English",
        "file": ContentFile(data, "captions.vtt"),
    } | fields
    return CaptionTrack.objects.create(video=video or make_uploaded_video(), **fields)


def make_attachment(course: Course | None = None, data: bytes = b"", **fields: Any) -> Attachment:
    data = data or picture()
    file = ContentFile(data, "attached.png")
    fields = {
        "name": "attached.png",
        "media_type": "image/png",
        "size": len(data),
        "file": file,
    } | fields
    return Attachment.objects.create(course=course or make_course(), **fields)


def _owned(fields: dict[str, Any]) -> dict[str, Any]:
    fields = {"title": f"Item {next(_numbers)}"} | fields
    return fields if "owner" in fields else {**fields, "owner": make_instructor()}
