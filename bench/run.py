"""Measure pages under several servers, in alternating rounds: `python -m bench --help`.

The servers stand beside each other on the same data, and each round asks each of them in turn, so
that a busy machine slows all of them alike.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.load import Load, press
from bench.processes import ROOT, SYSTEMS, Running, environment

WARM_UP = 1.0  # seconds
ROW = "{courses:>7} {page:16} {system:10} {rps:>9.0f} {median:>8.2f} {p99:>8.2f} {cpu:>8.3f} {failed:>6} {memory:>7.0f}"
HEAD = "courses page             system         req/s   p50 ms   p99 ms   CPU ms failed  PSS MB"


def main() -> None:
    """Measure what the command line asks for; the table goes to stdout, JSON to --json."""
    options = arguments()
    rows: list[dict[str, Any]] = []
    print(HEAD)
    for courses in options.courses:
        with tempfile.TemporaryDirectory(prefix="educa-bench-") as name:
            folder = Path(name)
            in_process("bench.fill", str(courses), folder=folder)
            for row in measure(options, folder):
                row["courses"] = courses
                rows.append(row)
                print(ROW.format(**row), flush=True)
            for page in options.pages:
                inside = json.loads(in_process("bench.statements", page, folder=folder))
                rows.append({"courses": courses, "page": page, "system": "in process", **inside})
                print(f"{courses:>7} {page:16} in process {inside}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--courses", type=int, nargs="+", default=[20, 2000])
    parser.add_argument("--pages", nargs="+", default=["/healthz", "/"])
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=["embedded", "granian"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def in_process(module: str, *words: str, folder: Path) -> str:
    """What a program of ours prints, run on the data in `folder`."""
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


@contextmanager
def started(names: list[str], folder: Path) -> Iterator[list[Running]]:
    """The servers, while the block runs."""
    with ExitStack() as stack:
        servers = []
        for name in names:
            server = Running(SYSTEMS[name], folder)
            stack.callback(server.stop)
            server.wait()
            servers.append(server)
        yield servers


def measure(options: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """One row per page and server: the medians over the rounds."""
    with started(options.systems, folder) as servers:
        for page in options.pages:
            for server in servers:
                ask(server, page, options, WARM_UP)
            rounds = [
                [one_run(server, page, options) for server in servers]
                for _ in range(options.rounds)
            ]
            for server, runs in zip(servers, zip(*rounds, strict=True), strict=True):
                yield {
                    "page": page,
                    "system": server.name,
                    **{key: statistics.median(run[key] for run in runs) for key in runs[0]},
                    "memory": server.memory(),
                }


def ask(server: Running, page: str, options: argparse.Namespace, seconds: float) -> Load:
    """Ask one server for the page for so long, with the headers of the run if it has any."""
    headers = getattr(options, "headers", {})
    where = server.address + page
    return press(where, connections=options.connections, seconds=seconds, headers=headers)


def one_run(server: Running, page: str, options: argparse.Namespace) -> dict[str, float]:
    """Figures of one server in one round."""
    before = server.cpu()
    load = ask(server, page, options, options.seconds)
    used = server.cpu() - before
    return {
        "rps": load.requests / load.seconds,
        "median": load.median,
        "p99": load.p99,
        "cpu": used * 1e3 / max(1, load.requests),
        "failed": load.failed,
    }


if __name__ == "__main__":
    main()
