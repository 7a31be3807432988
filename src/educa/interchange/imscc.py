"""IMS Common Cartridge 1.0 to 1.3: its manifest read into an outline."""

import itertools
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from django.utils.html import escape, format_html, linebreaks
from django.utils.translation import gettext as _

from educa.interchange import xml
from educa.interchange.archive import Archive, shown
from educa.interchange.manifest import Item, Manifest, Resource
from educa.interchange.outline import (
    ITEM,
    Body,
    Foreign,
    Heading,
    Leaf,
    Link,
    Missing,
    Outline,
    Packed,
    Page,
    Part,
    Prose,
    What,
    keyed,
)
from educa.interchange.pages import MAX_PAGE, host_of, is_page, is_web, plain_text, read_page
from educa.lib.uploads import AUDIO, VIDEO

MAX_XML = 4 * 2**20  # bytes of a link, discussion or assignment
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
KEPT_WHOLE = {What.QUIZ, What.QUESTIONS, What.TOOL, What.ASSIGNMENT, What.OTHER}
ROOT_PART = "(the course itself)"


def outline_of(archive: Archive, manifest: Manifest) -> Outline:
    """The course as the organization of the manifest tells it."""
    leaves = Leaves(archive, manifest)
    parts = parts_of(manifest, leaves)
    return Outline(
        identifier=manifest.identifier,
        format=manifest.format,
        title=manifest.title,
        overview=plain_text(manifest.description),
        parts=parts,
        loose=list(leaves.unnamed()),
        warnings=list(manifest.warnings),
    )


def parts_of(manifest: Manifest, leaves: "Leaves") -> list[Part]:
    """One part for each item at the top; what lies there without a folder goes into one of its own."""
    parts: list[Part] = []
    keys = Keys()
    loners: Part | None = None
    for item, below in _families(manifest.items):
        if item.reference:
            if loners is None:
                loners = Part(ROOT_PART, manifest.title)
                parts.append(loners)
            _fill(loners, [item, *below], leaves, keys)
        else:
            part = Part(keys.unique(item.identifier or item.title), item.title)
            parts.append(part)
            _fill(part, below, leaves, keys)
    return parts


def _families(items: list[Item]) -> Iterator[tuple[Item, list[Item]]]:
    """Each item at the top with all that lies below it, in reading order."""
    starts = [number for number, item in enumerate(items) if item.depth == 0]
    for start, end in itertools.pairwise([*starts, len(items)]):
        yield items[start], items[start + 1 : end]


def _fill(part: Part, items: list[Item], leaves: "Leaves", keys: "Keys") -> None:
    """Flatten the items into the part; folders and headers become headings over what they hold."""
    open_headings: list[tuple[int, Heading]] = []
    for item in items:
        while open_headings and open_headings[-1][0] >= item.depth:
            open_headings.pop()
        key = keys.unique(item.identifier or item.reference or item.title)
        if not item.reference and not item.title:
            continue
        for _depth, heading in open_headings[-1:]:
            heading.members.append(key)
        if item.reference:
            part.leaves.append(leaves.named(item.reference, key, item.title))
        else:
            heading = Heading()
            open_headings.append((item.depth, heading))
            part.leaves.append(Leaf(key, item.title, What.HEADING, heading))


