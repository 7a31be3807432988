"""Measure pages under several servers, in alternating rounds: `python -m bench --help`.

The servers stand beside each other on the same school, and each round asks each of them in turn, so
that a busy machine slows all of them alike.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import Any

from bench.asking import PAGES, Ask, Host, Page, in_turn, three_visits
from bench.load import press, press_once, statuses
from bench.processes import (
    HOST,
    PRODUCTION,
    ROOT,
    SYSTEMS,
    YARDSTICKS,
    Running,
    System,
    child_named,
    cpu_of,
    family,
    in_process,
    of_production,
)
from bench.report import Report, Row
from bench.start import seconds_to_first_page
from tests.services import running

WARM_UP = (
    100  # requests, after which all threads of all workers know the page; or all of its addresses
)
PASSES = 5  # through the courses of first visits, after which all workers are likely to know each of them
MOST_WARM_UP = 120.0  # seconds that they may take
STUDENTS = 10  # for each course
CLIENTS = 1000  # in the room of the chat
QUIET = 5.0  # seconds until a server that was started is at rest
SITE = Host("learn.example.org", is_secure=True)  # as in deploy/educa.env
LOCAL = Host("127.0.0.1")
# What a cache can help.
UNCACHED = {"catalogue", "course", "first-visit", "api-10", "api-20", "api-contents"}
PARTS = ("pages", "memory", "chat", "start")
RULED = 1 / 3  # of the seconds of a run: for a yardstick, which stands beside every page


@dataclass
class Standing:
    """A server that is asked, with what else works for it."""

    server: Running
    host: Host
    world: dict[str, Any]
    beside: dict[str, int]

    def cpu(self) -> dict[str, float]:
        """Seconds of CPU so far, by part."""
        found = {"cpu_server": self.server.cpu(), "cpu_database": 0.0, "cpu_cache": 0.0}
        for name, pid in self.beside.items():
            found[name] = sum(map(cpu_of, family(pid)))
        return found


def main() -> None:
    """Measure what the command line asks for; the table goes to stdout, figures to --json.

    What is measured is kept after each part. Exits with 1 where something failed, which is no result.
    """
    options = arguments()
    report = Report(options.json)
    if "pages" in options.parts:
        for courses in options.courses:
            measure_school(options, courses, report)
            report.write(options.json)
        report.growth()
    if "memory" in options.parts:
        measure_memory(options, report)
        report.write(options.json)
    if "chat" in options.parts:
        measure_chat(report)
        report.write(options.json)
    if "start" in options.parts:
        measure_start(report)
        report.write(options.json)
    if report.failed:
        sys.exit(f"no result: {', '.join(report.failed)}")


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    systems = [*PRODUCTION, *SYSTEMS]
    usual = [*PRODUCTION, "embedded"]
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--courses", type=int, nargs="+", default=[200, 2000])
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    parser.add_argument("--systems", nargs="+", choices=systems, default=usual)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--gzip", action="store_true", help="ask for compressed answers")
    parser.add_argument("--json", type=Path, default=ROOT / "var/bench.json")
    return parser.parse_args()


def measure_school(options: argparse.Namespace, courses: int, report: Report) -> None:
    """All pages of one school on all systems."""
    with standing(options, courses) as (systems, yardsticks, inside):
        rulers = [Standing(server, LOCAL, {}, {}) for server in yardsticks]
        ruled: dict[str, list[dict[str, float]]] = {each.server.name: [] for each in rulers}
        for each in rulers:
            ruler_run(each, options)  # after which it is warm
        report.begin()
        for name in options.pages:
            page = PAGES[name]
            for system, row in measure(page, systems, rulers, ruled, options):
                found = {"courses": courses, "page": name, "system": system, **row}
                report.add(found | inside.get(name, {}))
        for each in rulers:
            name, runs = each.server.name, median(ruled[each.server.name])
            row = {"courses": courses, "page": name, "system": "", **runs}
            report.add(row | {"memory": each.server.memory()})


@contextmanager
def standing(
    options: argparse.Namespace, courses: int
) -> Iterator[tuple[list[Standing], list[Running], dict[str, Any]]]:
    """The servers on a new school, the yardsticks, and what was counted inside a process."""
    wanted = {name: PRODUCTION.get(name) or SYSTEMS[name] for name in options.systems}
    amounts = ("--courses", str(courses), "--students", str(STUDENTS * courses))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="educa-bench-")))
        systems: list[Standing] = []
        places: dict[str, Any] = {}
        if any(name in PRODUCTION for name in wanted):
            places["production"] = stack.enter_context(backends(folder / "production"))
        if any(name not in PRODUCTION for name in wanted):
            places["embedded"] = (folder / "embedded", {}, {}, LOCAL)
        worlds, inside = {}, {}
        for name, (home, environment, _beside, host) in places.items():
            worlds[name] = fill(home, amounts, environment)
            inside = inside or count_inside(options, worlds[name], home, environment, host)
        for name, system in wanted.items():
            place = "production" if name in PRODUCTION else "embedded"
            home, environment, beside, host = places[place]
            server = started(stack, system, home, environment)
            systems.append(Standing(server, host, worlds[place], beside))
        rulers = [started(stack, each, folder, {}, "/") for each in YARDSTICKS.values()]
        yield systems, rulers, inside


@contextmanager
def backends(folder: Path) -> Iterator[tuple[Path, dict[str, str], dict[str, int], Host]]:
    """PostgreSQL, Memcached and Redis of one's own: where to work with them, and which processes they are."""
    with running("PostgreSQL", "Memcached", "Redis") as here:
        if here.missing:
            sys.exit("\n".join(here.missing))
        beside = {
            "cpu_database": child_named(here.keeper, "postgres"),
            "cpu_cache": child_named(here.keeper, "memcached"),
        }
        yield folder, of_production(here.addresses), beside, SITE


