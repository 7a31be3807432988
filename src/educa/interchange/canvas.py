"""What Canvas adds to a Common Cartridge: its own outline, and what students could not see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from educa.interchange import xml
from educa.interchange.archive import Archive
from educa.interchange.imscc import Keys, Leaves, outline_of, tool_detail
from educa.interchange.manifest import Manifest
from educa.interchange.outline import (
    Foreign,
    Heading,
    Leaf,
    Link,
    Outline,
    Packed,
    Page,
    Part,
    Prose,
    Track,
    What,
)
from educa.interchange.pages import MAX_PAGE, is_page, plain_text, read_page

SETTINGS = "course_settings"
SIGN = f"{SETTINGS}/canvas_export.txt"
BANKS = "non_cc_assessments"
MODULES = f"{SETTINGS}/module_meta.xml"
VISIBLE = {"", "active", "published", "available", "locked"}
# What a course's settings may hold that its people made; the rest is bookkeeping.
MADE = {
    "rubrics.xml": "rubric",
    "learning_outcomes.xml": "learningOutcome",
    "events.xml": "event",
    "grading_standards.xml": "gradingStandard",
}


def is_canvas(archive: Archive) -> bool:
    return SIGN in archive or MODULES in archive


def canvas_outline_of(archive: Archive, manifest: Manifest) -> Outline:
    """The course as Canvas tells it: by its own list of modules where there is one.

    The organization leaves out what is unpublished, and knows neither external tools nor states.
    """
    settings = Settings(archive)
    modules = settings.root("module_meta.xml")
    outline = outline_of(archive, manifest)
    leaves = Leaves(archive, manifest)
    if modules is not None and next(xml.children(modules, "module"), None) is not None:
        outline.parts = list(_parts(modules, leaves))
        outline.loose = list(leaves.unnamed())
    for leaf in _all(outline):
        settings.complete(leaf)
    course = settings.root("course_settings.xml")
    outline.format = f"Canvas, {manifest.format}"
    outline.title = xml.text(course, "title") or outline.title
    outline.bookkeeping = {name for name in archive.names if name.startswith(f"{SETTINGS}/")}
    outline.loose = [leaf for leaf in outline.loose if not _is_settings(leaf)]
    outline.loose += settings.made_by_people()
    if syllabus := settings.syllabus():
        outline.parts.insert(0, syllabus)
    for bank in _unclaimed_banks(archive, outline):
        settings.complete(bank)
        outline.loose.append(bank)
    outline.cover = _file_of(manifest, xml.text(course, "image_identifier_ref"))
    outline.hidden_files = settings.hidden_files(manifest)
    outline.tracks = list(settings.tracks(manifest))
    return outline


def _all(outline: Outline) -> list[Leaf]:
    return [*(leaf for part in outline.parts for leaf in part.leaves), *outline.loose]


def _parts(modules: Element, leaves: Leaves) -> list[Part]:
    parts, keys = [], Keys()
    for module in _by_position(xml.children(modules, "module")):
        part = Part(keys.unique(xml.attribute(module, "identifier")), xml.text(module, "title"))
        if xml.text(module, "workflow_state") not in VISIBLE:
            part.hidden = unpublished_module()
        headings: list[tuple[int, Heading]] = []
        for item in _by_position(xml.children(xml.child(module, "items"), "item")):
            leaf = _leaf(item, leaves, keys)
            leaf.hidden = leaf.hidden or part.hidden
            _put_below(leaf, int_of(xml.text(item, "indent")), headings)
            part.leaves.append(leaf)
        parts.append(part)
    return parts


def _put_below(leaf: Leaf, indent: int, headings: list[tuple[int, Heading]]) -> None:
    """A header stands over what follows, until the next one that is not further in."""
    if isinstance(leaf.body, Heading):
        while headings and headings[-1][0] >= indent:
            headings.pop()
        headings.append((indent, leaf.body))
    elif headings and not leaf.hidden:
        headings[-1][1].members.append(leaf.key)


def _by_position(elements: Iterable[Element]) -> list[Element]:
    return sorted(elements, key=lambda element: int_of(xml.text(element, "position")))


def int_of(text: str) -> int:
    """A place or depth; 0 for what is none."""
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def unpublished() -> str:
    return _("unpublished in the source")


def unpublished_module() -> str:
    return _("in a module that is unpublished in the source")


def _leaf(item: Element, leaves: Leaves, keys: Keys) -> Leaf:
    key = keys.unique(xml.attribute(item, "identifier"))
    title, kind = xml.text(item, "title"), xml.text(item, "content_type")
    reference = xml.text(item, "identifierref")
    if kind == "ContextModuleSubHeader":
        leaf = Leaf(key, title, What.HEADING, Heading())
    elif kind == "ExternalUrl":
        leaf = Leaf(key, title, What.LINK, Link(xml.text(item, "url")), [MODULES])
    elif kind == "ContextExternalTool":
        address = xml.text(item, "url")
        sources = (
            leaves.sources(leaves.resources[reference]) if reference in leaves.resources else []
        )
        body = Foreign(load=lambda: tool_detail(address))
        leaf = Leaf(key, title, What.TOOL, body, sources or [MODULES])
    else:
        leaf = leaves.named(reference, key, title)
    leaf.objects.add(xml.attribute(item, "identifier"))
    if xml.text(item, "workflow_state") not in VISIBLE:
        leaf.hidden = unpublished()
    return leaf


@dataclass
class Settings:
    """The folder `course_settings` of an export, and the notes that stand beside its contents."""

    archive: Archive

    def root(self, name: str) -> Element | None:
        """The root of one of its files; None when it is missing or can't be read."""
        return self.read(f"{SETTINGS}/{name}")

    def read(self, path: str) -> Element | None:
        if path not in self.archive or self.archive.size(path) > 16 * 2**20:
            return None
        try:
            return xml.parse(self.archive.read(path, 16 * 2**20), path, self.archive.warnings)
        except xml.BrokenXml:
            return None

    def complete(self, leaf: Leaf) -> None:
        """Add what Canvas keeps beside a leaf: its state, and the text and questions of a quiz."""
        if isinstance(leaf.body, Page):
            self._complete_page(leaf, leaf.body.path)
        if leaf.sources and leaf.sources[0].startswith(f"{BANKS}/"):
            leaf.what, leaf.title = What.QUESTIONS, self._bank_title(leaf)
        for path in list(leaf.sources):
            folder, _slash, name = path.rpartition("/")
            if name in {"assessment_meta.xml", "assignment_settings.xml", "assignment.xml"} or (
                not folder and path.endswith(".xml") and leaf.what == What.DISCUSSION
            ):
                self._complete_from(leaf, path, self.read(path))
        if leaf.what == What.QUIZ:
            leaf.sources += [
                name
                for name in self._complete_banks(leaf)
                if name in self.archive and name not in leaf.sources
            ]

    def _complete_page(self, leaf: Leaf, path: str) -> None:
        source = read_page(self.archive.read(path, MAX_PAGE))
        if source.meta.get("workflow_state", "") not in VISIBLE:
            leaf.hidden = leaf.hidden or unpublished()
        slug = path.rpartition("/")[2].rpartition(".")[0].lower()
        leaf.objects |= {f"pages/{slug}", source.meta.get("identifier", "")} - {""}

    def _complete_from(self, leaf: Leaf, path: str, root: Element | None) -> None:
        if root is None:
            return
        kind = xml.local(root)
        states = {xml.text(root, "workflow_state")}
        states.add(xml.text(root, "extensions", "assignment", "workflow_state"))
        if kind == "quiz":
            states.add("active" if xml.text(root, "available") != "false" else "unpublished")
            states.add(xml.text(root, "assignment", "workflow_state"))
            if isinstance(leaf.body, Foreign):
                leaf.body = Foreign(path, lambda: xml.text(self.read(path), "description"))
            leaf.title = xml.text(root, "title") if leaf.title.endswith(".xml") else leaf.title
        if kind == "assignment" and isinstance(leaf.body, Foreign):
            self._complete_assignment(leaf, xml.text(root, "title"))
        if kind in {"quiz", "assignment", "topicMeta"} and not states <= VISIBLE:
            leaf.hidden = leaf.hidden or unpublished()
        if identifier := xml.attribute(root, "identifier"):
            leaf.objects.add(identifier)

    def _complete_assignment(self, leaf: Leaf, title: str) -> None:
        """Canvas once told of assignments in a page and a file of its own, with a type that says nothing."""
        pages = [s for s in leaf.sources if is_page(s) and self.archive.size(s) <= MAX_PAGE]
        if pages:
            html = pages[0]
            leaf.what = What.ASSIGNMENT
            leaf.body = Prose(html, lambda: read_page(self.archive.read(html, MAX_PAGE)).html)
            leaf.title = title or leaf.title

    def _bank_title(self, leaf: Leaf) -> str:
        root = self.read(leaf.sources[0])
        for found in root if root is not None else ():
            for named in xml.children(xml.child(found, "qtimetadata"), "qtimetadatafield"):
                if xml.text(named, "fieldlabel") == "bank_title":
                    return xml.text(named, "fieldentry") or leaf.title
        return leaf.title

    def _complete_banks(self, leaf: Leaf) -> list[str]:
        """The whole questions of a quiz; what the cartridge proper holds of them is a part only."""
        return [f"{BANKS}/{name}.xml.qti" for name in sorted(leaf.objects)]

    def made_by_people(self) -> list[Leaf]:
        """Rubrics, outcomes, events and grading schemes: things that can be kept, not shown."""
        leaves = []
        for name, element in MADE.items():
            root = self.root(name)
            count = (
                sum(xml.local(found) == element for found in root.iter()) if root is not None else 0
            )
            if count:
                path = f"{SETTINGS}/{name}"
                body = Foreign(path, placeholder=False)
                leaves.append(Leaf(path, f"{name} ({count})", What.SETTINGS, body, [path]))
        return leaves

    def syllabus(self) -> Part | None:
        """The syllabus as a part of its own, if it says anything."""
        path = f"{SETTINGS}/syllabus.html"
        if path not in self.archive or self.archive.size(path) > MAX_PAGE:
            return None
        html = read_page(self.archive.read(path, MAX_PAGE)).html
        if not plain_text(html.partition("<body")[2].partition(">")[2]):
            return None
        title = _("Syllabus")
        return Part(path, title, [Leaf(path, title, What.PAGE, Page(path), [path])])

    def hidden_files(self, manifest: Manifest) -> dict[str, str]:
        """Files that students could not see, with the reason."""
        hidden = {}
        for file in xml.children(xml.child(self.root("files_meta.xml"), "files"), "file"):
            state = next((s for s in ("hidden", "locked") if xml.text(file, s) == "true"), "")
            name = _file_of(manifest, xml.attribute(file, "identifier"))
            if state and name:
                hidden[name] = _("hidden from students in the source")
        return hidden

    def tracks(self, manifest: Manifest) -> Iterator[Track]:
        """The captions of the course's own videos."""
        for media in xml.children(self.root("media_tracks.xml"), "media"):
            video = _file_of(manifest, xml.attribute(media, "identifierref"))
            for track in xml.children(media, "track"):
                captions = _file_of(manifest, xml.attribute(track, "identifierref"))
                if video and captions:
                    yield Track(video, captions, xml.attribute(track, "locale") or "und")


def _file_of(manifest: Manifest, identifier: str) -> str:
    resource = manifest.resources.get(identifier)
    return resource.main if resource and resource.main in resource.files else ""


def _is_settings(leaf: Leaf) -> bool:
    return isinstance(leaf.body, Foreign | Packed) and any(
        s.startswith(f"{SETTINGS}/") for s in leaf.sources
    )


def _unclaimed_banks(archive: Archive, outline: Outline) -> list[Leaf]:
    """Question banks, which no resource of the manifest names."""
    claimed = {source for leaf in _all(outline) for source in leaf.sources}
    banks = [n for n in archive.names if n.startswith(f"{BANKS}/") and n not in claimed]
    return [
        Leaf(
            bank, bank.rpartition("/")[2], What.QUESTIONS, Foreign(bank, placeholder=False), [bank]
        )
        for bank in sorted(banks)
    ]
