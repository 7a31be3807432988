"""What is kept in a cache that several processes share: it is new at once in all of them, and only ever costs time."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from pymemcache.client.base import Client as Memcache

from educa.lib.caches import PatientMemcache
from tests.forking import Process
from tests.missing import miss
from tests.racing import Start, answer
from tests.servers import SERVERS, Memcached, start, unprivileged

pytestmark = pytest.mark.once

PREPARE = """
from django.contrib.auth.models import Group
from educa.accounts.models import INSTRUCTORS, User
from educa.courses.models import Content, Course, Module, Subject, Text
owner = User.objects.create_user("ada", display_name="Ada")
owner.groups.add(Group.objects.get(name=INSTRUCTORS))
User.objects.create_user("bob")
subject = Subject.objects.create(title="Physics", slug="physics")
course = Course.objects.create(owner=owner, subject=subject, title="Tides", slug="tides", status="published")
module = Module.objects.create(course=course, title="Moons")
text = Text.objects.create(owner=owner, title="Pull", content="The *moon* pulls.")
Content.objects.create(module=module, item=text)
answer = {"course": course.pk}
"""
# Does what each line of its input says, and prints a line of what came of it.
SITE = """
import re
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from django.conf import settings
from django.test import Client
from django.urls import reverse
from educa.accounts.models import User
from educa.api.models import AccessToken
from educa.courses.models import Course, Module
from educa.lib.remembering import families
from educa.students.models import Enrollment

person = Client(raise_request_exception=False)

# Nothing is collected.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.ALLOWED_HOSTS.append("testserver")

# What is pressed, with the headers of who asks; the tokens of forms are new each time.
asked = dict.fromkeys(["/", "/course/tides/", "/course/subject/physics/", "/api/courses/"], {})
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')

def let_in(words):
    student, teacher = User.objects.get(username="bob"), User.objects.get(username="ada")
    course = Course.objects.get()
    Enrollment.objects.get_or_create(student=student, course=course)
    for name, somebody in {"student_course_detail": student, "course_outline": teacher}.items():
        person.force_login(somebody)
        session = f"{settings.SESSION_COOKIE_NAME}={person.session.session_key}"
        asked[reverse(name, args=[course.pk])] = {"Cookie": session}
        person.cookies.clear()
    _token, secret = AccessToken.objects.issue(student, name="a", scopes=["read"], expires_at=None)
    asked[reverse("api:course-contents", args=[course.pk])] = {"Authorization": f"Bearer {secret}"}

def ask(path):
    got = Client(raise_request_exception=False, headers=asked[path]).get(path)
    return got.status_code, sha256(TOKEN.sub(b"", got.content)).hexdigest()

def press(number):
    paths = [*asked] * int(number)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, paths))
    return sorted({(path, *got) for path, got in zip(paths, found)})

def tell(path):
    return Client().get(path).content.decode()

def sign_in(name):
    person.force_login(User.objects.get(username=name))

def status(path):
    return person.get(path).status_code

def enroll(name):
    Enrollment.objects.enroll(User.objects.get(username=name), Course.objects.get())

def remove(name):
    Enrollment.objects.leave(User.objects.get(username=name), Course.objects.get())

def unpublish(slug):
    Course.objects.filter(slug=slug).update(status="draft")

def own(path):
    return person.get(path).content.decode()

def rename(title):
    Course.objects.update(title=title)

def count(what):
    return sum(family.counts[what] for family in families())

for line in sys.stdin:
    do, _, words = line.strip().partition(" ")
    print(json.dumps(globals()[do](words)), flush=True)
