"""What the speed of the site should be: the aims, and whether a row meets them."""

from dataclasses import dataclass
from typing import Any

TRIVIAL = 0.39  # CPU ms of the empty Django view on the machine for which the aims were written
MOST_STATEMENTS = 12  # of any page
GROWTH = 1.2  # times itself that a row may take with ten times the data


@dataclass(frozen=True)
class Aim:
    """At most so many CPU milliseconds of all processes for one visit, and statements; bytes of HTML."""

    cpu: float | None = None
    statements: int = MOST_STATEMENTS
    figure: str = "statements_cold"
    size: int | None = None


# By page and system.
AIMS = {
    ("catalogue", "production"): Aim(0.8, 1),
    ("catalogue", "uncached"): Aim(7, 1),
    ("course", "production"): Aim(0.8, 1),
    ("course", "uncached"): Aim(4, 1),
    ("sign-in", "production"): Aim(40, 3),
    ("first-visit", "production"): Aim(3, 2, "statements_warm", size=20_000),
    ("first-visit", "uncached"): Aim(7),
    ("visit", "production"): Aim(None, 1, "statements_warm", size=20_000),
    ("player", "production"): Aim(None, 1, "statements_warm"),
    ("list", "production"): Aim(7, 4),
    ("api-10", "production"): Aim(0.8, 1),
    ("api-10", "uncached"): Aim(4, 1),
    ("api-contents", "production"): Aim(3, 2, "statements_warm"),
    ("api-contents", "uncached"): Aim(None, 8),
}
# Scaled with the trivial view are the aims for CPU. Those below are not: sizes do not depend on the machine, and
# what has to do with waiting (a room, a start) is promised to people as it is.
MEMORY = {"embedded": 120, "production": 150}  # MB at rest, all processes of our own
DELIVERIES = 20_000  # a second, in one process
LATENESS = 150  # ms, p99 at 1,000 clients and 10 messages a second
CONNECTIONS = 300  # accepted a second
START = 20  # seconds from a clean checkout to the first page


def yes(*, is_met: bool) -> str:
    """The word for it."""
    return "yes" if is_met else "NO"


def scale_of(trivial: float | None) -> float:
    """How much slower this machine is just now than the one of the aims; never faster."""
    return max(1.0, trivial / TRIVIAL) if trivial else 1.0


def judged(row: dict[str, Any], scale: float) -> dict[str, str]:
    """The aims beside a row, and whether they are met, as words."""
    aim = AIMS.get((row["page"], row["system"]), Aim())
    found = {"aim": "", "statements_aim": "", "size_aim": ""}
    if aim.cpu is not None:
        most = aim.cpu * scale
        found["aim"] = f"<={most:.1f} {yes(is_met=row['cpu'] <= most)}"
    if aim.figure in row:
        met = row[aim.figure] <= aim.statements
        found["statements_aim"] = f"<={aim.statements} {yes(is_met=met)}"
    if aim.size is not None and "bytes" in row:
        found["size_aim"] = f"<={aim.size / 1e3:.0f} {yes(is_met=row['bytes'] <= aim.size)}"
    return found
