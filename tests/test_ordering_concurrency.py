"""Several processes that add to one course at once never share a place, and none has to fail."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROCESSES = 4
MODULES = CONTENTS = 12  # by each process
BULKS, TOGETHER = 3, 4

PREPARE = """
from educa.accounts.models import User
from educa.courses.models import Course, Module, Subject
owner = User.objects.create_user("instructor")
subject = Subject.objects.create(title="Physics", slug="physics")
course = Course.objects.create(owner=owner, subject=subject, title="Waves")
module = Module.objects.create(course=course, title="First")
answer = {"course": course.pk, "module": module.pk, "owner": owner.pk}
"""
ADD = """
from educa.courses.models import Content, Module, Text
sys.stdin.readline()  # everybody begins at once
for number in range(given["modules"]):
    Module.objects.create(course_id=given["course"], title=str(number))
for number in range(given["contents"]):
    text = Text.objects.create(owner_id=given["owner"], title=str(number))
    Content.objects.create(module_id=given["module"], item=text)
for number in range(given["bulks"]):
    rows = [Module(course_id=given["course"], title="x") for _ in range(given["together"])]
    Module.objects.bulk_create(rows)
answer = {"done": True}
"""
COUNT = """
from educa.courses.models import Content, Module
answer = {
    "modules": sorted(Module.objects.values_list("order", flat=True)),
    "contents": sorted(Content.objects.values_list("order", flat=True)),
}
"""
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


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    """Starts a process of its own with Educa on one empty database."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent / "src"),
        "DJANGO_SETTINGS_MODULE": "educa.config.settings",
        "EDUCA_DATA_DIR": str(tmp_path),
    }
    if request.param == "PostgreSQL":
        environment["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    started: list[subprocess.Popen[str]] = []

    def run(code: str, **given: int) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", FRAME.format(code)],
            env={**environment, "GIVEN": json.dumps(given)},
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    migrate = [sys.executable, "-m", "educa", "manage", "migrate", "-v0"]
    subprocess.run(migrate, env=environment, cwd=tmp_path, check=True, capture_output=True)
    yield run
    for process in started:
        process.kill()
        process.communicate()


def answer(process: "subprocess.Popen[str]") -> dict[str, list[int]]:
    """What a process that ended well has printed at last."""
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return dict(json.loads(output.splitlines()[-1]))


@pytest.mark.once
def test_processes_that_add_at_once_get_a_place_each(start: Start) -> None:
    made = answer(start(PREPARE))
    work = {"modules": MODULES, "contents": CONTENTS, "bulks": BULKS, "together": TOGETHER}
    processes = [start(ADD, **made, **work) for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        answer(process)

    places = answer(start(COUNT))
    assert places["modules"] == list(range(1 + PROCESSES * (MODULES + BULKS * TOGETHER)))
    assert places["contents"] == list(range(PROCESSES * CONTENTS))
