"""`educa work`, and the background work that `educa serve` does by itself: as real processes."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command

from educa.config import cli
from educa.config.management.commands import serve
from educa.config.tests.commands import PACKAGE, run_educa, scrubbed
from tests.migrated import copy_migrated

pytestmark = pytest.mark.once

DEPLOY = PACKAGE.parent.parent / "deploy"


@pytest.fixture(scope="module")
def data(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a site that has its tables."""
    return copy_migrated(migrated, tmp_path_factory.mktemp("site"))


@contextmanager
def running(data: Path, *words: str, **variables: str) -> "Iterator[subprocess.Popen[str]]":
    """A command of Educa that runs until it is stopped, once it has said its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "educa", *words],
        cwd=PACKAGE,
        env=scrubbed(data, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Educa is at "), process.communicate()[1]
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_works_until_it_is_stopped(data: Path, number: int) -> None:
    with running(data, "work") as process:
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)

    assert (process.returncode, errors) == (0, "")


def test_a_server_with_duties_stops_as_quietly(data: Path) -> None:
    with running(data, "serve", PORT="0") as process:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)

    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("is_told", [True, False])
def test_a_server_has_duties_unless_it_is_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, is_told: bool
) -> None:
    at_work = []

    @contextmanager
    def working() -> Iterator[None]:
        at_work.append(True)
        yield

    for name in ("serve", "hold_alone", "refuse_known_passwords", "refuse_another_version"):
        monkeypatch.setattr(serve, name, lambda *_args, **_how: None)
    monkeypatch.setattr(serve, "collect_static", lambda: None)
    monkeypatch.setattr(serve.triggers, "install", lambda: None)
    monkeypatch.setattr(serve, "working", working)

    call_command("serve", no_duties=is_told)

    assert bool(at_work) != is_told


def test_beside_a_server_with_a_cache_of_its_own_it_is_refused(data: Path) -> None:
    with running(data, "serve", PORT="0"):
        done = run_educa(data, "work")

    assert done.returncode == 2
    assert "another server runs on" in done.stderr


def test_tables_of_another_version_are_refused(tmp_path: Path) -> None:
    done = run_educa(tmp_path / "data", "work")

    assert done.returncode == 2
    assert "the database is not of this version" in done.stderr


def test_every_command_of_a_service_exists(data: Path) -> None:
    units = {path.name: path.read_text() for path in DEPLOY.glob("*.service")}
    called = [words for text in units.values() for words in re.findall(r"bin/educa (.+)", text)]

    assert list(units) == ["educa.service"]
    for words in called:
        command, *options = words.split()
        assert command in {*cli.COMMANDS, "manage"}
        if command != "manage":
            done = run_educa(data, command, "--help")
            assert all(option in done.stdout for option in options if option.startswith("--"))
