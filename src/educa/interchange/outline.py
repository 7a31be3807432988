"""What a package holds, before anything is made of it: the tree that every format is read into."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ITEM = "item:"  # the keys of what the outline itself names begin with this
MAX_KEY = 200  # characters


def keyed(name: str) -> str:
    """A key that tells the same as the name, of a length that is sure to fit."""
    return name if len(name) <= MAX_KEY else f"sha256:{sha256(name.encode()).hexdigest()}"


class What(TextChoices):
    """What stood in the source, in the words of the report."""

    PAGE = "page", _("page")
    LINK = "link", _("link")
    FILE = "file", _("file")
    PICTURE = "picture", _("picture")
    MEDIA = "media", _("video or sound")
    HEADING = "heading", _("heading")
    DISCUSSION = "discussion", _("discussion")
    ASSIGNMENT = "assignment", _("assignment")
    QUIZ = "quiz", _("quiz")
    QUESTIONS = "question bank", _("question bank")
    TOOL = "external tool", _("external tool")
    SETTINGS = "settings", _("course settings")
    OTHER = "other", _("something else")


@dataclass(frozen=True)
class Page:
    """An HTML file of the package."""

    path: str


@dataclass(frozen=True)
class Prose:
    """HTML that stands inside another file; `path` is that file, from whose folder its addresses start.

    It is loaded when it is needed, so that the texts of a large package are never all in memory.
    """

    path: str
    load: Callable[[], str]


@dataclass(frozen=True)
class Packed:
    """Any other file of the package."""

    path: str


@dataclass(frozen=True)
class Link:
    """A link to a web page or to a video of another host."""

    url: str


@dataclass(frozen=True)
class Heading:
    """A title over what follows; `members` are the keys of the leaves that it stands over."""

    members: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Foreign:
    """A thing that Educa has no kind for. `detail` is HTML that its students saw, `load` as in Prose."""

    path: str = ""
    load: Callable[[], str] | None = None
    placeholder: bool = True


@dataclass(frozen=True)
class Missing:
    """Nothing: the outline names what the package does not hold."""

    reason: str


Body = Page | Prose | Packed | Link | Heading | Foreign | Missing


@dataclass
class Leaf:
    """One entry of the outline.

    `key` is unique in the package and the same in its next export; `sources` are the files of the
    package that it consists of; `hidden` says why students did not see it in the source, if so;
    `note` what else the report should say; `objects` are the names by which texts of the package may link to it.
    """

    key: str
    title: str
    what: What
    body: Body
    sources: list[str] = field(default_factory=list)
    hidden: str = ""
    note: str = ""
    objects: set[str] = field(default_factory=set)


@dataclass
class Part:
    """What becomes a module; `hidden` says why students did not see it in the source, if so."""

    key: str
    title: str
    leaves: list[Leaf] = field(default_factory=list)
    hidden: str = ""


@dataclass
class Track:
    """Captions of a video: the files of both, and the language as a BCP 47 code."""

    video: str
    captions: str
    language: str


@dataclass
class Outline:
    """A course as its package tells it. `loose` are leaves that the package's outline does not name.

    `subject` is a slug, where the package has one.
    """

    identifier: str
    format: str
    title: str
    overview: str
    parts: list[Part]
    loose: list[Leaf]
    tracks: list[Track] = field(default_factory=list)
    cover: str = ""
    subject: str = ""
    bookkeeping: set[str] = field(default_factory=set)
    hidden_files: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
