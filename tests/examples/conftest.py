"""A running site that the programs in `examples/` talk to, as somebody would who has only the documents."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from educa.config.tests.serving import serving
from tests.migrated import copy_migrated

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
APPLICATION = "educa.config.asgi:application"
PEOPLE = """
import json, django
django.setup()
from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.tests.asking import make_secret
from educa.courses.models import Course, Subject
from educa.courses.tests.factories import make_course
music, physics = [Subject.objects.get_or_create(slug=s, defaults={"title": s})[0] for s in ("music", "physics")]
closed = make_course(subject=music, title="Closed", admission="closed")
for subject, number in ((music, 102), (physics, 3)):
    Course.objects.bulk_create(
        Course(owner=closed.owner, subject=subject, title=f"Course {each}", slug=f"{subject.slug}-{each}",
               status="published", published_at=closed.published_at)
        for each in range(number)
    )
print(json.dumps({
    "author": make_secret(make_instructor()),
    "reader": make_secret(make_instructor(), "read"),
    "students": [make_secret(make_user()) for _ in range(3)],
}))
"""


@dataclass(frozen=True)
class Site:
    """Its address, and tokens of people: an author, one that may only read, students."""

    address: str
    author: str
    reader: str
    students: list[str]

    def run(
        self, example: str, *words: object, token: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        """One of the programs, in a process that knows nothing of Educa but the address and the token."""
        return subprocess.run(
            [sys.executable, EXAMPLES / example, *map(str, words)],
            env={"PATH": os.environ["PATH"], "EDUCA_URL": self.address, "EDUCA_TOKEN": token},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def api(self, token: str) -> Any:
        """The client of the examples."""
        found = importlib.util.spec_from_file_location("example_api", EXAMPLES / "api.py")
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
        return module.Api(self.address, token)


@pytest.fixture(scope="package")
def site(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with 106 courses, which the tests of this package share."""
    folder = copy_migrated(migrated, tmp_path_factory.mktemp("site"))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "DJANGO_SETTINGS_MODULE": "educa.config.settings",
        "EDUCA_DATA_DIR": str(folder),
        "EDUCA_API_PER_MINUTE": "100000",
    }
    collect = [sys.executable, "-m", "educa", "manage", "collectstatic", "-v0", "--no-input"]
    subprocess.run(collect, env=environment, check=True, capture_output=True)
    people = subprocess.run(
        [sys.executable, "-c", PEOPLE],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    with serving(folder, APPLICATION, **environment) as process:
        yield Site(process.address, **json.loads(people.stdout))
