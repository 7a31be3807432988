"""What is amiss in a course before it is published: what keeps it from that, and what is only advice."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from educa.courses.addresses import Reference, references_in
from educa.courses.kinds.findings import NO_ALTERNATIVE_TEXT, Matter, Severity
from educa.courses.kinds.registry import Kind, kinds
from educa.courses.links import NO_SUCH_PART, Links, items_of
from educa.courses.models import Content, Course
from educa.courses.outline import Entry, Part, outline_of
from educa.lib.html import anchors_in, leads_astray
from educa.lib.markdown import render_markdown

SHOWN = 100  # findings of one matter that are told one by one
CHUNK = 200  # texts in memory at a time
MAX_REFERENCES = 50_000  # addresses in texts that are looked at
# Characters of texts with links to their own headings; those of more are taken to be good.
MAX_RENDERED = 500_000

NO_MODULE = Matter(_("No module"), _("Add a module with at least one content."), Severity.PROBLEM)
NO_CONTENT = Matter(
    _("Nothing to read"),
    _("Add a text, a picture, a file or a video to a module."),
    Severity.PROBLEM,
)
NO_OVERVIEW = Matter(
    _("No overview"), _("The course page does not say yet what your course is about.")
)
EMPTY_MODULE = Matter(_("Empty modules"), _("Students see their titles, and nothing inside."))
GONE = Matter(
    _("Contents that are gone"),
    _("They can't be shown any more, so students find nothing to read there."),
)
CLOSED_LINK = Matter(_("Links that lead nowhere"), _("Students who follow them see an error."))
CLOSED_PICTURE = Matter(
    _("Pictures that don't show"), _("Only pictures that you upload to this course are shown.")
)


@dataclass(frozen=True)
class Place:
    """Somewhere in a course: a content with its item's key, a module, or (neither) the course itself."""

    part: Part | None = None
    entry: Entry | None = None
    item: int = 0

    @property
    def order(self) -> tuple[int, int]:
        """By it, places are in reading order; the course itself comes first."""
        return (self.part.place if self.part else 0, self.entry.place if self.entry else 0)


@dataclass(frozen=True)
class Finding:
    """One thing that is amiss, and where; `address` stands in a text there, `detail` says what is wrong with it."""

    matter: Matter
    place: Place = Place()
    detail: str | Promise = ""
    address: str = ""


@dataclass
class Group:
    """The findings of one matter in reading order; beyond `SHOWN` they are only counted."""

    matter: Matter
    findings: list[Finding] = field(default_factory=list)
    total: int = 0

    @property
    def unshown(self) -> int:
        return self.total - len(self.findings)

    @property
    def is_problem(self) -> bool:
        return self.matter.severity == Severity.PROBLEM


def checklist_of(course: Course) -> list[Group]:
    """What is amiss in the course, problems first; the statements that it takes don't grow with it."""
    groups: dict[Matter, Group] = {}
    for finding in sorted(_Inspection(course).findings(), key=lambda finding: finding.place.order):
        group = groups.setdefault(finding.matter, Group(finding.matter))
        group.total += 1
        if len(group.findings) < SHOWN:
            group.findings.append(finding)
    return sorted(groups.values(), key=lambda group: not group.is_problem)


def problems_of(course: Course) -> list[Finding]:
    """Only what keeps the course from being published, for which no text has to be read."""
    inspection = _Inspection(course)
    found = [*inspection.in_outline(), *inspection.in_items()]
    return [finding for finding in found if finding.matter.severity == Severity.PROBLEM]


class _Inspection:
    """Looks at a course as its students will find it."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.unrendered = MAX_RENDERED
        self.parts = outline_of(course)
        self.part_of = {part.pk: part for part in self.parts}
        self.entries = {entry.pk: entry for part in self.parts for entry in part.outline}

    def findings(self) -> list[Finding]:
        """All of them, in no order."""
        return [*self.in_outline(), *self.in_items(), *self.in_texts()]

    def in_outline(self) -> Iterator[Finding]:
        """What can be seen from outside of the contents."""
        if not self.parts:
            yield Finding(NO_MODULE)
        elif not self.entries:
            yield Finding(NO_CONTENT)
        if not self.course.overview.strip():
            yield Finding(NO_OVERVIEW)
        gone = Counter(module for pk, module, *_item in self._contents if pk not in self.entries)
        for part in self.parts:
            yield from [Finding(GONE, Place(part))] * gone[part.pk]
            if self.entries and not part.outline and not gone[part.pk]:
                yield Finding(EMPTY_MODULE, Place(part))

    def in_items(self) -> Iterator[Finding]:
        """What the kinds find in their items."""
        for kind in kinds():
            for found in kind.model.findings(items_of(self.course, kind)):
                place = self._place_of(kind, found.item)
                if place:
                    yield Finding(found.matter, place, found.detail)

    def in_texts(self) -> Iterator[Finding]:
        """Addresses that lead nowhere, and pictures that say nothing."""
        written = list(islice(self._references(), MAX_REFERENCES))
        closed = Links(self.course, self.parts).closed({ref for _place, ref, _astray in written})
        for place, ref, astray in written:
            if astray:
                yield Finding(CLOSED_LINK, place, NO_SUCH_PART, ref.address)
            if ref in closed:
                matter = CLOSED_PICTURE if ref.is_picture else CLOSED_LINK
                yield Finding(matter, place, closed[ref], ref.address)
            if ref.is_picture and not ref.alt and not ref.is_decoration:
                yield Finding(NO_ALTERNATIVE_TEXT, place, address=ref.address)

    def _references(self) -> Iterator[tuple[Place, Reference, bool]]:
        """The addresses in the overview and in the texts of each content, each once, with their place.

        And whether it leads to a part of the same text that is not there.
        """
        overview = self.course.overview
        yield from self._located(Place(), [overview], lambda: anchors_in(render_markdown(overview)))
        for kind in kinds():
            names = kind.model.text_fields()
            rows = items_of(self.course, kind)
            for item in rows.iterator(chunk_size=CHUNK) if names else ():
                place = self._place_of(kind, item.pk)
                if place:
                    texts = [getattr(item, name) or "" for name in names]
                    yield from self._located(place, texts, item.anchors)

    def _located(
        self, place: Place, texts: list[str], anchors: Callable[[], set[str]]
    ) -> Iterator[tuple[Place, Reference, bool]]:
        found = dict.fromkeys(ref for text in texts for ref in references_in(text))
        there: set[str] | None = None
        if any(not ref.is_picture and ref.address.startswith("#") for ref in found):
            self.unrendered -= sum(map(len, texts))
            there = anchors() if self.unrendered >= 0 else None
        for ref in found:
            is_link = not ref.is_picture and there is not None
            yield place, ref, is_link and leads_astray(ref.address, there or set())

    def _place_of(self, kind: Kind, item: int) -> Place | None:
        """The content in which the item stands; None for one that nobody sees."""
        entry = self.entries.get(self._content_of.get((kind.content_type().pk, item), 0))
        return Place(self.part_of[entry.module_pk], entry, item) if entry else None

    @cached_property
    def _content_of(self) -> dict[tuple[int, int], int]:
        return {(kind, item): pk for pk, _module, kind, item in self._contents}

    @cached_property
    def _contents(self) -> list[tuple[int, int, int, int]]:
        """Content, module, content type and item, as keys, of every content."""
        rows = Content.objects.filter(module__course=self.course).order_by()
        return list(rows.values_list("pk", "module", "content_type", "object_id"))
