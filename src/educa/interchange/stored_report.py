"""A report as it is kept with a transfer, arranged for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from educa.interchange.archive import shown
from educa.interchange.outline import What
from educa.interchange.report import Status

MOST_TITLES = 100  # below one reason; more are counted


@dataclass
class Group:
    """Things that share what they were and what became of them, and why."""

    what: str
    reason: str
    titles: list[str] = field(default_factory=list)

    @property
    def first(self) -> list[str]:
        return self.titles[:MOST_TITLES]

    @property
    def more(self) -> int:
        return len(self.titles) - len(self.first)


@dataclass(frozen=True)
class Section:
    """Everything that came in as faithfully; `name` is the status."""

    name: str
    label: str
    total: int
    groups: list[Group]


class StoredReport:
    """The report of `educa.interchange.report` from its JSON; what it lacks is empty."""

    def __init__(self, report: dict[str, Any]) -> None:
        self._report = report
        self.items: list[dict[str, str]] = report.get("items", [])

    @property
    def format(self) -> str:
        return str(self._report.get("format", ""))

    @property
    def title(self) -> str:
        """The title of the course, if there is one."""
        return str((self._report.get("course") or {}).get("title", ""))

    @property
    def is_update(self) -> bool:
        return bool(self._report.get("updated"))

    @property
    def removed(self) -> int:
        return int(self._report.get("removed", 0))

    @property
    def warnings(self) -> list[str]:
        return list(self._report.get("warnings", []))

    @property
    def statuses(self) -> list[Status]:
        """Those that something has, in the order of each row's counts."""
        totals = self._report.get("totals", {})
        return [status for status in Status if totals.get(status.value)]

    def rows(self) -> Iterator[tuple[str, list[int]]]:
        """How many things of each type came in how."""
        for what, counts in self._report.get("types", {}).items():
            yield _label(what), [counts.get(status.value, 0) for status in self.statuses]

    @property
    def totals(self) -> list[int]:
        totals = self._report.get("totals", {})
        return [totals[status.value] for status in self.statuses]

    def sections(self) -> list[Section]:
        """First what is worth reading: what was skipped, kept as a file, or simplified."""
        sections = (self._section(status) for status in reversed(Status))
        return [section for section in sections if section.total]

    def _section(self, status: Status) -> Section:
        groups: dict[tuple[str, str], Group] = {}
        items = [item for item in self.items if item["status"] == status.value]
        for item in items:
            key = (item["type"], item["reason"])
            group = groups.setdefault(key, Group(_label(item["type"]), item["reason"]))
            group.titles.append(shown(item["title"]))
        return Section(status.name.lower(), str(status.label), len(items), list(groups.values()))


def _label(what: str) -> str:
    return str(What(what).label) if what in What.values else what