answer = {}
"""

UNLIMITED = {
    "EDUCA_API_VISITORS_PER_MINUTE": "100000",
    "EDUCA_API_PER_MINUTE": "100000",
}


@dataclass
class Site:
    """A process of the site."""

    process: Process

    def do(self, line: str) -> Any:
        """What came of one line."""
        self.begin(line)
        return self.end()

    def begin(self, line: str) -> None:
        """Let it do one line meanwhile."""
        self.process.tell(line)

    def end(self) -> Any:
        """What came of the line that was begun."""
        said = self.process.hear()
        assert said, self.process.errors
        return json.loads(said)


@dataclass
class Cache:
    """A Memcached of the test's own, which may be hurt."""

    home: Path
    process: "subprocess.Popen[bytes]"
    port: int

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def start(self) -> None:
        self._started(SERVERS["Memcached"].start(self.home, self.port))

    def start_refusing(self) -> None:
        """It is full of things of all sizes, and refuses more (`-M`) instead of forgetting what is old."""
        server, sizes = SERVERS["Memcached"], ("-m", 2, "-n", 512, "-f", 2)
        here = ("-l", "127.0.0.1", "-p", self.port, "-U", 0)
        program = server.program()
        self._started(server.spawn(self.home, program, *here, *sizes, "-M", **unprivileged()))
        client = Memcache(f"127.0.0.1:{self.port}")
        for size in (2**power for power in range(8, 20)):
            values = {f"x{size}-{number}": b"x" * size for number in range(2**21 // size)}
            client.set_many(values, noreply=True)
        client.version()  # answered once all that came before is done
        client.close()

    def refusals(self) -> int:
        """How often it has refused to keep something."""
        client = Memcache(f"127.0.0.1:{self.port}")
        told = client.stats()[b"store_no_memory"]
        client.close()
        return int(told)

    def _started(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        while not SERVERS["Memcached"].is_ready(self.home, self.port):
            assert self.process.poll() is None

    def flush(self) -> None:
        client = Memcache(f"127.0.0.1:{self.port}")
        client.flush_all(noreply=False)
        client.close()

    def fill(self) -> None:
        client = Memcache(f"127.0.0.1:{self.port}")
        client.set_many({f"x{number}": b"x" * 900_000 for number in range(60)}, noreply=False)
        client.close()


@contextmanager
def running(home: Path) -> Iterator[Cache]:
    """A Memcached for the length of a block."""
    server = SERVERS["Memcached"]
    assert isinstance(server, Memcached)
    if server.program() is None:
        miss(f"Memcached is missing: install {server.get_it}")
    home.chmod(0o711)
    process, address = start(server, home)
    cache = Cache(next(home.iterdir(), home), process, int(address.rpartition(":")[2]))
    yield cache
    cache.kill()


@pytest.fixture(scope="module")
def first_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    """One server, on a port that all tests have one after the other: so their sites have the same settings."""
    with running(tmp_path_factory.mktemp("cache")) as found:
        yield found


@pytest.fixture
def cache(first_cache: Cache) -> Cache:
    """An empty one, that was just started."""
    first_cache.kill()
    first_cache.start()
    return first_cache


@pytest.fixture
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    """Another one beside it."""
    with running(tmp_path_factory.mktemp("second")) as found:
        yield found


@pytest.fixture
def two_sites(start: Start, cache: Cache) -> list[Site]:
    """Two processes of one site with one course."""
    shared = {"CACHE_URL": f"memcached://127.0.0.1:{cache.port}"} | UNLIMITED
    answer(start(PREPARE, shared))
    sites = [Site(start(SITE, shared)) for _ in range(2)]
    for site in sites:
        assert site.process.hear() == "ready\n", site.process.errors
    return sites


def test_what_one_process_saves_the_other_shows_at_once(two_sites: list[Site]) -> None:
    one, other = two_sites
    one.do("tell /course/tides/")
    assert "Tides" in other.do("tell /course/tides/")
    assert other.do("count rebuilds") == 0  # it has found what the other one had made

    one.do("rename Storms")

    assert "Storms" in other.do("tell /course/tides/")
    assert "Storms" in other.do("tell /")
    assert "Tides</bdi>" not in one.do("tell /")


def test_what_one_process_closes_is_closed_in_the_other_at_once(two_sites: list[Site]) -> None:
    one, other = two_sites
    other.do("sign_in bob")
    one.do("enroll bob")
    assert other.do("status /students/course/1/") == 200
    assert "Tides" in other.do("tell /course/tides/")

    one.do("remove bob")
    assert other.do("status /students/course/1/") == 403
    one.do("unpublish tides")

    assert "Tides" not in other.do("tell /course/tides/") + other.do("tell /")
    assert other.do("status /students/course/1/") == 404


def test_a_process_that_can_not_reach_the_cache_shows_what_is_new(
    start: Start, two_sites: list[Site]
) -> None:
    one, _other = two_sites
    apart = Site(start(SITE, {"CACHE_URL": "memcached://127.0.0.1:1"}))
    assert apart.process.hear() == "ready\n", apart.process.errors
    one.do("tell /")
    apart.do("tell /")

    apart.do("rename Storms")

    assert "Storms" in one.do("tell /")
    assert "Storms" in apart.do("tell /")


def test_a_site_whose_cache_is_hurt_while_it_is_asked_answers_everybody_as_before(
    two_sites: list[Site], cache: Cache
) -> None:
    one, other = two_sites
    [site.do("let_in") for site in two_sites]
    one.do("sign_in ada")
    well = one.do("press 10")

    accidents = (cache.flush, cache.fill, cache.freeze, cache.thaw, cache.kill)
    answers = [during(accident, two_sites) for accident in accidents]

    assert {status for _path, status, _content in well} == {200}
    assert answers == [[well, well]] * len(accidents)
    assert one.do("press 10") == other.do("press 10") == well
    assert "/accounts/logout/" in one.do("own /students/courses/")
    cache.start_refusing()
    before = cache.refusals()
    answers = [one.do("press 5") for _ in until(lambda: cache.refusals() > before)]
    assert answers
    assert [well] * len(answers) == answers


def until(has_come: Callable[[], bool]) -> Iterator[int]:
    """Goes on until it is so, which must be before many steps are done."""
    yield from takewhile(lambda _: not has_come(), range(200))
    assert has_come()


def during(accident: Callable[[], None], sites: list[Site]) -> list[Any]:
    """What both have answered while it happened."""
    [site.begin("press 20") for site in sites]
    accident()
    return [site.end() for site in sites]


def test_a_cache_that_is_back_is_used_again_and_holds_nothing_old(
    two_sites: list[Site], cache: Cache
) -> None:
    one, other = two_sites
    one.do("press 10")
    cache.freeze()
    one.do("rename Storms")
    one.do("press 10")
    cache.thaw()

    shown = other.do("tell /")

    assert "Storms" in shown
    assert one.do("tell /") == shown


def test_a_cache_that_was_started_again_is_used_again(two_sites: list[Site], cache: Cache) -> None:
    one, _other = two_sites
    one.do("press 5")
    cache.kill()
    one.do("press 5")
    cache.start()

    def is_used() -> bool:
        before = one.do("count hits")
        one.do("press 5")
        return int(one.do("count hits")) > int(before)

    assert any(is_used() for _ in range(200))  # within the 5 s for which it is left alone


def test_a_dead_server_of_two_leaves_its_keys_to_the_other_and_takes_them_back(
    cache: Cache, second: Cache
) -> None:
    servers = [f"127.0.0.1:{each.port}" for each in (cache, second)]
    shared = PatientMemcache(servers, {"OPTIONS": {"dead_timeout": 0.1, "retry_timeout": 0}})
    keys = [f"key-{number}" for number in range(100)]

    def are_kept() -> bool:
        [shared.set(key, key) for key in keys]
        return [shared.get(key) for key in keys] == keys

    def items() -> list[int | None]:
        return [each.items for each in shared.figures()]

    assert are_kept()
    spread = items()
    second.kill()
    assert any(are_kept() for _ in range(200))
    assert items() == [100, None]
    second.start()
    assert any(are_kept() and items()[1] == spread[1] for _ in range(200))
    assert 20 < (spread[0] or 0) < 80
