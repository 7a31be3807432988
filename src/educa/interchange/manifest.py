"""imsmanifest.xml: what a package says that it holds, and in which order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from educa.interchange import xml
from educa.interchange.archive import Archive, is_junk, shown
from educa.interchange.pages import is_web
from educa.interchange.refusal import ImportRefused

NAME = "imsmanifest.xml"
MAX_BYTES = 16 * 2**20
MAX_ITEMS = 10_000
MAX_RESOURCES = 20_000

# The files by which packages of other formats are known, to name what came instead.
OTHER_FORMATS = {
    "h5p.json": "H5P",
    "cmi5.xml": "cmi5",
    "moodle_backup.xml": "Moodle (.mbz)",
    "course.xml": "Open edX (OLX)",
    "META-INF/container.xml": "EPUB",
    "[Content_Types].xml": "Office",
}


@dataclass
class Resource:
    """Files that belong together, of one type. `files` are names in the archive, `missing` paths that are none."""

    identifier: str
    type: str
    href: str = ""
    files: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    dependencies: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)

    @property
    def main(self) -> str:
        """The file that stands for the resource, or "" when the archive lacks it."""
        return self.href or (self.files[0] if self.files and not self.missing else "")


@dataclass
class Item:
    """An entry of the organization; `depth` counts from 0 for the entries at the top."""

    identifier: str
    title: str
    reference: str
    depth: int
    has_children: bool


@dataclass
class Manifest:
    """A whole manifest, its items in reading order."""

    identifier: str
    format: str
    title: str
    description: str
    items: list[Item]
    resources: dict[str, Resource]
    warnings: list[str] = field(default_factory=list)


def read_manifest(archive: Archive) -> Manifest:
    """The manifest at the root of the archive or one folder deep, which then becomes the root.

    Raises ImportRefused for a package that is no Common Cartridge.
    """
    name = _find(archive)
    archive.enter(name.rpartition("/")[0]) if "/" in name else None
    try:
        root = xml.parse(archive.read(NAME, MAX_BYTES), NAME, archive.warnings)
    except xml.BrokenXml as error:
        raise ImportRefused(
            _("The manifest is no well-formed XML: %(where)s") % {"where": error}
        ) from error
    return _manifest(archive, root)


def _find(archive: Archive) -> str:
    found = [name for name in archive.names if name.rpartition("/")[2].lower() == NAME]
    at_root = [name for name in found if "/" not in name]
    one_deep = [name for name in found if name.count("/") == 1 and not is_junk(name)]
    if at_root:
        return at_root[0]
    if len(one_deep) == 1:
        return one_deep[0]
    for file, format_name in OTHER_FORMATS.items():
        if file in archive or any(entry.endswith(f"/{file}") for entry in archive.names):
            raise ImportRefused(
                _(
                    "This is not a Common Cartridge but looks like %(format)s, which can't be imported."
                )
                % {"format": format_name}
            )
    raise ImportRefused(_("This is not a Common Cartridge: it has no imsmanifest.xml."))


def _manifest(archive: Archive, root: Element) -> Manifest:
    metadata = xml.child(root, "metadata")
    schema = f"{xml.text(metadata, 'schema')} {xml.text(metadata, 'schemaversion')}".strip()
    if xml.local(root) != "manifest" or not _is_cartridge(root, schema):
        raise ImportRefused(
            _("This is not a Common Cartridge; its manifest says: %(schema)s")
            % {"schema": shown(schema) or _("nothing of its format")}
        )
    general = xml.child(metadata, "lom", "general")
    manifest = Manifest(
        identifier=xml.attribute(root, "identifier"),
        format=schema or "IMS Common Cartridge",
        title=xml.text(general, "title", "string") or xml.text(general, "title"),
        description=xml.text(general, "description", "string") or xml.text(general, "description"),
        items=[],
        resources={},
    )
    organizations = list(xml.children(xml.child(root, "organizations"), "organization"))
    if organizations:
        manifest.items = list(_items(organizations[0], manifest.title))
        manifest.title = manifest.title or xml.text(organizations[0], "title")
    _read_resources(archive, root, manifest)
    return manifest


def _is_cartridge(root: Element, schema: str) -> bool:
    return "common cartridge" in schema.lower() or (not schema and "/imscc" in str(root.tag))


def _items(organization: Element, title: str) -> Iterator[Item]:
    """Every item below the root, in reading order; without recursion, since anybody chooses the depth."""
    waiting = [(element, 0) for element in reversed(_top(organization, title))]
    count = 0
    while waiting:
        element, depth = waiting.pop()
        below = list(xml.children(element, "item"))
        count += 1
        if count > MAX_ITEMS:
            raise ImportRefused(
                _("The outline has more than %(most)s entries.") % {"most": MAX_ITEMS}
            )
        yield Item(
            identifier=xml.attribute(element, "identifier"),
            title=xml.text(element, "title"),
            reference=xml.attribute(element, "identifierref"),
            depth=depth,
            has_children=bool(below),
        )
        waiting.extend((child, depth + 1) for child in reversed(below))


def _top(organization: Element, title: str) -> list[Element]:
    """The items below the one root item, which has no title; where there is no such root, all."""
    items = list(xml.children(organization, "item"))
    if len(items) != 1 or xml.attribute(items[0], "identifierref"):
        return items
    is_root = xml.text(items[0], "title") in {"", title}
    return list(xml.children(items[0], "item")) if is_root else items


def _read_resources(archive: Archive, root: Element, manifest: Manifest) -> None:
    holder = xml.child(root, "resources")
    base = xml.attribute(root, "base") + xml.attribute(holder, "base")
    for number, element in enumerate(xml.children(holder, "resource")):
        if number >= MAX_RESOURCES:
            raise ImportRefused(
                _("The manifest has more than %(most)s resources.") % {"most": MAX_RESOURCES}
            )
        resource = _resource(archive, element, base)
        if resource.identifier in manifest.resources:
            manifest.warnings.append(
                _("Two resources are called %(name)s; the second was taken as another one.")
                % {"name": shown(resource.identifier)}
            )
            resource.identifier = f"{resource.identifier}#{number}"
        manifest.resources[resource.identifier] = resource


def _resource(archive: Archive, element: Element, base: str) -> Resource:
    base += xml.attribute(element, "base")
    resource = Resource(
        xml.attribute(element, "identifier"), xml.attribute(element, "type").lower()
    )
    for file in xml.children(element, "file"):
        path = base + xml.attribute(file, "href")
        name = archive.find(path)
        if name is None:
            resource.missing.append(unquote(path))
        elif name not in resource.files:
            resource.files.append(name)
    _read_href(archive, base, xml.attribute(element, "href"), resource)
    resource.dependencies = [
        xml.attribute(d, "identifierref") for d in xml.children(element, "dependency")
    ]
    resource.better = [xml.attribute(v, "identifierref") for v in xml.children(element, "variant")]
    roles = xml.children(
        xml.child(element, "metadata", "lom", "educational"), "intendedEndUserRole"
    )
    resource.roles = {xml.text(role, "value").lower() for role in roles}
    return resource


def _read_href(archive: Archive, base: str, href: str, resource: Resource) -> None:
    """The file that stands for the resource; where it may be one, an address of the web."""
    if is_web(href) and resource.type.startswith(("webcontent", "imswl")):
        resource.href = href
    if not href or is_web(href):
        return
    name = archive.find(base + href) or archive.find(
        base + href.partition("?")[0].partition("#")[0]
    )
    if name is None:
        if unquote(base + href) not in resource.missing:
            resource.missing.insert(0, unquote(base + href))
        return
    resource.href = name
    if name not in resource.files:
        resource.files.insert(0, name)
