"""What the addresses in a package's texts mean."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from educa.interchange.archive import Archive

FILE_BASE = re.compile(r"^.*?\$IMS[-_]CC[-_]FILEBASE\$", re.IGNORECASE)
PAGE = re.compile(r"^\$WIKI_REFERENCE\$/(?:pages|wiki)/(.+)$")
OBJECT = re.compile(r"^\$CANVAS_OBJECT_REFERENCE\$/(\w+)/([^/?#]+)")
COURSE_FILE = re.compile(r"^\$CANVAS_COURSE_REFERENCE\$/file_contents/[^/]+/(.+)$")
COURSE = re.compile(r"^\$CANVAS_COURSE_REFERENCE\$")
FILES = "web_resources"  # where Canvas keeps the files of a course


@dataclass(frozen=True)
class ToFile:
    """A file of the package, and the place in it."""

    name: str
    fragment: str = ""


@dataclass(frozen=True)
class ToObject:
    """A thing of the course by the key under which the outline knows it, and the place in it."""

    key: str
    fragment: str = ""


@dataclass(frozen=True)
class ToCourse:
    """The course itself."""


@dataclass(frozen=True)
class Elsewhere:
    """Another host, a mail address, or a place in the same text."""

    address: str


Target = ToFile | ToObject | ToCourse | Elsewhere | None


class Addresses:
    """Says what an address in a text of the package leads to; None for what leads nowhere.

    An address that is not understood never stays as it is: here it would be one of our own.
    """

    def __init__(self, archive: Archive, objects: Mapping[str, str]) -> None:
        self.archive = archive
        self.objects = objects

    def target(self, address: str, path: str) -> Target:
        """`path` is the file of the package in which the address stands."""
        address = address.strip().replace("%24", "$")
        if address.startswith("#"):
            return Elsewhere(address)
        bare, _hash, fragment = address.partition("#")
        if match := FILE_BASE.match(bare):
            return self._file(bare[match.end() :], path, fragment, from_base=True)
        if bare.startswith("$"):
            return self._reference(bare, path, fragment)
        if address.startswith("//"):
            return Elsewhere(f"https:{address}")
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", bare):
            return Elsewhere(address)
        return self._file(bare, path, fragment)

    def _reference(self, address: str, path: str, fragment: str) -> Target:
        if match := PAGE.match(address):
            slug = unquote(match[1]).partition("?")[0].strip("/").lower()
            return self._object(f"pages/{slug}", fragment) or self._object(slug, fragment)
        if match := OBJECT.match(address):
            return self._object(unquote(match[2]), fragment)
        if match := COURSE_FILE.match(address):
            return self._file(f"/{match[1]}", path, fragment, from_base=True)
        return ToCourse() if COURSE.match(address) else None

    def _object(self, name: str, fragment: str) -> Target:
        key = self.objects.get(name)
        return ToObject(key, fragment) if key else None

    def _file(self, address: str, path: str, fragment: str, *, from_base: bool = False) -> Target:
        """Next to the file, in Canvas' files, or at the root; with a slash first, the other way round."""
        bare = _without_query(address)
        if not bare.strip("/"):
            return None
        folder = posixpath.dirname(path)
        beside, stored, root = f"{folder}/{bare}", f"{FILES}/{bare}", bare
        places = [beside, stored, root]
        if bare.startswith("/"):
            places = [stored, root, beside] if from_base else [root]
        for place in places:
            if name := self.archive.find(place):
                return ToFile(name, fragment)
        return None


def _without_query(address: str) -> str:
    try:
        return urlsplit(address).path if "?" in address else address
    except ValueError:
        return address.partition("?")[0]
