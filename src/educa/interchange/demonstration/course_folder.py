"""A course as a folder: `course.toml`, texts in Markdown, and media.

`course.toml` has `title`, `subject` (`slug` and `title`), `overview` in Markdown, perhaps a `cover`,
and `[[modules]]` with `title`, `description` and `[[modules.contents]]`. A content has `kind` and
`title`, and by its kind:

    text   file (.md; may show pictures of the folder, such as ![...](media/tree.png))
    image  file, alt, caption
    file   file
    video  url, or file with duration (seconds) and captions (each with language, label and file)

Every file is named from the course's folder. `[[messages]]` are what was said in the course's room, in order:
`by` (a user name), `text` and `minutes_ago`, perhaps `content` (the title of one, for a question), `reply_to` (the
number of an earlier message, from 1), `answers` and `pinned` (true), and `liked_by` (a user name).
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
class MessageData:
    """Something that was said in the room; `reply_to` counts from 1, and is 0 for no reply."""

    by: str
    text: str
    minutes_ago: int
    content: str = ""
    reply_to: int = 0
    answers: bool = False
    pinned: bool = False
    liked_by: str = ""


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
    messages: tuple[MessageData, ...] = ()

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

    def flag(self, key: str) -> bool:
        value = self._value(key, False)  # noqa: FBT003 - what a key that is missing means
        if not isinstance(value, bool):
            raise self.complaint(key, "must be true or false")
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
        messages=tuple(map(_message, table.tables("messages", optional=True))),
    )
    subject.finish()
    table.finish()
    _check_messages(course, table)
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


def _message(table: Table) -> MessageData:
    message = MessageData(
        by=table.text("by"),
        text=table.text("text"),
        minutes_ago=table.number("minutes_ago") or 0,
        content=table.text("content", optional=True),
        reply_to=table.number("reply_to") or 0,
        answers=table.flag("answers"),
        pinned=table.flag("pinned"),
        liked_by=table.text("liked_by", optional=True),
    )
    table.finish()
    return message


def _check_messages(course: CourseData, table: Table) -> None:
    """Raises DemonstrationRefused for a message about what the course does not have."""
    titles = {content.title for module in course.modules for content in module.contents}
    for number, message in enumerate(course.messages, 1):
        if message.content and message.content not in titles:
            raise table.complaint(f"messages[{number}].content", "is the title of no content")
        if message.reply_to >= number:
            raise table.complaint(f"messages[{number}].reply_to", "is no earlier message")


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
