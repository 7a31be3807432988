"""`educa.json` read into a plan: everything in it is a stranger's word, and judged like any other package."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.kinds.base import ItemBase
from educa.courses.kinds.registry import Kind, kind_named
from educa.courses.models import CaptionTrack, Video
from educa.interchange.addresses import Addresses
from educa.interchange.archive import Archive, shown
from educa.interchange.exact import format as exact
from educa.interchange.exact.fields import file_fields, set_from_json
from educa.interchange.judging import Judge
from educa.interchange.manifest import MAX_ITEMS, Manifest
from educa.interchange.outline import Outline, What
from educa.interchange.plan import (
    Captions,
    Plan,
    PlannedAttachment,
    PlannedContent,
    PlannedModule,
    Progress,
)
from educa.interchange.planning import clean_title
from educa.interchange.refusal import ImportRefused
from educa.interchange.report import Entry, Report, Status
from educa.lib.uploads import shown_name
from educa.lib.webvtt import MAX_BYTES, checked_captions

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
KEY = re.compile(r"[amc]\d{1,18}")
IDENTIFIER = re.compile(r"[\w.:-]{1,200}")
TYPES = {"text": What.PAGE, "image": What.PICTURE, "video": What.MEDIA, "file": What.FILE}


class Unfit(Exception):
    """A thing of the package that can't come in; its text is the reason, for the report."""


@dataclass(frozen=True)
class PlannedFile:
    """A file of the package, and the name that readers will see."""

    path: str
    name: str


@dataclass
class ExactContent(PlannedContent):
    """A content to be, with all that its item says: `values` reads what the plain fields will hold."""

    values: Callable[[], dict[str, Any]] = dict
    files: dict[str, PlannedFile] = field(default_factory=dict)

    def stored(self) -> list[str]:
        return [file.path for file in self.files.values()]


@dataclass(frozen=True)
class Said:
    """An object of a JSON file. Raises ImportRefused for what is not of the type that it must be."""

    values: dict[str, Any]
    place: str

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        return value if isinstance(value, str) else self._wrong(key)

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        return value if isinstance(value, bool) else self._wrong(key)

    def key(self, key: str, letter: str) -> str:
        """What the package calls one of its parts."""
        value = self.text(key)
        return value if KEY.fullmatch(value) and value[0] == letter else self._wrong(key)

    def table(self, key: str) -> "Said":
        return self._table(self.values.get(key) or {}, key)

    def tables(self, key: str) -> Iterator["Said"]:
        for value in self.rows(key):
            yield self._table(value, key)

    def rows(self, key: str) -> list[Any]:
        value = self.values.get(key) or []
        return value if isinstance(value, list) else self._wrong(key)

    def _table(self, value: Any, key: str) -> "Said":
        return Said(value, self.place) if isinstance(value, dict) else self._wrong(key)

    def _wrong(self, key: str) -> Any:
        raise ImportRefused(
            _("%(name)s: “%(key)s” is not what it must be.") % {"name": self.place, "key": key}
        )


def read_file(archive: Archive, name: str) -> Said:
    """A JSON file of the package. Raises ImportRefused."""
    value = exact.read(archive, name)
    if not isinstance(value, dict):
        raise ImportRefused(_("%(name)s can't be read.") % {"name": shown(name)})
    return Said(value, shown(name))


def plan_exact(archive: Archive, manifest: Manifest, report: Report, progress: Progress) -> Plan:
    """Decide what everything in a package of Educa becomes, and say so in the report. Writes nothing."""
    return ExactPlanner(archive, manifest, report, progress).plan()


