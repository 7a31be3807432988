"""The table of a run, and how it compares with the run before."""

import json
from operator import ge, le
from pathlib import Path
from typing import Any

from bench.contract import (
    CONNECTIONS,
    DELIVERIES,
    GROWTH,
    LATENESS,
    MEMORY,
    START,
    judged,
    scale_of,
    yes,
)

Row = dict[str, Any]
NO_RESULT = "NO RESULT"
SIGNS = {ge: ">=", le: "<="}
HEAD = (
    "courses page         system        req/s   p50 ms   p99 ms | CPU ms server database  cache"
    "    all aim         x trivial | statements cold, warm, aim |     KB aim       |    MB | failed   was"
)
ROW = (
    "{courses:>7} {page:12} {system:10} {rps:>8.0f} {median:>8.2f} {p99:>8.2f} |"
    " {cpu_server:>13.2f} {cpu_database:>8.2f} {cpu_cache:>6.2f} {cpu:>6.2f} {aim:11} {ratio:>9} |"
    " {cold:>15} {warm:>4} {statements_aim:>9} | {kb:>6} {size_aim:9} | {mb:>5} |"
    " {failed:>6} {was}"
)


class Report:
    """Rows as they come, printed beside their aims and what they were the last time.

    A row in which something failed is marked and no result: it is not kept, and `failed` names it.
    """

    def __init__(self, last: Path | None) -> None:
        self.rows: list[Row] = []
        self.failed: list[str] = []
        known = json.loads(last.read_text()) if last and last.exists() else []
        self.known = {key_of(row): row for row in known}

    def begin(self) -> None:
        """Print the head of the table."""
        print(f"\n{HEAD}")

    def add(self, row: Row) -> None:
        """Print a row of the table, with its aims scaled by the trivial view in the same rounds."""
        trivial = row["cpu"] if row["page"] == "trivial" else row.get("trivial")
        words = {
            **judged(row, scale_of(trivial)),
            "ratio": f"{row['cpu'] / trivial:.1f}" if trivial else "",
            "cold": row.get("statements_cold", ""),
            "warm": row.get("statements_warm", ""),
            "kb": f"{row['bytes'] / 1e3:.1f}" if "bytes" in row else "",
            "mb": f"{row['memory']:.0f}" if "memory" in row else "",
            "was": self.was(row, "cpu", digits=2),
        }
        if not self._keep(row):
            words["aim"] = NO_RESULT
        print(ROW.format(**row | words), flush=True)
        if row["page"] == "trivial":
            print(
                f"so aims are scaled by {scale_of(trivial):.2f}, and beside a page by its own rounds"
            )

    def was(self, row: Row, *keys: str, digits: int = 0) -> str:
        """A figure of the newest run before that has this row, and how it has changed."""
        try:
            old, new = figure(self.known[key_of(row)], *keys), figure(row, *keys)
        except KeyError:
            return ""
        return f"{old:.{digits}f} ({new / old - 1:+.0%})" if old else ""

    def memory(self, system: str, parts: dict[str, float]) -> None:
        """Print what the processes of a system take at rest."""
        total = sum(parts.values())
        row = {"page": "memory", "system": system, "memory": total, **parts}
        each = ", ".join(f"{name} {size:.0f}" for name, size in parts.items())
        word = yes(is_met=total <= MEMORY[system])
        was = self.was(row, "memory")
        print(f"memory at rest, {system}: {total:.0f} MB ({each}) <={MEMORY[system]} {word} {was}")
        self._keep(row)

    def start(self, seconds: float) -> None:
        """Print how long a clean checkout took to show its first page."""
        row = {"page": "start", "seconds": seconds}
        word, was = yes(is_met=seconds <= START), self.was(row, "seconds", digits=1)
        print(f"clean checkout to first page: {seconds:.1f} s <={START} {word} {was}")
        self._keep(row)

    def chat(self, row: Row) -> None:
        """Print what a room carries."""
        row = {"page": "chat", **row}
        has_result = self._keep(row)
        for words, keys, is_met, aim in (
            ("deliveries/s", ("closed", "deliveries_s"), ge, DELIVERIES),
            ("p99 ms", ("open", "p99_ms"), le, LATENESS),
            ("connects/s", ("connects_s",), ge, CONNECTIONS),
        ):
            found = figure(row, *keys)
            word = yes(is_met=is_met(found, aim)) if has_result else NO_RESULT
            told = f"{found:.0f} {SIGNS[is_met]}{aim} {word} {self.was(row, *keys)}"
            print(f"chat, {row['clients']} clients, {words}: {told}")

    def _keep(self, row: Row) -> bool:
        """Keep a row if it is a result; else say which row is none."""
        if row.get("failed"):
            self.failed.append(" ".join(map(str, filter(None, key_of(row)))))
            return False
        self.rows.append(row)
        return True

    def growth(self) -> None:
        """Print by how much rows grew from the smallest school to the largest."""
        sizes = sorted({row["courses"] for row in self.rows if "courses" in row})
        if len(sizes) < 2:  # noqa: PLR2004
            return
        found = {key_of(row): row["cpu"] for row in self.rows if "courses" in row}
        print(f"\nCPU ms at {sizes[-1]} courses, times that at {sizes[0]} (aim: <={GROWTH})")
        for (courses, page, system), large in found.items():
            small = found.get((sizes[0], page, system))
            if courses == sizes[-1] and small and system:  # the yardsticks have no school
                grown = large / small
                print(f"{page:12} {system:10} {grown:.2f} {yes(is_met=grown <= GROWTH)}")

    def write(self, path: Path) -> None:
        """Keep the figures; rows that this run has not, or of which something failed, stay as they were."""
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = self.known | {key_of(row): row for row in self.rows}
        path.write_text(json.dumps(list(kept.values()), indent=1) + "\n")


def figure(row: Row, *keys: str) -> float:
    """A number of a row, which may stand in a part of it. Raises KeyError."""
    found: Any = row
    for key in keys:
        found = found[key]
    return float(found)


def key_of(row: Row) -> tuple[int, str, str]:
    """What makes two rows of two runs comparable."""
    return row.get("courses", 0), row["page"], row.get("system", "")
