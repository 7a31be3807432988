"""Processes with Educa that do something at the same time, on one database."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.forking import ForkServer, Process
from tests.migrated import copy_migrated

SOURCE = Path(__file__).resolve().parent.parent / "src"
ERRORS = "errors.txt"
SETTINGS = (  # what is read before a fork
    *("EDUCA_", "DATABASE_URL", "CACHE_URL"),
    *("DJANGO_SETTINGS_MODULE", "PYTHONPATH"),
)
MOST_SERVERS = 4  # that are kept from one test to the next


class Servers:
    """The fork servers of a module's tests, of which each has loaded Educa with another environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._servers: dict[frozenset[tuple[str, str]], ForkServer] = {}

    def of(self, environment: dict[str, str]) -> ForkServer:
        """The one of this environment."""
        key = frozenset(environment.items())
        server = self._servers.pop(key, None) or ForkServer(environment, self.folder / ERRORS)
        self._servers[key] = server  # the last one is the one that was asked for last
        return server

    def keep(self, most: int) -> None:
        """End those that were asked for longest ago."""
        while len(self._servers) > most:
            self._servers.pop(next(iter(self._servers))).close()

    def close(self) -> None:
        """End all."""
        self.keep(0)


class Start:
    """Starts processes of one site, `start(code, {"NAME": "value"}, given=1)`; `folder` is its data directory."""

    def __init__(self, servers: Servers, site: dict[str, str]) -> None:
        self.folder = servers.folder
        self.started: list[Process] = []
        self._servers = servers
        self._site = site

    def __call__(
        self, code: str, environment: dict[str, str] | None = None, **given: Any
    ) -> Process:
        """A process that runs the code, with these variables besides those of the site."""
        more = environment or {}
        settings = {name: value for name, value in more.items() if name.startswith(SETTINGS)}
        process = self._servers.of(self._site | settings).fork(code, more, given)
        self.started.append(process)
        return process


@pytest.fixture(scope="module")
def fork_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The fork servers of this module, and the data directory that its tests have one after the other."""
    with closing(Servers(tmp_path_factory.mktemp("racing"))) as servers:
        yield servers


@pytest.fixture(name="start", params=["SQLite", "PostgreSQL"])
def start_process(request: pytest.FixtureRequest, fork_servers: Servers) -> Iterator[Start]:
    """Starts processes of their own with Educa on one empty database."""
    site = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "DJANGO_SETTINGS_MODULE": "educa.config.settings",
        "EDUCA_DATA_DIR": str(fork_servers.folder),
    }
    if request.param == "PostgreSQL":
        site["DATABASE_URL"] = request.getfixturevalue("postgres_copy")
    else:
        for file in fork_servers.folder.glob("db.sqlite3*"):
            file.unlink()
        copy_migrated(request.getfixturevalue("migrated"), fork_servers.folder)
    (fork_servers.folder / ERRORS).write_text("")
    start = Start(fork_servers, site)
    yield start
    for process in start.started:
        process.close()
    fork_servers.keep(MOST_SERVERS)


def answer(process: Process) -> dict[str, Any]:
    """What a process that ended well has printed at last."""
    output = process.end()
    assert process.returncode == 0, process.errors
    return dict(json.loads(output.splitlines()[-1]))


def together(processes: list[Process]) -> None:
    """Have them all begin at once, and wait until each has ended well."""
    for process in processes:
        assert process.hear() == "ready\n", process.errors
    for process in processes:
        process.tell("go")
    for process in processes:
        answer(process)


def in_rounds(processes: Sequence[Process], rounds: int) -> list[list[str]]:
    """Have all begin each round at once, and wait until each has ended well; what each has printed in each."""
    for process in processes:
        assert process.hear() == "ready\n", process.errors
    answers = [_round(processes) for _ in range(rounds)]
    for process in processes:
        answer(process)
    return answers


def _round(processes: Sequence[Process]) -> list[str]:
    for process in processes:
        process.tell("go")
    return [process.hear().strip() for process in processes]
