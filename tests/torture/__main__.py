"""Let a chat with its servers and its network go through faults, and check that nothing was lost.

`python -m tests.torture --clients 20 --messages 1000 --faults 20 --seed 7 [--postgres]`
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.torture.faults import DOES
from tests.torture.run import Options, Run
from tests.torture.site import Broken


def main() -> int:
    """Do what the command line asks for; 0 when nothing was lost, doubled or out of order."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="educa-torture-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL may run as somebody else
        report = asyncio.run(torture(options, folder))
        if options.log:
            shutil.copy(folder / "servers.log", options.log)
    show(report)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    return 1 if report["wrong"] else 0


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=60, help="messages a second, at most")
    parser.add_argument("--postgres", action="store_true", help="two processes, PostgreSQL, Redis")
    parser.add_argument("--database", help="the URL of an empty PostgreSQL, instead of an own one")
    parser.add_argument("--kinds", nargs="+", choices=DOES, help="only faults of these kinds")
    parser.add_argument("--log", type=Path, help="a file for what the servers say")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    return parser.parse_args()


async def torture(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One run; its figures and everything that was wrong."""
    chosen = Options(
        clients=options.clients,
        messages=options.messages,
        faults=options.faults,
        seed=options.seed,
        rate=options.rate,
        on_servers=options.postgres,
        kinds=tuple(options.kinds or ()),
        database=options.database,
    )
    run = Run(chosen, folder)
    load = os.getloadavg()[0]
    wrong: list[str] = []
    figures: dict[str, Any] = {}
    took: dict[str, float] = {}
    try:
        verdict, took = await run.whole()
        wrong, figures = verdict.wrong, verdict.figures
    except* Broken as broken:
        wrong = [str(error) for error in broken.exceptions]
    return {
        "setup": "PostgreSQL, Redis, 2 processes" if chosen.on_servers else "SQLite, 1 process",
        "clients": chosen.clients,
        "messages": run.said,
        "seed": chosen.seed,
        "seconds": {part: round(seconds, 1) for part, seconds in took.items()},
        "load_average": [round(load, 1), round(os.getloadavg()[0], 1)],
        "faults": dict(Counter(window.kind for window in run.windows)),
        **figures,
        "wrong": wrong,
    }


def show(report: dict[str, Any]) -> None:
    """The report as a table."""
    for name, value in report.items():
        if name != "wrong":
            words = (
                ", ".join(f"{k} {v}" for k, v in value.items())
                if isinstance(value, dict)
                else value
            )
            print(f"{name:30} {words}")
    for words in report["wrong"]:
        print(f"WRONG  {words}")
    print("all is well" if not report["wrong"] else f"{len(report['wrong'])} things are wrong")


if __name__ == "__main__":
    sys.exit(main())
