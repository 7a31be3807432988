"""imsmanifest.xml of a package, and the XML files beside it: IMS Common Cartridge 1.1.

Version 1.1 and not a later one, because it is the newest that all systems read which read cartridges at
all; Moodle knows no other than 1.0 and 1.1. Nothing here needs more.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import IO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.utils.html import strip_tags

from educa.interchange.packing.inventory import Inventory, PackedModule

NAME = "imsmanifest.xml"
IMS = "http://www.imsglobal.org/xsd/imsccv1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM"
WEB, LINK = "webcontent", "imswl_xmlv1p1"
OWN = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Xml:
    """Writes XML as it comes."""

    def __init__(self, out: IO[bytes]) -> None:
        self._generator = XMLGenerator(out, "utf-8", short_empty_elements=True)
        self._generator.startDocument()

    @contextlib.contextmanager
    def within(self, name: str, attributes: dict[str, str] | None = None) -> Iterator[None]:
        """Everything that the block writes stands in this element."""
        clean = {key: NOT_IN_XML.sub("", value) for key, value in (attributes or {}).items()}
        self._generator.startElement(name, AttributesImpl(clean))
        yield
        self._generator.endElement(name)
        self._generator.ignorableWhitespace("\n")

    def element(self, name: str, text: str = "", attributes: dict[str, str] | None = None) -> None:
        """An element with nothing but text in it."""
        with self.within(name, attributes):
            if text:
                self._generator.characters(NOT_IN_XML.sub("", text))


def write_link(out: IO[bytes], title: str, url: str) -> None:
    """A link to the web."""
    xml = Xml(out)
    with xml.within("webLink", {"xmlns": f"{IMS}/imswl_v1p1"}):
        xml.element("title", title)
        xml.element("url", attributes={"href": url})


def write_manifest(out: IO[bytes], inventory: Inventory, written: set[str], own: list[str]) -> None:
    """What the package holds: the contents with the keys in `written`; `own` are the files only Educa reads."""
    _Manifest(Xml(out), inventory, written).write(own)


class _Manifest:
    def __init__(self, xml: Xml, inventory: Inventory, written: set[str]) -> None:
        self.xml, self.inventory, self.written = xml, inventory, written

    def write(self, own: list[str]) -> None:
        spaces = {
            "identifier": self.inventory.identifier,
            "xmlns": f"{IMS}/imscp_v1p1",  # readers look for it at the very beginning
            "xmlns:lom": f"{LOM}/resource",
            "xmlns:lomimscc": f"{LOM}/manifest",
        }
        with self.xml.within("manifest", spaces):
            self._metadata()
            self._organizations()
            with self.xml.within("resources"):
                self._resources()
                self._resource("r-educa", own, kind=OWN)

    def _metadata(self) -> None:
        course = self.inventory.course
        with self.xml.within("metadata"):
            self.xml.element("schema", "IMS Common Cartridge")
            self.xml.element("schemaversion", "1.1.0")
            with self.xml.within("lomimscc:lom"), self.xml.within("lomimscc:general"):
                with self.xml.within("lomimscc:title"):
                    self.xml.element("lomimscc:string", course.title)
                with self.xml.within("lomimscc:description"):
                    self.xml.element("lomimscc:string", strip_tags(course.overview_html()).strip())

    def _organizations(self) -> None:
        rooted = {"identifier": "organization", "structure": "rooted-hierarchy"}
        with (
            self.xml.within("organizations"),
            self.xml.within("organization", rooted),
            self.xml.within("item", {"identifier": "root"}),
        ):
            for module in self.inventory.modules:
                self._module(module)

    def _module(self, module: PackedModule) -> None:
        with self.xml.within("item", {"identifier": f"i-{module.key}"}):
            self.xml.element("title", module.title)
            for content in module.contents:
                if content.key in self.written:
                    names = {
                        "identifier": f"i-{content.key}",
                        "identifierref": f"r-{content.key}",
                    }
                    with self.xml.within("item", names):
                        self.xml.element("title", content.title)

    def _resources(self) -> None:
        if cover := self.inventory.cover:
            self._resource("r-cover", [cover.path], for_instructors=True)
        for content in self.inventory.contents:
            if content.key in self.written and content.is_link:
                self._resource(f"r-{content.key}", [content.path], kind=LINK)
            elif content.key in self.written:
                others = [path for path in content.paths if path != content.path]
                self._resource(f"r-{content.key}", [content.path, *others])
        for attachment in self.inventory.attachments:
            self._resource(
                f"r-{attachment.key}",
                [attachment.file.path],
                for_instructors=attachment.instructors_only,
            )

    def _resource(
        self,
        identifier: str,
        paths: list[str],
        *,
        kind: str = WEB,
        for_instructors: bool = False,
    ) -> None:
        names = {"identifier": identifier, "type": kind}
        with self.xml.within("resource", names if kind == LINK else names | {"href": paths[0]}):
            if for_instructors:
                self._role("Instructor")
            for path in paths:
                self.xml.element("file", attributes={"href": path})

    def _role(self, role: str) -> None:
        """Say that a resource is not for everybody."""
        with contextlib.ExitStack() as stack:
            for name in ("metadata", "lom:lom", "lom:educational", "lom:intendedEndUserRole"):
                stack.enter_context(self.xml.within(name))
            self.xml.element("lom:source", "IMSGLC_CC_Rolesv1p1")
            self.xml.element("lom:value", role)
