"""Copies of data and deleted accounts, in processes that are killed, and when two things happen at once."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from educa.accounts.models import User
from educa.accounts.tests.factories import PASSWORD, make_instructor
from educa.config.tests.commands import PACKAGE, run_educa, scrubbed
from educa.courses.models import Course
from educa.courses.tests.factories import make_subject
from tests.migrated import copy_migrated

SITE = """
import django
django.setup()
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from educa.accounts.actions import ask_for_data
from educa.accounts.models import INSTRUCTORS, User
from educa.courses.models import Upload
from educa.courses.tests.factories import make_attachment, make_course

ada = User.objects.create_user("ada")
ada.groups.add(Group.objects.get(name=INSTRUCTORS))
course = make_course(owner=ada)
for number in range(3):
    make_attachment(course)
other = make_course()
other.co_instructors.add(ada)
for number in range(3):
    upload = Upload.objects.create(owner=ada, course=other, name="canary.pdf", size=9)
    upload.path.write_text("canary")
ask_for_data(ada)
"""
# The process dies as by `kill -9` at the nth heartbeat of a copy.
KILLED_COPYING = """
import os, signal, sys, django
django.setup()
from educa.accounts import duties
from educa.accounts.actions import exporting
beats = 0

def beat(self):
    global beats
    beats += 1
    if beats == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)

exporting._Heart.beat = beat
duties.make_copies_of_data()
print(beats)
"""
COPIED = """
import json, zipfile, django
django.setup()
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from django.utils import timezone
from educa.accounts.duties import make_copies_of_data
from educa.accounts.models import DataExport, User

ada = User.objects.get(username="ada")
offered = DataExport.objects.to_download_by(ada).count()
DataExport.objects.update(lease_until=timezone.now() - timedelta(hours=1))
make_copies_of_data()
export = DataExport.objects.to_download_by(ada).get()
packed = zipfile.ZipFile(export.package.path)
left = [path.name for path in (Path(settings.MEDIA_ROOT) / "data-export").iterdir()]
print(json.dumps({
    "offered": offered,
    "broken": packed.testzip(),
    "files": len(packed.namelist()),
    "alone": left == [Path(export.package.name).name],
}))
"""
# The process dies at a point of an erasure: before the commit, after it, or between two files.
KILLED_ERASING = """
import os, signal, sys, django
django.setup()
from pathlib import Path
from django.db import transaction
from educa.accounts.actions import erasing
from educa.accounts.models import RetiredName, User
from educa.courses.models import Course

def die(*args, **how):
    os.kill(os.getpid(), signal.SIGKILL)

Course.objects.filter(owner__username="ada").delete()
ada = User.objects.get(username="ada")
moment = sys.argv[1]
if moment == "before the commit":
    erasing.poke = die
    type(RetiredName.objects.all()).retire = die
elif moment == "after the commit":
    Path.unlink = die
else:
    erasing.poke = lambda: None
    unlinked = []
    real = Path.unlink
    def unlink(self, missing_ok=False):
        real(self, missing_ok)
        unlinked.append(self)
        if len(unlinked) == 2:
            die()
    Path.unlink = unlink
erasing.erase(ada)
"""
ERASED = """
import json, django
django.setup()
from pathlib import Path
from django.conf import settings
from educa.accounts.actions import erase, finish_erasures
from educa.accounts.models import Erasure, User
from educa.courses.models import Upload

ada = User.objects.filter(username="ada").first()
whole = ada is None or Upload.objects.filter(owner=ada).count() == 3
uploads = Path(settings.EDUCA_UPLOAD_DIR)
there = len(list(uploads.iterdir()))
if ada:
    whole = whole and there == 3
    erase(ada)
finish_erasures()
print(json.dumps({
    "whole": whole,
    "people": list(User.objects.filter(username="ada").values_list("pk")),
    "uploads": len(list(uploads.iterdir())),
    "erasures": Erasure.objects.count(),
}))
"""


def python(data: Path, program: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a program of the site's in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        check=False,
        cwd=PACKAGE,
        env=scrubbed(data, DJANGO_SETTINGS_MODULE="educa.config.settings"),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def site(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a site in which a copy is waited for; never to be changed."""
    folder = tmp_path_factory.mktemp("site")
    copy_migrated(migrated, folder / "data")
    made = python(folder / "data", SITE)
    assert made.returncode == 0, made.stderr
    return folder / "data"


@pytest.fixture
def data(site: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(site, tmp_path / "data"))


@pytest.mark.once
@pytest.mark.parametrize("moment", [1, 4, 12])
def test_a_killed_copy_is_not_offered_and_the_next_process_makes_it_whole(
    data: Path, moment: int
) -> None:
    killed = python(data, KILLED_COPYING, moment)
    assert killed.returncode == -9, killed.stdout + killed.stderr

    after = python(data, COPIED)

    assert after.returncode == 0, after.stderr
    assert json.loads(after.stdout) == {
        "offered": 0,
        "broken": None,
        "files": 5,
        "alone": True,
    }


@pytest.mark.once
@pytest.mark.parametrize("moment", ["before the commit", "after the commit", "between two files"])
def test_a_killed_erasure_has_changed_nothing_or_is_finished_by_the_next_process(
    data: Path, moment: str
) -> None:
    killed = python(data, KILLED_ERASING, moment)
    assert killed.returncode == -9, killed.stdout + killed.stderr

    after = python(data, ERASED)

    assert after.returncode == 0, after.stderr
    assert json.loads(after.stdout) == {
        "whole": True,
        "people": [],
        "uploads": 0,
        "erasures": 0,
    }


@pytest.mark.once
def test_the_commands_export_and_erase(data: Path) -> None:
    folder = data.parent

    wrote = run_educa(data, "manage", "export_user", "ada", str(folder))
    refused = run_educa(data, "manage", "erase_user", "ada", "--yes")
    nobody = run_educa(data, "manage", "erase_user", "bob", "--yes")

    assert (wrote.returncode, (folder / "ada.zip").exists()) == (0, True)
    assert (refused.returncode, nobody.returncode) == (1, 1)
    assert "These courses belong to you." in refused.stderr
    assert "bob: there is no such account" in nobody.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(3))
def test_a_course_made_while_the_account_goes_is_no_error(_time: int) -> None:
    """One of the two wins; whoever loses is told in words.

    On SQLite the tests have a database in memory, whose threads lock each other out at once; there,
    one writes after the other anyway.
    """
    if connection.vendor == "sqlite":
        return
    person, subject = make_instructor(), make_subject()
    start, answers = Barrier(2), {}
    form = {"subject": subject.pk, "title": "At once", "overview": "x"}
    sure = {"password": PASSWORD, "is_sure": "on"}

    def post(name: str, data: dict[str, Any]) -> None:
        browser = Client()
        browser.force_login(person)
        start.wait()
        answers[name] = browser.post(reverse(name), data)
        connections.close_all()

    together = [
        Thread(target=post, args=("course_create", form)),
        Thread(target=post, args=("account_delete", sure)),
    ]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join(30)

    is_there = User.objects.filter(pk=person.pk).exists()
    assert Course.objects.filter(title="At once").exists() == is_there
    assert answers["account_delete"].status_code == (409 if is_there else 302)
    assert answers["course_create"].status_code == 302
