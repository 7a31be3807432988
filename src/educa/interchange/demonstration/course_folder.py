"""A course as a folder: `course.toml`, texts in Markdown, and media.

`course.toml` has `title`, `subject` (`slug` and `title`), `overview` in Markdown, perhaps a `cover`,
and `[[modules]]` with `title`, `description` and `[[modules.contents]]`. A content has `kind` and
`title`, and by its kind:

    text   file (.md; may show pictures of the folder, such as ![...](media/tree.png))
    image  file, alt, caption
    file   file
    video  url, or file with duration (seconds) and captions (each with language, label and file)

Every file is named from the course's folder.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from educa.interchange.demonstration.refusal import DemonstrationRefused

MANIFEST = "course.toml"


@dataclass(frozen=True)
class CaptionsData:
    """The captions of a video in one language."""

    language: str
    label: str
    file: Path


@dataclass(frozen=True)
class ContentData:
    """A content; what its kind has no use for is empty. Duration in seconds."""

    kind: str
    title: str
    file: Path | None = None
    alt: str = ""
    caption: str = ""
    url: str = ""
    duration: int | None = None
    captions: tuple[CaptionsData, ...] = ()


@dataclass(frozen=True)
class ModuleData:
    """A module with its contents in order."""

    title: str
    description: str
    contents: tuple[ContentData, ...]


@dataclass(frozen=True)
class CourseData:
    """A whole course, read and checked; its slug is the folder's name."""

    folder: Path
    title: str
    subject_slug: str
    subject_title: str
    overview: str
    cover: Path | None
    modules: tuple[ModuleData, ...]

    @property
    def slug(self) -> str:
        return self.folder.name


@dataclass
class Table:
    """A table of a TOML file that knows its place, so that each complaint names file and key."""

    values: dict[str, Any]
    folder: Path
    place: str = ""
    used: set[str] = field(default_factory=set)

    def complaint(self, key: str, reason: str) -> DemonstrationRefused:
        return DemonstrationRefused(f"{self.folder.name}/{MANIFEST}: {self.place}{key} {reason}")

    def text(self, key: str, *, optional: bool = False) -> str:
        value = self._value(key, "")
        if not isinstance(value, str):
            raise self.complaint(key, "must be text")
        if not value.strip() and not optional:
            raise self.complaint(key, "is missing")
        return value.strip()

    def number(self, key: str) -> int | None:
        value = self._value(key, None)
        if value is not None and (
            not isinstance(value, int) or isinstance(value, bool) or value < 0
        ):
            raise self.complaint(key, "must be a whole number")
        return value

    def file(self, key: str) -> Path:
        name = self.text(key)
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file():
            raise self.complaint(key, f"names a file that is not there: {name}")
        return path

    def table(self, key: str) -> "Table":
        value = self._value(key, None)
        if not isinstance(value, dict):
            raise self.complaint(key, "must be a table")
        return Table(value, self.folder, f"{self.place}{key}.")

    def tables(self, key: str, *, optional: bool = False) -> list["Table"]:
        value = self._value(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self.complaint(key, "must be a list of tables")
        if not value and not optional:
            raise self.complaint(key, "is missing")
        return [
            Table(row, self.folder, f"{self.place}{key}[{number}].")
            for number, row in enumerate(value, 1)
        ]

    def finish(self) -> None:
        """Raises DemonstrationRefused for a key that nobody asked for: most likely a slip."""
        for key in self.values.keys() - self.used:
            raise self.complaint(key, "is not known here")

    def _value(self, key: str, default: Any) -> Any:
        self.used.add(key)
        return self.values.get(key, default)


def read_course(folder: Path) -> CourseData:
    """Read and check a course's folder.

    Raises DemonstrationRefused, naming file and key, for anything that is missing or not understood.
    """
    folder = folder.resolve()
    table = Table(_parsed(folder / MANIFEST), folder)
    subject = table.table("subject")
    course = CourseData(
        folder=folder,
        title=table.text("title"),
        subject_slug=subject.text("slug"),
        subject_title=subject.text("title"),
        overview=table.text("overview"),
        cover=table.file("cover") if "cover" in table.values else None,
        modules=tuple(map(_module, table.tables("modules"))),
    )
    subject.finish()
    table.finish()
    return course


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        reason = error.strerror
    except ValueError as error:  # no UTF-8, or no TOML
        reason = str(error)
    raise DemonstrationRefused(f"{path.parent.name}/{path.name}: {reason}")


def _module(table: Table) -> ModuleData:
    module = ModuleData(
        title=table.text("title"),
        description=table.text("description"),
        contents=tuple(map(_content, table.tables("contents"))),
    )
    table.finish()
    return module


def _content(table: Table) -> ContentData:
    kind = table.text("kind")
    if kind not in READERS:
        raise table.complaint("kind", f"must be one of {', '.join(READERS)}")
    content = READERS[kind](table)
    table.finish()
    return content


def _with_file(table: Table) -> ContentData:
    return ContentData(table.text("kind"), table.text("title"), table.file("file"))


def _image(table: Table) -> ContentData:
    return ContentData(
        table.text("kind"),
        table.text("title"),
        table.file("file"),
        alt=table.text("alt"),
        caption=table.text("caption", optional=True),
    )


def _video(table: Table) -> ContentData:
    kind, title = table.text("kind"), table.text("title")
    if "url" in table.values:
        return ContentData(kind, title, url=table.text("url"))
    return ContentData(
        kind,
        title,
        table.file("file"),
        duration=table.number("duration"),
        captions=tuple(map(_captions, table.tables("captions"))),
    )


def _captions(table: Table) -> CaptionsData:
    captions = CaptionsData(table.text("language"), table.text("label"), table.file("file"))
    table.finish()
    return captions


READERS: dict[str, Callable[[Table], ContentData]] = {
    "text": _with_file,
    "image": _image,
    "file": _with_file,
    "video": _video,
}
