"""The table of a run, and how it compares with the run before."""

import json
from pathlib import Path
from typing import Any

from bench.contract import CONNECTIONS, DELIVERIES, GROWTH, LATENESS, MEMORY, judged, scale_of, yes

Row = dict[str, Any]
HEAD = (
    "courses page         system        req/s   p50 ms   p99 ms | CPU ms server database  cache"
    "    all aim         x trivial | statements cold, warm, aim |     KB aim       | failed   was"
)
ROW = (
    "{courses:>7} {page:12} {system:10} {rps:>8.0f} {median:>8.2f} {p99:>8.2f} |"
    " {cpu_server:>13.2f} {cpu_database:>8.2f} {cpu_cache:>6.2f} {cpu:>6.2f} {aim:11} {ratio:>9} |"
    " {cold:>15} {warm:>4} {statements_aim:>9} | {kb:>6} {size_aim:9} | {failed:>6} {was}"
)


class Report:
    """Rows as they come, printed beside their aims and what they were the last time."""

    def __init__(self, last: Path | None) -> None:
        self.rows: list[Row] = []
        self.scale = 1.0
        self.trivial: float | None = None
        known = json.loads(last.read_text()) if last and last.exists() else []
        self.known = {key_of(row): row for row in known}

    def yardsticks(self, rows: list[Row]) -> None:
        """Print the yardsticks, by which the aims of the rows that follow are scaled."""
        for row in rows:
            if row["page"] == "trivial":
                self.trivial = row["cpu"]
        self.scale = scale_of(self.trivial)
        print(f"\n{HEAD}")
        for row in rows:
            self.add(row)
        print(f"aims are scaled by {self.scale:.2f}: the trivial view on this machine, just now")

    def add(self, row: Row) -> None:
        """Print a row of the table."""
        self.rows.append(row)
        words = {
            **judged(row, self.scale),
            "ratio": f"{row['cpu'] / self.trivial:.1f}" if self.trivial else "",
            "cold": row.get("statements_cold", ""),
            "warm": row.get("statements_warm", ""),
            "kb": f"{row['bytes'] / 1e3:.1f}" if "bytes" in row else "",
            "was": self.before(row),
        }
        print(ROW.format(**row | words), flush=True)

    def before(self, row: Row) -> str:
        """The CPU of the run before, and how it has changed."""
        old = self.known.get(key_of(row))
        return f"{old['cpu']:.2f} ({row['cpu'] / old['cpu'] - 1:+.0%})" if old else ""

    def memory(self, system: str, parts: dict[str, float]) -> None:
        """Print what the processes of a system take at rest."""
        total = sum(parts.values())
        self.rows.append({"page": "memory", "system": system, "memory": total, **parts})
        each = ", ".join(f"{name} {size:.0f}" for name, size in parts.items())
        word = yes(is_met=total <= MEMORY[system])
        print(f"memory at rest, {system}: {total:.0f} MB ({each}) <={MEMORY[system]} {word}")

    def chat(self, row: Row) -> None:
        """Print what a room carries."""
        self.rows.append({"page": "chat", **row})
        for words, found, is_met, aim in (
            ("deliveries/s", row["closed"]["deliveries_s"], None, f">={DELIVERIES}"),
            ("p99 ms", row["open"]["p99_ms"], row["open"]["p99_ms"] <= LATENESS, f"<={LATENESS}"),
            ("connects/s", row["connects_s"], None, f">={CONNECTIONS}"),
        ):
            least = float(aim[2:])
            word = yes(is_met=found >= least if is_met is None else is_met)
            print(f"chat, {row['clients']} clients, {words}: {found:.0f} {aim} {word}")

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
        """Keep the figures; what this run left out stays as it was."""
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = self.known | {key_of(row): row for row in self.rows}
        path.write_text(json.dumps(list(kept.values()), indent=1) + "\n")


def key_of(row: Row) -> tuple[int, str, str]:
    """What makes two rows of two runs comparable."""
    return row.get("courses", 0), row["page"], row.get("system", "")
