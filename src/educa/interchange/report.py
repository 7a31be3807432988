"""The fidelity report: what became of everything in a package, for people and for programs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from educa.courses.models import Course
from educa.interchange.archive import shown
from educa.interchange.outline import What


class Status(TextChoices):
    """How faithfully a thing came in."""

    IMPORTED = "imported", gettext_lazy("imported")
    SIMPLIFIED = "simplified", gettext_lazy("simplified")
    KEPT = "kept as file", gettext_lazy("kept as file")
    SKIPPED = "skipped", gettext_lazy("skipped")


LOSSES = (Status.KEPT, Status.SKIPPED)


@dataclass
class Entry:
    """One thing of the package. `became` is the kind of content (or `attachment`, `cover`, `captions`), "" for nothing."""

    identifier: str
    path: str
    title: str
    what: What
    status: Status
    became: str = ""
    reason: str = ""
    module: str = ""

    def as_dict(self) -> dict[str, str]:
        return {
            "identifier": self.identifier,
            "path": self.path,
            "title": self.title,
            "type": self.what.value,
            "module": self.module,
            "status": self.status.value,
            "became": self.became,
            "reason": self.reason,
        }


@dataclass
class Report:
    """What an import did, or would do. `course` is empty after a dry run that would make a new one."""

    package: str
    sha256: str = ""
    format: str = ""
    dry_run: bool = False
    updated: bool = False
    course: dict[str, Any] = field(default_factory=dict)
    modules: int = 0
    entries: list[Entry] = field(default_factory=list)
    removed: int = 0
    warnings: list[str] = field(default_factory=list)

    def describe(self, course: Course | None) -> None:
        """Tell of the course that was made or changed, if there is one."""
        if course is not None:
            address = reverse("course_detail", args=[course.slug])
            self.course = {"id": course.pk, "slug": course.slug, "title": course.title,
                           "status": course.status, "address": address}  # fmt: skip

    @property
    def has_losses(self) -> bool:
        """Whether something of the package can't be read by students now."""
        return any(entry.status in LOSSES for entry in self.entries)

    def totals(self) -> dict[str, int]:
        """How many entries have each status; the four always in the same order."""
        counted = Counter(entry.status for entry in self.entries)
        return {status.value: counted[status] for status in Status}

    def types(self) -> dict[str, dict[str, int]]:
        """The same for each type of thing that the package has."""
        counted = Counter((entry.what, entry.status) for entry in self.entries)
        present = [what for what in What if any(counted[what, status] for status in Status)]
        return {
            what.value: {s.value: counted[what, s] for s in Status if counted[what, s]}
            for what in present
        }

    def as_dict(self) -> dict[str, Any]:
        """Everything, as plain values for JSON."""
        return {
            "package": self.package,
            "sha256": self.sha256,
            "format": self.format,
            "dry_run": self.dry_run,
            "updated": self.updated,
            "course": self.course or None,
            "modules": self.modules,
            "removed": self.removed,
            "totals": self.totals(),
            "types": self.types(),
            "items": [entry.as_dict() for entry in self.entries],
            "warnings": self.warnings,
        }

    def lines(self, *, every_entry: bool = False) -> Iterator[str]:
        """The report for people. What came in whole is only counted, unless every entry is asked for."""
        yield self._headline()
        yield from self._table()
        for status in Status:
            entries = [entry for entry in self.entries if entry.status == status]
            if entries and (every_entry or status != Status.IMPORTED):
                yield ""
                yield f"{status.label} ({len(entries)})"
                yield from _grouped(entries)
        if self.warnings:
            yield ""
            yield from (_("Note: %(warning)s") % {"warning": warning} for warning in self.warnings)

    def _headline(self) -> str:
        about = {"package": self.package, "format": self.format, **self.course}
        if self.dry_run:
            return (
                _("%(package)s (%(format)s): nothing was changed, this is what would come in.")
                % about
            )
        if self.updated:
            return _("%(package)s (%(format)s) updated the course “%(title)s”: %(address)s") % about
        return _("%(package)s (%(format)s) is now the course “%(title)s”: %(address)s") % about

    def _table(self) -> Iterator[str]:
        totals = self.totals()
        names = [str(status.label) for status in Status]
        rows = [
            (What(what).label, [counts.get(s, 0) for s in totals])
            for what, counts in self.types().items()
        ]
        width = max([len(str(name)) for name, _counts in rows] + [len(_("total"))])
        yield ""
        yield " " * width + "".join(f"{name:>{_column(name)}}" for name in names)
        for name, counts in [*rows, (_("total"), list(totals.values()))]:
            cells = zip(counts, names, strict=True)
            yield f"{name:<{width}}" + "".join(
                f"{count or '-':>{_column(head)}}" for count, head in cells
            )
        yield ngettext("%(count)s module", "%(count)s modules", self.modules) % {
            "count": self.modules
        }


def _column(name: str) -> int:
    return len(name) + 3


def _grouped(entries: list[Entry]) -> Iterator[str]:
    """The titles below the reason that they share, in the order of the first of each."""
    groups: dict[tuple[What, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.what, entry.reason), []).append(entry)
    for (what, reason), group in groups.items():
        yield f"  {what.label}: {reason}" if reason else f"  {what.label}"
        for entry in group:
            yield f"      {shown(entry.title)}"
