"""Uploads to a server that is killed, whose disk is full, or that is told the same twice at once."""

import json
import shutil
import signal
import sqlite3
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest

from educa.config import server
from educa.config.tests.commands import run_educa
from educa.config.tests.serving import serving
from tests.interrupted import stored
from tests.migrated import copy_migrated

pytestmark = pytest.mark.once

PREPARE = """
from django.contrib.auth.models import Group
from django.test import Client
from educa.accounts.models import INSTRUCTORS, User
from educa.courses.models import Course, Module, Subject
owner = User.objects.create_user("instructor")
owner.groups.add(Group.objects.get(name=INSTRUCTORS))
subject = Subject.objects.create(title="Film", slug="film")
course = Course.objects.create(owner=owner, subject=subject, title="Film")
module = Module.objects.create(course=course, title="One")
browser = Client()
browser.force_login(owner)
from educa.api.models import AccessToken
secret = AccessToken.objects.issue(owner, "Script", ["teach"], None)[1]
print(browser.cookies["session"].value, course.pk, module.pk, secret)
"""
TABLES = ("content", "upload", "video")
TOKEN = "t" * 32
MEGABYTE = 2**20
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * (12 * MEGABYTE // 256)


@dataclass
class Site:
    """A data directory with an instructor in it, who has signed in, and a module of theirs."""

    folder: Path
    session: str
    course: str
    module: str
    secret: str
    is_program: bool = False

    def serving(self, application=server.APPLICATION):
        return serving(self.folder, application)

    def ask(self, process, method, path, body=None, **headers):
        """Status, headers and body of an answer."""
        connection = HTTPConnection("127.0.0.1", process.port, timeout=30)
        signed = {"Cookie": f"session={self.session}; csrf={TOKEN}", "X-CSRFToken": TOKEN}
        if self.is_program:
            signed = {"Authorization": f"Bearer {self.secret}"}
        tus = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        try:
            connection.request(method, path, body, signed | tus | named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def announce(self, process):
        """Where the parts of the film go."""
        name = b64encode(b"film.mp4").decode()
        place = (
            f"/api/uploads/?course={self.course}" if self.is_program else f"/uploads/{self.course}/"
        )
        status, headers, _ = self.ask(
            process,
            "POST",
            place,
            Upload_Length=len(FILM),
            Upload_Metadata=f"filename {name}",
        )
        assert status == 201
        return urlsplit(headers["Location"]).path

    def send(self, process, path, offset, until):
        part = FILM[offset:until]
        return self.ask(process, "PATCH", path, part, Upload_Offset=offset)[0]

    def offset(self, process, path):
        return int(self.ask(process, "HEAD", path)[1]["Upload-Offset"])

    def add(self, process, path):
        """Make the film a content."""
        fields = urlencode({"upload": path.split("/")[-2]})
        kind = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        where = f"/course/module/{self.module}/content/upload/"
        status, _, body = self.ask(process, "POST", where, fields, **kind)
        return status, json.loads(body)

    def counts(self):
        """Contents, uploads and videos."""
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database:
            question = "SELECT count(*) FROM courses_{}"
            return [database.execute(question.format(name)).fetchone()[0] for name in TABLES]


@pytest.fixture(scope="module")
def prepared(migrated, tmp_path_factory):
    folder = copy_migrated(migrated, tmp_path_factory.mktemp("prepared"))
    assert run_educa(folder, "manage", "collectstatic", "--noinput", "-v0").returncode == 0
    made = run_educa(folder, "manage", "shell", "-v0", "-c", PREPARE)
    return Site(folder, *made.stdout.split())


@pytest.fixture
def site(prepared, tmp_path):
    shutil.copytree(prepared.folder, tmp_path, dirs_exist_ok=True)
    return replace(prepared, folder=tmp_path)


def kill_when_there(process, ask):
    """Let somebody ask, and kill the server when it has come to its point."""

    def until_cut_off():
        with pytest.raises((RemoteDisconnected, ConnectionResetError)):
            ask()

    asking = Thread(target=until_cut_off)
    asking.start()
    assert process.process.stdout.readline().strip() == "here"
    process.stop(signal.SIGKILL)
    asking.join()


@pytest.mark.parametrize("point", ["amid_a_part", "before_the_row"])
def test_a_part_that_a_kill_cut_off_is_sent_again(site, point):
    with site.serving() as process:
        path = site.announce(process)
        assert site.send(process, path, 0, 5 * MEGABYTE) == 204
    with site.serving(f"tests.interrupted:{point}") as process:
        kill_when_there(process, lambda: site.send(process, path, 5 * MEGABYTE, 9 * MEGABYTE))

    with site.serving() as process:
        assert site.offset(process, path) == 5 * MEGABYTE
        assert site.send(process, path, 5 * MEGABYTE, len(FILM)) == 204
        (arrived,) = stored(site.folder)
        assert sha256(arrived.read_bytes()).digest() == sha256(FILM).digest()
        assert site.add(process, path)[0] == 200


@pytest.mark.parametrize("point", ["amid_a_part", "before_the_row"])
def test_a_program_goes_on_after_a_kill_with_a_part_longer_than_a_form(site, point):
    site = replace(site, is_program=True)
    with site.serving() as process:
        path = site.announce(process)
        assert site.send(process, path, 0, 5 * MEGABYTE) == 204
    with site.serving(f"tests.interrupted:{point}") as process:
        kill_when_there(process, lambda: site.send(process, path, 5 * MEGABYTE, len(FILM)))

    with site.serving() as process:
        assert site.offset(process, path) == 5 * MEGABYTE
        assert site.send(process, path, 5 * MEGABYTE, len(FILM)) == 204
    (arrived,) = stored(site.folder)
    assert arrived.read_bytes() == FILM


def test_a_kill_before_the_content_is_there_leaves_the_upload_for_another_try(site):
    with site.serving() as process:
        path = site.announce(process)
        assert site.send(process, path, 0, len(FILM)) == 204
    with site.serving("tests.interrupted:before_the_commit") as process:
        kill_when_there(process, lambda: site.add(process, path))
    assert site.counts() == [0, 1, 0]

    with site.serving() as process:
        assert site.add(process, path)[0] == 200
    swept = run_educa(site.folder, "manage", "sweep_media", "--older-than", "0").stdout

    assert site.counts() == [1, 0, 1]
    assert swept.splitlines()[-1].startswith("1 files")
    (kept,) = stored(site.folder)
    assert kept.read_bytes() == FILM


def test_a_full_disk_keeps_what_came_before_and_takes_the_rest_when_there_is_room(site):
    with site.serving("tests.interrupted:on_a_full_disk") as process:
        path = site.announce(process)
        assert site.send(process, path, 0, 5 * MEGABYTE) == 204
        assert site.send(process, path, 5 * MEGABYTE, 10 * MEGABYTE) == 507
        assert site.offset(process, path) == 5 * MEGABYTE
        (arriving,) = stored(site.folder)
        assert arriving.stat().st_size == 5 * MEGABYTE

    with site.serving() as process:
        assert site.send(process, path, 5 * MEGABYTE, len(FILM)) == 204
        assert site.add(process, path)[0] == 200


def at_once(ask, times=4):
    """What several get who ask at the same moment."""
    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(lambda _: ask(), range(times)))


def test_of_those_who_send_the_same_part_at_once_one_is_heard(site):
    with site.serving() as process:
        path = site.announce(process)

        answers = at_once(lambda: site.send(process, path, 0, len(FILM)))

        assert answers[0] == 204
        assert set(answers[1:]) <= {409, 423}
        (arrived,) = stored(site.folder)
        assert arrived.read_bytes() == FILM


def test_of_those_who_add_the_same_upload_at_once_one_gets_a_content(site):
    with site.serving() as process:
        path = site.announce(process)
        site.send(process, path, 0, len(FILM))

        answers = at_once(lambda: site.add(process, path)[0])

    assert answers == [200, 400, 400, 400]
    assert site.counts() == [1, 0, 1]
    assert len(stored(site.folder)) == 1