def fill(home: Path, amounts: tuple[str, ...], environment: dict[str, str]) -> dict[str, Any]:
    """Make the school, and say how long it took."""
    home.mkdir()
    began = time.monotonic()
    told = in_process("bench.school", *amounts, folder=home, more=environment)
    print(f"{home.name}: a school of {amounts[1]} courses in {time.monotonic() - began:.0f} s")
    world: dict[str, Any] = json.loads(told)
    return world


def count_inside(
    options: argparse.Namespace,
    world: dict[str, Any],
    home: Path,
    environment: dict[str, str],
    host: Host,
) -> dict[str, Any]:
    """Statements and bytes of each page."""
    pages = {
        name: {"visits": three_visits(PAGES[name], world), "statuses": PAGES[name].statuses}
        for name in options.pages
    }
    told = json.dumps({"host": vars(host), "pages": pages})
    found: dict[str, Any] = json.loads(
        in_process("bench.inside", folder=home, told=told, more=environment)
    )
    return found


def started(
    stack: ExitStack,
    system: System,
    folder: Path,
    environment: dict[str, str],
    path: str = "/healthz",
) -> Running:
    """A server that answers, and is stopped at the end."""
    server = Running(system, folder, environment)
    stack.callback(server.stop)
    server.wait(path)
    return server


