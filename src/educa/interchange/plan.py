"""What a package is going to be: modules, contents and attachments, before any of them exists."""

from collections.abc import Callable
from dataclasses import dataclass, field

from educa.interchange.addresses import Addresses
from educa.interchange.outline import Outline
from educa.interchange.report import Report

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much of it is done, and how much there is."""


@dataclass
class Captions:
    """A caption track to be: its language and the file that holds it."""

    language: str
    file: str


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


@dataclass
class PlannedModule:
    key: str
    title: str
    contents: list[PlannedContent] = field(default_factory=list)


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
