"""Course packages for tests, made on the spot; whatever is left out is made up."""

import zipfile
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import FileField
from django.db.models.fields.files import FieldFile

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Course, Subject, Video
from educa.courses.tests.factories import make_subject
from educa.interchange.actions import import_package
from educa.interchange.models import Transfer
from educa.interchange.packing.package import write_package
from educa.interchange.report import Report

DRAWN = "i3f6a0c95d2b14e7f8a9b0c1d2e3f4a5b"
"""An identifier as Canvas draws them by lot."""


def manifest(
    *items: str,
    resources: str = "",
    title: str = "A course",
    identifier: str = DRAWN,
    overview: str = "",
) -> str:
    """A manifest in the manner of Common Cartridge 1.3."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{identifier}" xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1">
  <metadata>
    <schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion>
    <lom><general><title><string>{title}</string></title>
    <description><string>{overview}</string></description></general></lom>
  </metadata>
  <organizations><organization structure="rooted-hierarchy"><item identifier="root">
    {"".join(items)}
  </item></organization></organizations>
  <resources>{resources}</resources>
</manifest>"""


def item(title: str, *below: str, of: str = "", key: str = "") -> str:
    """An entry of the organization; `of` names the resource, `key` is its identifier."""
    reference = f' identifierref="{of}"' if of else ""
    return f'<item identifier="{key or title}"{reference}><title>{title}</title>{"".join(below)}</item>'


def resource(identifier: str, *files: str, kind: str = "webcontent", inner: str = "") -> str:
    """A resource; its first file stands for it."""
    listed = "".join(f'<file href="{file}"/>' for file in files)
    href = f' href="{files[0]}"' if files and kind == "webcontent" else ""
    return f'<resource identifier="{identifier}" type="{kind}"{href}>{inner}{listed}</resource>'


def make_zip(path: Path, files: dict[str, str | bytes]) -> Path:
    """A zip archive with these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def make_package(
    folder: Path, *items: str, files: dict[str, str | bytes] | None = None, **about: Any
) -> Path:
    """A Common Cartridge; without resources, each file is one, called by its own path."""
    files = files or {}
    about.setdefault("resources", "".join(resource(name, name) for name in files))
    return make_zip(
        folder / "course.imscc", {"imsmanifest.xml": manifest(*items, **about), **files}
    )


def make_page_package(
    folder: Path, html: str, files: dict[str, str | bytes] | None = None, **about: Any
) -> Path:
    """A package of one module with one page."""
    pages = {"page.html": f"<title>Page</title><body>{html}</body>", **(files or {})}
    return make_package(folder, item("Module", item("Page", of="page.html")), files=pages, **about)


def bring_in(
    path: Path, owner: User | None = None, subject: Subject | None = None, **options: Any
) -> Report:
    """Import a package for somebody who may."""
    subject = subject or Subject.objects.first() or make_subject()
    return import_package(path, owner=owner or make_instructor(), subject=subject, **options)


def imported_course(path: Path, **options: Any) -> Course:
    """The course that a package becomes."""
    return Course.objects.get(pk=bring_in(path, **options).course["id"])


def make_transfer(owner: User | None = None, path: Path | None = None, **fields: Any) -> Transfer:
    """An import that waits; with `path` one of that package. An export has a course."""
    fields = {"direction": "import", "name": "course.imscc", "language": "en"} | fields
    if path is not None:
        data = path.read_bytes()
        fields |= {"package": ContentFile(data, "course.imscc"), "size": len(data)}
    return Transfer.objects.create(owner=owner or make_instructor(), **fields)


def link_xml(url: str, title: str = "Link") -> str:
    return f'<webLink><title>{title}</title><url href="{url}"/></webLink>'


def topic_xml(html: str, title: str = "Topic") -> str:
    """A discussion; `html` is escaped already."""
    return f'<topic><title>{title}</title><text texttype="text/html">{html}</text></topic>'


def pack(course: Course, folder: Path, report: dict[str, Any] | None = None) -> Path:
    """The course as a package; `report` gets what is said about it."""
    path = folder / "packed.imscc"
    said = write_package(Course.objects.get(pk=course.pk), path, lambda *_progress: None)
    if report is not None:
        report.update(said)
    return path


def snapshot(course: Course) -> dict[str, Any]:
    """All that readers and instructors see of a course, without what differs between equal courses."""
    names = _neutral_names(course)
    return {
        "title": course.title,
        "overview": _neutral(course.overview, names),
        "subject": course.subject.slug,
        "cover": _bytes(course.cover),
        "modules": [
            {
                "title": module.title,
                "description": _neutral(module.description, names),
                "contents": [_item(content.item, names) for content in module.contents.all()],
            }
            for module in course.modules.all()
        ],
        "attachments": sorted(
            (a.name, a.media_type, a.size, a.instructors_only, _bytes(a.file))
            for a in course.attachments.all()
        ),
    }


def _bytes(file: FieldFile) -> bytes | None:
    if not file:
        return None
    with file.open() as opened:
        return bytes(opened.read())


def _item(item: Any, names: dict[str, str]) -> dict[str, Any]:
    left_out = {"id", "owner", "created", "updated"}
    said: dict[str, Any] = {"kind": item._meta.model_name}
    for field in item._meta.concrete_fields:
        value = getattr(item, field.name) if field.name not in left_out else None
        if isinstance(field, FileField):
            said[field.name] = _bytes(value)
        elif field.name not in left_out:
            said[field.name] = _neutral(value, names) if isinstance(value, str) else value
    if isinstance(item, Video):
        said["tracks"] = [(t.language, t.label, _bytes(t.file)) for t in item.tracks.all()]
    return said


def _neutral_names(course: Course) -> dict[str, str]:
    """Words that are the same in equal courses, for their addresses."""
    names = {f"/students/course/{course.pk}/": "[course]", course.get_absolute_url(): "[page]"}
    for place, attachment in enumerate(course.attachments.order_by("name")):
        names[attachment.file.name] = f"[attachment {place}]"
    for place, module in enumerate(course.modules.all()):
        names[f"/students/course/{course.pk}/{module.pk}/"] = f"[module {place}]"
        for number, content in enumerate(module.contents.all()):
            names[f"/students/course/{course.pk}/content/{content.pk}/"] = (
                f"[content {place} {number}]"
            )
            if file := getattr(content.item, "file", None):
                names[file.name] = f"[file {place} {number}]"
    return names


def _neutral(text: str, names: dict[str, str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return text
