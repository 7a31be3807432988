"""What goes into a package: the modules, contents and files of a course, before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from django.core.files.storage import Storage
from django.utils.text import slugify
from django.utils.translation import gettext as _

from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import Kind, kind_of
from educa.courses.models import Attachment, CaptionTrack, Content, Course, File, Module, Video
from educa.interchange.exact.fields import file_fields
from educa.interchange.exact.links import Outward, word

LINKS, LINK_ENDING = "links", ".xml"
MAX_STEM = 60  # characters of a file's name in the package
BATCH = 200  # items that one statement reads


@dataclass(frozen=True)
class PackedFile:
    """A stored file that goes along: where it is kept, its path in the package, its name for readers."""

    storage: Storage
    stored: str
    path: str
    name: str
    size: int


@dataclass(frozen=True)
class PackedTrack:
    """The captions of a video in one language."""

    language: str
    label: str
    file: PackedFile


@dataclass
class PackedContent:
    """A content; `pk` is that of its item, `path` that of the file which stands for it in other systems."""

    key: str
    module: str
    kind: Kind
    pk: int
    title: str
    path: str = ""
    files: dict[str, PackedFile] = field(default_factory=dict)
    tracks: list[PackedTrack] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths of its files and captions."""
        files = [*self.files.values(), *(track.file for track in self.tracks)]
        return [file.path for file in files]

    @property
    def is_link(self) -> bool:
        return self.path.startswith(f"{LINKS}/")

    @property
    def is_file(self) -> bool:
        """Whether one of its files stands for it."""
        return any(file.path == self.path for file in self.files.values())


@dataclass(frozen=True)
class PackedModule:
    """A module with the contents that can go along."""

    key: str
    title: str
    description: str
    contents: list[PackedContent] = field(default_factory=list)


@dataclass(frozen=True)
class PackedAttachment:
    """An attachment."""

    key: str
    file: PackedFile
    instructors_only: bool


@dataclass
class Inventory:
    """A whole course. `warnings` say what can't go along."""

    course: Course
    identifier: str
    links: Outward
    modules: list[PackedModule] = field(default_factory=list)
    attachments: list[PackedAttachment] = field(default_factory=list)
    cover: PackedFile | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def contents(self) -> list[PackedContent]:
        return [content for module in self.modules for content in module.contents]

    def files(self) -> Iterator[PackedFile]:
        """Every stored file, in the order of the package."""
        if self.cover:
            yield self.cover
        for content in self.contents:
            yield from content.files.values()
            yield from (track.file for track in content.tracks)
        yield from (attachment.file for attachment in self.attachments)


def identifier_of(course: Course) -> str:
    """What all packages of this course have in common, and those of no other course anywhere have."""
    drawn = sha256(f"{course.pk} {course.created.isoformat()}".encode()).hexdigest()
    return f"educa-{drawn[:32]}"


def take_inventory(course: Course) -> Inventory:
    """List what of the course can go along: what readers see, and what only instructors do."""
    return _Taking(course).inventory