class Keys:
    """Keeps the keys of items apart from each other and from all other keys: identifiers repeat in real packages."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, identifier: str) -> str:
        """A key made of the identifier, with its count from the second time on."""
        key = keyed(f"{ITEM}{identifier}")
        self._seen[key] = count = self._seen.get(key, 0) + 1
        return key if count == 1 else f"{key}#{count}"


class Leaves:
    """Makes leaves of a manifest's resources, and remembers which were named."""

    def __init__(self, archive: Archive, manifest: Manifest) -> None:
        self.archive = archive
        self.resources = manifest.resources
        self._named: set[str] = set()
        self._fallbacks: dict[str, list[str]] = {}
        for resource in manifest.resources.values():
            for better in resource.better:
                self._fallbacks.setdefault(better, []).append(resource.identifier)

    def named(self, identifier: str, key: str, title: str) -> Leaf:
        """The leaf of the resource that the outline names; one that says so when there is none."""
        resource = self.resources.get(identifier)
        if resource is None:
            reason = _("The package has no resource %(name)s.") % {"name": shown(identifier)}
            return Leaf(key, title or shown(identifier), What.OTHER, Missing(reason))
        resource = self._preferred(resource)
        self._named.add(resource.identifier)
        return self.leaf(resource, key, title)

    def unnamed(self) -> Iterator[Leaf]:
        """Leaves of what no outline names: pages, links and all that is no mere file of something else."""
        needed = {d for r in self.resources.values() for d in r.dependencies}
        for resource in list(self.resources.values()):
            identifier = resource.identifier
            if identifier in self._named or resource.better:
                continue
            what = what_of(resource)
            if what in {What.FILE, What.PICTURE, What.MEDIA} or (
                what == What.OTHER and identifier in needed
            ):
                continue
            leaf = self.leaf(resource, keyed(f"resource:{identifier}"), "")
            if what in {What.QUESTIONS, What.TOOL, What.OTHER} and isinstance(leaf.body, Foreign):
                leaf.body = Foreign(leaf.body.path, leaf.body.load, placeholder=False)
            yield leaf

    def _preferred(self, resource: Resource) -> Resource:
        """A variant points to what should be taken instead of it; the pointers may run in a ring."""
        seen = {resource.identifier}
        while nearest := next(
            (b for b in resource.better if b in self.resources and b not in seen), None
        ):
            seen.add(nearest)
            resource = self.resources[nearest]
        return resource

    def leaf(self, resource: Resource, key: str, title: str) -> Leaf:
        """A leaf for any resource; what is broken or unknown becomes a foreign thing, never an error."""
        what = what_of(resource)
        hidden = ""
        if resource.roles and not resource.roles & {"learner", "student"}:
            hidden = _("for instructors only in the source")
        leaf = Leaf(key, title, what, Foreign(), self.sources(resource), hidden)
        leaf.objects = {resource.identifier}
        if not resource.main:
            lacking = shown(resource.missing[0]) if resource.missing else _("any file")
            leaf.body = Missing(_("The package lacks %(file)s.") % {"file": lacking})
        else:
            try:
                leaf.body = self._body(resource, what, leaf)
            except xml.BrokenXml as error:
                leaf.body, leaf.note = (
                    Foreign(resource.main),
                    _("can't be read: %(why)s") % {"why": error},
                )
        leaf.title = leaf.title or resource.main.rpartition("/")[2] or str(what.label)
        return leaf

    def _test_title(self, path: str) -> str:
        root = self.parsed(path)
        holder = xml.child(root, "assessment")
        return xml.attribute(
            holder if holder is not None else xml.child(root, "objectbank"), "title"
        )

    def sources(self, resource: Resource) -> list[str]:
        """The files of a resource, of its poorer variants, and of what only it needs.

        Where the source is kept because nothing else can be, that is all that it needs.
        """
        found: dict[str, None] = {}
        whole = what_of(resource) in KEPT_WHOLE
        waiting, seen = [resource.identifier], set[str]()
        while waiting:
            identifier = waiting.pop()
            if identifier in seen or identifier not in self.resources:
                continue
            seen.add(identifier)
            one = self.resources[identifier]
            found.update(dict.fromkeys(one.files))
            waiting += self._fallbacks.get(identifier, [])
            waiting += [d for d in one.dependencies if whole or _is_own(self.resources.get(d))]
        return list(found)

    def _body(self, resource: Resource, what: What, leaf: Leaf) -> Body:
        path = resource.main
        if what == What.PAGE:
            if self.archive.size(path) > MAX_PAGE:
                leaf.note = _("a page this large is not read as a text")
                return Packed(path)
            leaf.title = leaf.title or read_page(self.archive.read(path, MAX_PAGE)).title
            return Page(path)
        if what in {What.FILE, What.PICTURE, What.MEDIA}:
            return Packed(path)
        if what == What.LINK and is_web(path):
            return Link(path)
        if what in {What.LINK, What.DISCUSSION, What.ASSIGNMENT, What.TOOL}:
            root = self.parsed(path)
            leaf.title = leaf.title or xml.text(root, "title")
            return self._told(root, path, what)
        if what in {What.QUIZ, What.QUESTIONS}:
            leaf.title = leaf.title or self._test_title(path) or str(what.label).capitalize()
        return Foreign(path)

    def _told(self, root: Element, path: str, what: What) -> Body:
        if what == What.LINK:
            return Link(xml.attribute(xml.child(root, "url"), "href"))
        if what == What.TOOL:
            address = xml.text(root, "secure_launch_url") or xml.text(root, "launch_url")
            return Foreign(path, lambda: tool_detail(address))
        return Prose(path, lambda: _prose(self.parsed(path)))

    def parsed(self, path: str) -> Element:
        """The root of an XML file. Raises BrokenXml, also for one that is too large."""
        if self.archive.size(path) > MAX_XML:
            raise xml.BrokenXml(_("%(name)s is too large") % {"name": shown(path)})
        return xml.parse(self.archive.read(path, MAX_XML), path, self.archive.warnings)


def what_of(resource: Resource) -> What:
    """What a resource is, by its type; a plain file by its name."""
    for sign, what in TYPES:
        if sign(resource.type):
            return what
    if not resource.type.startswith("webcontent"):
        return What.OTHER
    name = resource.main or next(iter(resource.missing), "")
    if is_web(name):
        return What.LINK
    return what_of_file(name)


TYPES: list[tuple[Callable[[str], bool], What]] = [
    (lambda name: name.startswith("imswl_"), What.LINK),
    (lambda name: name.startswith("imsdt_"), What.DISCUSSION),
    (lambda name: name.startswith("assignment_"), What.ASSIGNMENT),
    (lambda name: name.startswith("imsbasiclti_"), What.TOOL),
    (lambda name: "question-bank" in name, What.QUESTIONS),
    (lambda name: name.startswith("imsqti"), What.QUIZ),
]


def what_of_file(name: str) -> What:
    """What a file is for its reader, by its name."""
    ending = f".{name.rpartition('.')[2].lower()}"
    if is_page(name):
        return What.PAGE
    if ending in PICTURES:
        return What.PICTURE
    return What.MEDIA if ending in VIDEO or ending in AUDIO else What.FILE


def _is_own(resource: Resource | None) -> bool:
    """Whether what a resource depends on is a part of it and not a file for all."""
    return resource is not None and what_of(resource) == What.OTHER


def tool_detail(address: str) -> str:
    """The host of a tool; the rest of its address may hold keys."""
    host = host_of(address)
    return format_html("<p>{}</p>", _("It ran on %(host)s.") % {"host": host}) if host else ""


def _prose(root: Element) -> str:
    """The text of a discussion or assignment, with links to what is attached."""
    element = xml.child(root, "text")
    if element is None:
        element = xml.child(root, "instructor_text")
    html = xml.text(element)
    if xml.attribute(element, "texttype").lower() == "text/plain":
        html = linebreaks(html, autoescape=True)
    attached = [
        xml.attribute(a, "href") for a in xml.children(xml.child(root, "attachments"), "attachment")
    ]
    links = "".join(
        f'<li><a href="{escape(href)}">{escape(href.rpartition("/")[2])}</a></li>'
        for href in attached
        if href
    )
    return f"{html}<ul>{links}</ul>" if links else html
