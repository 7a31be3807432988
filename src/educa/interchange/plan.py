"""What a package is going to be: modules, contents and attachments, before any of them exists."""

from collections.abc import Callable
from dataclasses import dataclass, field

from educa.interchange.addresses import Addresses
from educa.interchange.archive import Archive
from educa.interchange.outline import Outline
from educa.interchange.report import Report

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much of it is done, and how much there is."""


@dataclass
class Captions:
    """A caption track to be: its language, the file that holds it, and what readers see of it."""

    language: str
    file: str
    label: str = ""


@dataclass
class PlannedContent:
    """A content to be. `html` gives a text's prepared HTML, whose addresses start from the file `path`."""

    key: str
    title: str
    kind: str
    path: str = ""
    html: Callable[[], str] | None = None
    file: str = ""
    url: str = ""
    alt: str = ""
    tracks: list[Captions] = field(default_factory=list)

    def stored(self) -> list[str]:
        """The files of the package that its item will have."""
        return [self.file] if self.file else []


@dataclass
class PlannedModule:
    """A module to be; without a description of its own it keeps the one that it has."""

    key: str
    title: str
    contents: list[PlannedContent] = field(default_factory=list)
    description: str | None = None


@dataclass
class PlannedAttachment:
    """An attachment to be: one file as it is, or several in a zip archive that only instructors see."""

    key: str
    name: str
    files: list[str]
    zipped: bool = False
    instructors_only: bool = False


@dataclass
class Plan:
    outline: Outline
    addresses: Addresses
    report: Report
    modules: list[PlannedModule] = field(default_factory=list)
    attachments: dict[str, PlannedAttachment] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    cover: str = ""
    is_exact: bool = False

    def size(self, archive: Archive) -> int:
        """About how many bytes of files will be stored."""
        attached = (name for attachment in self.attachments.values() for name in attachment.files)
        shown = (name for module in self.modules for c in module.contents for name in c.stored())
        return sum(map(archive.size, [*attached, *shown]))
