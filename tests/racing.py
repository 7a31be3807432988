"""Processes with Educa that do something at the same time, on one database."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from tests.migrated import copy_migrated

ERRORS = "errors.txt"
FRAME = """
import json, os, sys
import django
django.setup()
given = json.loads(os.environ["GIVEN"])
print("ready", flush=True)
{}
print(json.dumps(answer), flush=True)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(name="start", params=["SQLite", "PostgreSQL"])
def start_process(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    """Starts a process of its own with Educa on one empty database."""
    site = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent / "src"),
        "DJANGO_SETTINGS_MODULE": "educa.config.settings",
        "EDUCA_DATA_DIR": str(tmp_path),
    }
    if request.param == "PostgreSQL":
        site["DATABASE_URL"] = request.getfixturevalue("postgres_copy")
    else:
        copy_migrated(request.getfixturevalue("migrated"), tmp_path)
    started: list[subprocess.Popen[str]] = []

    def run(
        code: str, environment: dict[str, str] | None = None, **given: int
    ) -> "subprocess.Popen[str]":
        # Not a pipe: one that nobody empties stops the process once it is full.
        with (tmp_path / ERRORS).open("a") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", FRAME.format(code), str(tmp_path)],
                env={**site, **(environment or {}), "GIVEN": json.dumps(given)},
                cwd=tmp_path,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def errors_of(process: "subprocess.Popen[str]") -> str:
    """What all processes of the test have said of what went wrong."""
    *_command, folder = cast("list[str]", process.args)
    return (Path(folder) / ERRORS).read_text()


def answer(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What a process that ended well has printed at last."""
    output, _none = process.communicate(timeout=120)
    assert process.returncode == 0, errors_of(process)
    return dict(json.loads(output.splitlines()[-1]))


def together(processes: list["subprocess.Popen[str]"]) -> None:
    """Have them all begin at once, and wait until each has ended well."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        answer(process)


def in_rounds(processes: Sequence["subprocess.Popen[str]"], rounds: int) -> list[list[str]]:
    """Have all begin each round at once, and wait until each has ended well; what each has printed in each."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = [_round(processes) for _ in range(rounds)]
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0, errors_of(process)
    return answers


def _round(processes: Sequence["subprocess.Popen[str]"]) -> list[str]:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.stdout.readline().strip() for process in processes if process.stdout]
