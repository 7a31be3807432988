"""XML of strangers: no DTD, no entities, nothing fetched; elements are known by their local names."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from educa.interchange.archive import shown
from educa.interchange.refusal import ImportRefused

DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
ENCODINGS = ("utf-8-sig", "windows-1252")  # tried when the declared one is not the true one


class BrokenXml(Exception):
    """Bytes that are no well-formed XML in any encoding that is tried; says where."""


def parse(data: bytes, name: str, warnings: list[str]) -> Element:
    """The root element; `name` is the file's, for the message.

    Some writers declare an encoding that they don't use: then what the bytes are counts, and a
    warning says so. Raises BrokenXml, and ImportRefused for a document type, which no course format
    needs.
    """
    try:
        return _parsed(data, name)
    except (ParseError, ValueError, LookupError) as error:
        for encoding in ENCODINGS:
            try:
                text = DECLARATION.sub("", data.decode(encoding))
                root = _parsed(text.encode(), name)
            except (ParseError, ValueError):
                continue
            warnings.append(
                _("%(name)s is not in the encoding that it declares; it was read as %(encoding)s.")
                % {"name": shown(name), "encoding": encoding.removesuffix("-sig")}
            )
            return root
        raise BrokenXml(f"{shown(name)}: {error}") from error


def _parsed(data: bytes, name: str) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ImportRefused(
            _("%(name)s has a document type or entities, which are not read.")
            % {"name": shown(name)}
        ) from error
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children of that local name."""
    for child in element if element is not None else ():
        if local(child) == name:
            yield child


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that local name, its first child of the next name, and so on."""
    found = element
    for name in path:
        found = next(children(found, name), None)
    return found


def text(element: Element | None, *path: str) -> str:
    """The text in the element that the path leads to, without the space around it; "" without one."""
    found = child(element, *path)
    return "".join(found.itertext()).strip() if found is not None else ""


def attribute(element: Element | None, name: str) -> str:
    """The value of the attribute of that local name, or ""."""
    for key, value in element.attrib.items() if element is not None else ():
        if key.rpartition("}")[2] == name:
            return value.strip()
    return ""
