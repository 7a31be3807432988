"""What every test may rely on: real servers, the corpora, and a network that ends at this machine."""

import io
import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import coverage
import psycopg
import pytest
from django.core.signals import setting_changed
from django.db import connection
from django.dispatch import receiver

from educa.lib import fragments, remembering
from educa.lib.mail import wait_until_sent
from educa.lib.serving.garbage import spare_what_stays
from educa.lib.throttle import local_counters
from tests import services
from tests.migrated import (
    django_db_modify_db_settings,
    migrated,
    migrated_postgres,
    postgres_copy,
)
from tests.missing import miss
from tests.settings import WORKER

__all__ = ["django_db_modify_db_settings", "migrated", "migrated_postgres", "postgres_copy"]

ROOT = Path(__file__).resolve().parent
CORPORA = ROOT.parent / "shared/corpora"


def pytest_configure() -> None:
    """Refuse every connection but to this machine, so that no test depends on the internet."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _only_loopback(getattr(socket.socket, name)))


def pytest_collection_finish() -> None:
    """Leave what was loaded out of the collection of cycles, as a site does when it begins to serve."""
    spare_what_stays()


def _only_loopback(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise RuntimeError(f"a test tried to reach {address[0]}, which is not this machine")
        return connect(self, address)

    return guarded


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def server(name: str) -> Iterator[str]:
    """The address of a server: the one that the whole run has, else one for this session."""
    if given := os.environ.get(f"EDUCA_TEST_{name.upper()}", "").split():
        yield given[WORKER % len(given)]
        return
    with services.running(name) as here:
        if here.missing:
            miss(here.missing[0])
        yield here.addresses[name][0]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this worker's own, whatever the tests run on."""
    with server("PostgreSQL") as url, psycopg.connect(url, autocommit=True) as connection:
        database = f"scratch_{WORKER}"
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {database}")
        yield url.rpartition("/")[0] + f"/{database}"
        connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis database of this worker's own."""
    with server("Redis") as url:
        yield url.rpartition("/")[0] + f"/{WORKER}"


@pytest.fixture(scope="session")
def memcached_address() -> Iterator[str]:
    """Host and port of a Memcached of this worker's own."""
    with server("Memcached") as address:
        yield address


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real course packages and other files, which are no part of the project."""
    folder = Path(os.environ.get("EDUCA_TEST_CORPORA") or CORPORA)
    if not folder.is_dir():
        miss(f"the test corpora are missing: no {folder} (EDUCA_TEST_CORPORA names another place)")
    return folder


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test sees what another one left in the cache, or counted against this machine."""
    remembering.forget()
    local_counters.clear()


@pytest.fixture(autouse=True)
def no_mail_on_its_way() -> Iterator[None]:
    """No test finds the mail of the one before it in its outbox."""
    yield
    wait_until_sent()


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> None:
    """Empty tables after a test by DELETE: PostgreSQL truncates a hundred small ones many times slower."""

    def statements(_style: Any, tables: Sequence[str], **_how: Any) -> list[str]:
        names = map(connection.ops.quote_name, tables)
        return [f"DELETE FROM {name}" for name in names]  # noqa: S608 - of our own tables

    if connection.vendor == "postgresql":
        connection.ops.sql_flush = statements


@receiver(setting_changed)
def forget_fragments(**_change: Any) -> None:
    """Parts of pages were made with the settings as they were."""
    fragments.forget()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Before the last line: how much was covered, where that is measured, and what was not tested and why."""
    if "EDUCA_TEST_NOTES" in os.environ and coverage.Coverage.current():
        terminalreporter.section("coverage of this stage")
        terminalreporter.write_line(_coverage())
    if notes := os.environ.get("EDUCA_TEST_NOTES"):
        terminalreporter.section("NOT ALL IS WELL", red=True, bold=True)
        for note in notes.splitlines():
            terminalreporter.write_line(note, red=True)


def _coverage() -> str:
    """Combine what every process wrote down, and keep it as `.coverage` for a closer look."""
    measured = Path(os.environ["COVERAGE_FILE"])
    report = coverage.Coverage(data_file=ROOT / ".coverage", config_file=ROOT / "pyproject.toml")
    report.combine([str(measured.parent)], keep=True)
    report.save()
    covered = report.report(file=io.StringIO())
    return (
        f"{covered:.1f} % of lines and branches (.venv-dev/bin/coverage report -m shows the rest)"
    )
