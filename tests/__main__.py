"""`./educa test`: all tests on the servers of production and on SQLite, or those that are named.

./educa test                      everything, in two stages, of which the last one has every test
./educa test --coverage           the same, and which lines the last stage reaches; takes half as long again
./educa test WHAT PYTEST TAKES    one run of pytest, on SQLite
./educa test --postgres ...       the same on PostgreSQL, Redis and Memcached
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests import servers, services

ROOT = Path(__file__).resolve().parent.parent
WORKERS = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, 8)
ALL = ("PostgreSQL", "Redis", *["Memcached"] * WORKERS)  # Memcached can't keep two workers apart
COVERAGE = "--coverage"
PASSED, FAILED, COULD_NOT_START = 0, 1, 2


def main(args: list[str]) -> int:
    """Run the tests; the exit status of pytest, and 1 when an earlier stage failed."""
    on_servers = "--postgres" in args
    rest = [arg for arg in args if arg != "--postgres"]
    whole = args in ([], [COVERAGE])
    try:
        with services.running(*(ALL if whole or on_servers else ())) as here:
            environment = {**os.environ, **environment_of(here)}
            # Hundreds of processes would compile Django and all else anew, which is most of their start.
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            if whole:
                return everything(here, environment, measured=COVERAGE in args)
            if on_servers and here.missing:
                return complain(here.missing)
            stage = {**environment, **(servers_of(here) if on_servers else {})}
            return pytest(rest, stage)
    except servers.Broken as error:
        return complain([str(error)])


def complain(reasons: Sequence[str]) -> int:
    """Say on stderr why nothing was run."""
    for reason in reasons:
        print(reason, file=sys.stderr)
    return COULD_NOT_START


def environment_of(here: services.Running) -> dict[str, str]:
    """What every stage is told: where servers are for the tests that ask for one, where to write."""
    scratch = here.folder / "scratch"
    scratch.mkdir(mode=0o700)
    return {
        "TMPDIR": str(scratch),
        "EDUCA_TEST_FOLDER": str(scratch),
        "COVERAGE_FILE": str(scratch / ".coverage"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        **{
            f"EDUCA_TEST_{name.upper()}": " ".join(addresses)
            for name, addresses in here.addresses.items()
        },
    }


def servers_of(here: services.Running) -> dict[str, str]:
    """What makes Educa itself use the servers that were found."""
    found = here.addresses
    redis = found.get("Redis", [""])[0].removesuffix("/0")
    addresses = {
        "DATABASE_URL": found.get("PostgreSQL", []),
        "CACHE_URL": [f"memcached://{place}" for place in found.get("Memcached", [])],
        "CHANNEL_LAYER_URL": [f"{redis}/{number}" for number in range(WORKERS) if redis],
    }
    return {f"EDUCA_TEST_{name}": " ".join(places) for name, places in addresses.items()}


def everything(here: services.Running, environment: dict[str, str], *, measured: bool) -> int:
    """Both stages, with what was missing or failed in the first one said before the last summary."""
    notes = [*here.missing]
    first = PASSED
    if "PostgreSQL" in here.addresses:
        headline("On PostgreSQL, Redis and Memcached")
        first = stage(["-m", "not once"], {**environment, **servers_of(here)}, workers=WORKERS)
        if first not in {PASSED, FAILED}:  # stopped by somebody, or broken in itself
            return first
    else:
        notes.append("NO test ran on PostgreSQL")
    if first:
        notes.insert(0, "Tests FAILED on PostgreSQL, Redis and Memcached: see above")
    headline("On SQLite, with everything embedded, and in the browser")
    noted = {**environment, "EDUCA_TEST_NOTES": "\n".join(notes)}
    # Browsers and servers in processes of their own keep a worker waiting more than computing.
    last = stage([], noted, workers=WORKERS + 1, measured=measured)
    return last or (FAILED if first or (notes and services.strict()) else PASSED)


def headline(text: str) -> None:
    """A line that stands out between the stages."""
    print(f"\n──── {text} ────", flush=True)


def stage(
    args: Sequence[str], environment: dict[str, str], *, workers: int, measured: bool = False
) -> int:
    """All tests, by so many workers."""
    spread = ["-n", str(workers), "--dist", "worksteal"]
    return pytest([*spread, *args], environment, measured=measured)


def pytest(args: Sequence[str], environment: dict[str, str], *, measured: bool = False) -> int:
    """One run of pytest that dies with this process; Ctrl-C is for pytest to answer."""
    coverage = ["-m", "coverage", "run"] if measured else []
    process = servers.spawn(
        [sys.executable, *coverage, "-m", "pytest", *args], cwd=ROOT, env=environment
    )
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        with suppress(KeyboardInterrupt):
            return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
