"""Many tabs and devices that tell of one student at once: nothing is lost, and the course is completed once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.migrated import copy_migrated

THREADS = 8

WORK = """
import json, random
from uuid import uuid4
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import django
django.setup()
from django.core.files.base import ContentFile
from django.db import connection
from educa.accounts.models import User
from educa.courses.models import Content, Course, Module, Subject, Text, Video
from educa.students.events import Event
from educa.students.models import Enrollment
from educa.students.progressing import complete_course, note_event
from educa.students.signals import course_completed

mark = f"p{uuid4().hex}"  # several tests share one database
owner, student = User.objects.create_user(f"{mark}-o"), User.objects.create_user(f"{mark}-s")
subject = Subject.objects.create(title="Physics", slug=mark)
course = Course.objects.create(owner=owner, subject=subject, title="Waves", status="published")
module = Module.objects.create(course=course, title="First")
film = ContentFile(b"\\0\\0\\0\\x18ftypmp42\\0\\0\\0\\0mp42isom" + bytes(2000), "film.mp4")
items = [Text.objects.create(owner=owner, title=str(place)) for place in range(3)]
items.append(Video.objects.create(owner=owner, title="Film", file=film))
contents = [Content.objects.create(module=module, item=item) for item in items]
enrollment = Enrollment.objects.enroll(student, course)
heard = []

def hear(enrollment, **more):
    heard.append(enrollment.completed_at.isoformat())

course_completed.connect(hear)
barrier = Barrier(THREADS)

def tell(number):
    chance = random.Random(number)
    mine = [(c, Event(read=True, opened=True, paragraph=number)) for c in contents[:3]]
    part = (number * 10.0, number * 10.0 + 10)
    mine.append((contents[3], Event(watched=[part], duration=THREADS * 10)))
    mine = mine * 2
    chance.shuffle(mine)
    own = Enrollment.objects.get(pk=enrollment.pk)
    barrier.wait()
    for content, event in mine:
        note_event(enrollment=own, content=Content.objects.get(pk=content.pk), event=event)
        complete_course(Enrollment.objects.get(pk=enrollment.pk))
    connection.close()

with ThreadPoolExecutor(THREADS) as pool:
    list(pool.map(tell, range(THREADS)))
enrollment.refresh_from_db()
print(json.dumps({
    "heard": heard,
    "completed": enrollment.completed_at.isoformat(),
    "completions": sorted(enrollment.completions.values_list("content", flat=True)),
    "contents": sorted(content.pk for content in contents),
    "positions": enrollment.positions.count(),
    "watched": enrollment.positions.get(content=contents[3]).watched,
}))
"""

Run = Callable[[], dict[str, Any]]


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Runs the threads in a process of its own on an empty database."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent / "src"),
        "DJANGO_SETTINGS_MODULE": "educa.config.settings",
        "EDUCA_DATA_DIR": str(tmp_path),
    }
    if request.param == "PostgreSQL":
        environment["DATABASE_URL"] = request.getfixturevalue("postgres_copy")
    else:
        copy_migrated(request.getfixturevalue("migrated"), tmp_path)

    def python(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        ended = subprocess.run(
            command, env=environment, cwd=tmp_path, check=False, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def work() -> dict[str, Any]:
        return dict(json.loads(python("-c", WORK.replace("THREADS", str(THREADS)))))

    return work


@pytest.mark.once
def test_threads_that_tell_at_once_complete_the_course_once(run: Run) -> None:
    found = run()

    assert found["heard"] == [found["completed"]]
    assert found["completions"] == found["contents"]
    assert found["positions"] == len(found["contents"])
    assert found["watched"] == [[0, THREADS * 10]]