class _Taking:
    def __init__(self, course: Course) -> None:
        self.links = Outward(course)
        self.inventory = Inventory(course, identifier_of(course), self.links)
        if course.cover:
            self.inventory.cover = self._file(course, "cover", "cover", course.title)
        self._modules(course)
        for attachment in Attachment.objects.filter(course=course).order_by("pk"):
            self._attachment(attachment)

    def _modules(self, course: Course) -> None:
        for module in Module.objects.filter(course=course):
            key = f"m{module.pk}"
            self.links.modules[module.pk] = key
            packed = PackedModule(key, module.title, module.description)
            self.inventory.modules.append(packed)
            self._contents(packed, module)

    def _contents(self, packed: PackedModule, module: Module) -> None:
        rows = list(Content.objects.filter(module=module).select_related("content_type"))
        items = dict(_items(rows))
        for row in rows:
            item = items.get((row.content_type_id, row.object_id))
            kind = kind_of(row.content_type)
            if item is None or kind is None:
                continue
            content = PackedContent(f"c{row.pk}", packed.key, kind, item.pk, item.title)
            if self._add_files(content, item):
                content.path = _path(content, item)
                self.links.contents[row.pk] = content.key
                packed.contents.append(content)

    def _add_files(self, content: PackedContent, item: ItemBase) -> bool:
        """False when one of them is lost, so that the content can't be what it was."""
        shown = getattr(item, "name", "")
        for media in file_fields(type(item)):
            if not getattr(item, media.attname):
                continue
            file = self._file(item, media.name, content.key, shown or item.title, shown)
            if file is None:
                return False
            content.files[media.name] = file
            self.links.media[file.stored] = word("file", content.key, media.name)
        if isinstance(item, Video):
            content.tracks = list(self._tracks(content, item))
        return True

    def _tracks(self, content: PackedContent, video: Video) -> Iterator[PackedTrack]:
        for track in CaptionTrack.objects.filter(video=video):
            if file := self._file(track, "file", content.key, f"captions-{track.language}"):
                yield PackedTrack(track.language, track.label, file)

    def _attachment(self, attachment: Attachment) -> None:
        key = f"a{attachment.pk}"
        if file := self._file(attachment, "file", key, attachment.name, attachment.name):
            self.links.media[file.stored] = word("attachment", key)
            self.inventory.attachments.append(
                PackedAttachment(key, file, attachment.instructors_only)
            )

    def _file(
        self, row: Any, field: str, key: str, called: str, shown: str = ""
    ) -> PackedFile | None:
        """A file of a row; None, with a warning, when the storage has lost it."""
        stored = getattr(row, field)
        name = path_name(called, PurePath(stored.name).suffix)
        try:
            size = stored.storage.size(stored.name)
        except FileNotFoundError:
            lost = _("“%(title)s” stays behind: its file is lost.") % {"title": row}
            self.inventory.warnings.append(lost)
            return None
        return PackedFile(stored.storage, stored.name, f"files/{key}/{name}", shown or name, size)


def _path(content: PackedContent, item: ItemBase) -> str:
    """A file stands for itself, a video of another host is a link, everything else is a page."""
    if isinstance(item, File):
        return content.files["file"].path
    if isinstance(item, Video) and item.url:
        return f"{LINKS}/{content.key}{LINK_ENDING}"
    return f"pages/{content.key}.html"


def path_name(called: str, ending: str) -> str:
    """The name of a file in the package: nothing that any system could stumble over."""
    stem = called.removesuffix(ending) if ending else called
    return f"{slugify(stem)[:MAX_STEM].strip('-_') or 'file'}{ending}"


def _items(rows: list[Content]) -> Iterator[tuple[tuple[int, int], ItemBase]]:
    """The items of contents by their types and keys, without what their authors wrote at length."""
    by_type: dict[int, list[int]] = {}
    for row in rows:
        by_type.setdefault(row.content_type_id, []).append(row.object_id)
    kinds = {row.content_type_id: kind_of(row.content_type) for row in rows}
    for type_pk, keys in by_type.items():
        kind = kinds[type_pk]
        if kind is None:
            continue
        for start in range(0, len(keys), BATCH):
            found = kind.model._base_manager.filter(pk__in=keys[start : start + BATCH])
            for item in found.defer(*kind.model.text_fields()):
                yield (type_pk, item.pk), item


def full_items(contents: list[PackedContent]) -> Iterator[tuple[PackedContent, ItemBase]]:
    """The contents with their whole items, some at a time; one that was deleted meanwhile is left out."""
    for start in range(0, len(contents), BATCH):
        some = contents[start : start + BATCH]
        models = {content.kind.name: content.kind.model for content in some}
        items = {
            (name, item.pk): item
            for name, model in models.items()
            for item in model._base_manager.filter(
                pk__in=[content.pk for content in some if content.kind.name == name]
            )
        }
        for content in some:
            item = items.get((content.kind.name, content.pk))
            if item is not None:
                yield content, item