def measure(
    page: Page,
    systems: list[Standing],
    rulers: list[Standing],
    ruled: dict[str, list[dict[str, float]]],
    options: argparse.Namespace,
) -> Iterator[tuple[str, Row]]:
    """The medians over the rounds, for each system, beside that of the trivial view in the same rounds.

    In each round the yardsticks have their turn, too; `ruled` gets their runs, by name.
    """
    asked = [each for each in systems if each.server.name != "uncached" or page.name in UNCACHED]
    extra = {"Accept-Encoding": "gzip"} if options.gzip else {}
    slices: dict[str, Iterator[list[bytes]]] = {}
    for place, each in enumerate(asked):
        raw = [ask.raw(each.host, extra) for ask in page.asks(each.world)]
        found = statuses(each.server.port, raw[: page.steps])
        if found != list(page.statuses):
            raise RuntimeError(f"{page.name}: {each.server.name} answers {found}")
        if page.is_first:
            courses = in_turn(each.world)
            some = islice(cycle(raw[:courses]), PASSES * courses)
            press_once(each.server.port, some, **how(options, MOST_WARM_UP))
            share = (len(raw) - courses) // (options.rounds * len(asked))
            starts = range(courses + place * share, len(raw) - share + 1, len(asked) * share)
            slices[each.server.name] = iter([raw[start : start + share] for start in starts])
        else:
            some = islice(cycle(raw), max(WARM_UP, len(raw)))
            press_once(each.server.port, some, **how(options, MOST_WARM_UP))
            slices[each.server.name] = repeat(raw)
    rounds = []
    for _ in range(options.rounds):
        for each in rulers:
            ruled[each.server.name].append(ruler_run(each, options))
        rounds.append(
            [one_run(each, next(slices[each.server.name]), options, page) for each in asked]
        )
    trivial = median(ruled["trivial"][-options.rounds :])["cpu"]
    for each, runs in zip(asked, zip(*rounds, strict=True), strict=True):
        row = {"memory": each.server.memory(), "trivial": trivial}
        yield each.server.name, {**median(list(runs)), **row}


def ruler_run(each: Standing, options: argparse.Namespace) -> dict[str, float]:
    """Figures of one yardstick in one round."""
    shorter = argparse.Namespace(**vars(options) | {"seconds": options.seconds * RULED})
    return one_run(each, [Ask("/").raw(each.host, {})], shorter)


def how(options: argparse.Namespace, seconds: float) -> dict[str, Any]:
    """The usual options of a run."""
    return {"connections": options.connections, "seconds": seconds}


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure over the rounds; of failures the sum."""
    found = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return found | {"failed": sum(run["failed"] for run in runs)}


def one_run(
    each: Standing, requests: list[bytes], options: argparse.Namespace, page: Page | None = None
) -> dict[str, float]:
    """Figures of one server in one round; of a page with several steps, for all steps of a visit."""
    steps = page.steps if page else 1
    before = each.cpu()
    send = press_once if page and page.is_first else press
    load = send(each.server.port, requests, **how(options, options.seconds))
    used = {name: value - before[name] for name, value in each.cpu().items()}
    visits = max(1, load.requests) / steps
    return {
        "rps": visits / load.seconds,
        "median": load.median,
        "p99": load.p99,
        "wire": load.size,
        "failed": load.failed,
        **{name: value * 1e3 / visits for name, value in used.items()},
        "cpu": sum(used.values()) * 1e3 / visits,
        "load_average": os.getloadavg()[0],
    }


def measure_memory(options: argparse.Namespace, report: Report) -> None:
    """What all processes of our own take, before anybody has asked for anything."""
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name, ExitStack() as stack:
        if "embedded" in options.systems:
            home = Path(name, "embedded")
            fill(home, ("--courses", "20", "--students", "20"), {})
            server = started(stack, SYSTEMS["embedded"], home, {})
            time.sleep(QUIET)
            report.memory("embedded", {"serve": server.memory()})
        if "production" in options.systems:
            home, environment, _beside, _host = stack.enter_context(backends(Path(name, "p")))
            fill(home, ("--courses", "20", "--students", "20"), environment)
            server = started(stack, System("production", HOST), home, environment)
            time.sleep(QUIET)
            report.memory("production", {"host": server.memory()})


def measure_chat(report: Report) -> None:
    """A full room, as `bench.chat` measures it."""
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name:
        path = Path(name, "chat.json")
        few = ("--clients", str(CLIENTS), "--systems", "educa", "--rounds", "1")
        print(in_process("bench.chat", *few, "--json", str(path), folder=Path(name)))
        for row in json.loads(path.read_text()):
            report.chat(row)


def measure_start(report: Report) -> None:
    """One command in a clean checkout, until the first page is there."""
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name:
        report.start(seconds_to_first_page(Path(name, "educa")))


if __name__ == "__main__":
    main()