class ExactPlanner:
    """One walk over what the package lists; what stands in it for other systems is not looked at."""

    def __init__(
        self, archive: Archive, manifest: Manifest, report: Report, progress: Progress
    ) -> None:
        self.archive, self.report, self.progress = archive, report, progress
        self.index = read_file(archive, exact.INDEX)
        course = self.index.table("course")
        identifier = self.index.text("identifier")
        outline = Outline(
            identifier=identifier if IDENTIFIER.fullmatch(identifier) else manifest.identifier,
            format=f"Educa {exact.VERSION}, {manifest.format}",
            title=exact_title(course.text("title"), 200, _("Imported course")),
            overview=course.text("overview"),
            parts=[],
            loose=[],
            subject=course.table("subject").text("slug"),
        )
        self._plan = Plan(outline, Addresses(archive, {}), report, is_exact=True)
        self._modules: dict[str, PlannedModule] = {}
        self._keys: set[str] = set()
        self.judge = Judge(archive)
        self.parts = Parts(archive)

    def plan(self) -> Plan:
        for said in self.index.tables("modules"):
            self._module(said)
        for said in self.index.tables("attachments"):
            self._attachment(said)
        names = [name for name in self.index.rows("parts") if isinstance(name, str)]
        for number, name in enumerate(names, 1):
            for position, said in enumerate(self.parts.contents(name)):
                self._content(said, name, position)
                self.progress(_("Reading"), number - 1, len(names))
            self.progress(_("Reading"), number, len(names))
        self._cover(self.index.table("course").table("cover"))
        self.report.modules = len(self._plan.modules)
        self.report.format = self._plan.outline.format
        return self._plan

    def _once(self, key: str) -> str:
        if key in self._keys or len(self._keys) >= MAX_ITEMS:
            raise ImportRefused(
                _("The package names %(key)s twice, or too many things.") % {"key": key}
            )
        self._keys.add(key)
        return key

    def _module(self, said: Said) -> None:
        key = self._once(said.key("id", "m"))
        title = exact_title(said.text("title"), 200, _("Module"))
        module = PlannedModule(key, title, description=said.text("description"))
        self._modules[key] = module
        self._plan.modules.append(module)

    def _attachment(self, said: Said) -> None:
        key = self._once(said.key("id", "a"))
        try:
            file = self._file(said)
        except Unfit as reason:
            self._tell(key, said.text("name"), What.FILE, reason=str(reason))
            return
        planned = PlannedAttachment(
            key, file.name, [file.path], instructors_only=said.flag("instructors_only")
        )
        self._plan.attachments[key] = planned
        self._tell(key, file.name, What.FILE, "attachment", path=file.path)

    def _cover(self, said: Said) -> None:
        if not said.values:
            return
        try:
            file = self._file(said, must_be="image")
        except Unfit as reason:
            self._tell("cover", said.text("name"), What.PICTURE, reason=str(reason))
        else:
            self._plan.cover = file.path
            self._tell("cover", file.name, What.PICTURE, "cover", path=file.path)

    def _content(self, said: Said, part: str, position: int) -> None:
        key = self._once(said.key("id", "c"))
        module = self._modules.get(said.key("module", "m"))
        if module is None:
            raise ImportRefused(_("%(key)s belongs to no module.") % {"key": key})
        name, title = said.text("kind"), self._title(said)
        what = TYPES.get(name, What.OTHER)
        try:
            content = self._fit(said, key, title, name)
        except Unfit as reason:
            self._tell(key, title, what, reason=str(reason), module=module.title)
            return
        content.values = lambda: self.parts.content(part, position).table("fields").values
        module.contents.append(content)
        path = next((file.path for file in content.files.values()), "")
        self._tell(key, title, what, name, path=path, module=module.title)

    def _fit(self, said: Said, key: str, title: str, name: str) -> ExactContent:
        """The content, if nothing is known that would keep it out. Raises Unfit."""
        kind = kind_named(name)
        if kind is None:
            raise Unfit(
                _("there is no kind of content called “%(name)s” here") % {"name": shown(name)}
            )
        files = {
            field.name: self._file(said.table("files").table(field.name))
            for field in file_fields(kind.model)
            if field.name in said.table("files").values
        }
        refuse_unfit(kind, said.table("fields").values, files)
        tracks = list(self._tracks(said)) if kind.model is Video else []
        return ExactContent(key, title, name, tracks=tracks, files=files)

    def _title(self, said: Said) -> str:
        title = said.table("fields").values.get("title")
        return exact_title(title if isinstance(title, str) else "", 250, shown(said.text("kind")))

    def _file(self, said: Said, must_be: str = "") -> PlannedFile:
        """A file that the package has and that may be stored. Raises Unfit."""
        path, name = said.text("path"), shown_name(said.text("name"))
        if path not in self.archive:
            raise Unfit(_("The package lacks %(file)s.") % {"file": shown(path) or _("any file")})
        verdict = self.judge.verdict(path, name)
        if not verdict.kind or verdict.kind != (must_be or verdict.kind):
            raise Unfit(verdict.reason or _("This is no picture."))
        return PlannedFile(path, name)

    def _tracks(self, said: Said) -> Iterator[Captions]:
        """The captions that can be read, one for each language; others are told and left out."""
        languages: set[str] = set()
        for one in said.tables("captions"):
            track = Captions(one.text("language"), one.text("path"), one.text("label"))
            try:
                self._refuse_track(track, languages)
            except (Unfit, ValidationError) as error:
                reason = " ".join(getattr(error, "messages", [str(error)]))
                self._tell(track.file, track.label, What.FILE, reason=reason)
            else:
                languages.add(track.language)
                self._tell(track.file, track.label, What.FILE, "captions", path=track.file)
                yield track

    def _refuse_track(self, track: Captions, languages: set[str]) -> None:
        """Raises Unfit, or ValidationError."""
        if track.file not in self.archive or self.archive.size(track.file) > MAX_BYTES:
            raise Unfit(_("The package lacks %(file)s.") % {"file": shown(track.file)})
        if track.language in languages:
            raise Unfit(_("there are captions in this language already"))
        checked_captions(self.archive.read(track.file, MAX_BYTES))
        CaptionTrack(language=track.language, label=track.label).clean_fields({"video", "file"})

    def _tell(
        self,
        key: str,
        title: str,
        what: What,
        became: str = "",
        *,
        path: str = "",
        reason: str = "",
        module: str = "",
    ) -> None:
        """What became of a thing: all of it came in, or nothing."""
        status = Status.IMPORTED if became else Status.SKIPPED
        self.report.entries.append(Entry(key, path, title, what, status, became, reason, module))


class Parts:
    """The files that list the contents; one of them is in memory at a time."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._name, self._contents = "", list[Said]()

    def contents(self, name: str) -> list[Said]:
        """The contents in one file. Raises ImportRefused."""
        if name != self._name:
            if name not in self._archive:
                raise ImportRefused(_("The package lacks %(file)s.") % {"file": shown(name)})
            contents = list(read_file(self._archive, name).tables("contents"))
            self._name, self._contents = name, contents
        return self._contents

    def content(self, name: str, position: int) -> Said:
        return self.contents(name)[position]


def refuse_unfit(kind: Kind, values: dict[str, Any], files: dict[str, PlannedFile]) -> None:
    """Raises Unfit for what an item of the kind could not say."""
    item: ItemBase = kind.model(owner=User())
    try:
        set_from_json(item, values)
        for name, file in files.items():
            setattr(item, name, file.name)
        item.clean_fields({"owner"})
        item.clean()
    except ValidationError as error:
        raise Unfit(" ".join(error.messages)) from error


def exact_title(title: str, limit: int, fallback: str) -> str:
    """The title as it is, if it can stand in a page as it is."""
    fits = title.strip() and len(title) <= limit and not CONTROL.search(title)
    return title if fits else clean_title(title, limit, fallback)
