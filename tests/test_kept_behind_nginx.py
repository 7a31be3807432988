"""With every cache on, everybody opens everything through nginx at once: nobody gets what belongs to somebody else.

As `test_kept_for_whom`, but for real: nginx with the configuration that operators copy, two processes of the site behind
it, PostgreSQL and Memcached.
"""

import gzip
import os
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.middleware.csrf import _unmask_cipher_token

from educa.config.tests.serving import serving
from tests.addresses import Address, in_any_order
from tests.missing import miss
from tests.racing import Start, answer
from tests.test_access import LOGIN
from tests.test_deploy import NAME, NGINX, Front, nginx
from tests.test_kept_for_whom import ROLES, TOKEN, WHO

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
SITE = "tests.uncollected:site"
SESSION, CSRF = "__Host-session", "__Host-csrf"
AT_ONCE = 4
# Words that few people may see: in a note, in an address and a token, in a draft, and in what is said in two rooms.
# An administrator sees drafts and rooms, and addresses and tokens in the administration only.
PREPARE = """
from dataclasses import asdict
from educa.accounts.models import User
from educa.api.tests.asking import make_token
from educa.chat.tests.factories import say
from educa.courses.models import Content, Course
from educa.courses.tests.factories import make_course
from educa.students.models import Note
from tests.addresses import addresses, administration
from tests.test_access import make_site
site = make_site()
content = Content.objects.get(pk=site.words["id"])
readers = ["enrolled", "owner", "assistant", "lapsed", "admin"]
words, names, sessions = {}, {}, {}
for role, browser in site.browsers.items():
    if role != "visitor":
        person = User.objects.get(pk=browser.session["_auth_user_id"])
        words |= {f"note-of-{role}": [role], f"secret-of-{role}": [role]}
        words[f"draft-of-{role}"] = [role, "admin"]
        User.objects.filter(pk=person.pk).update(email=f"secret-of-{role}@example.com")
        Note.objects.create(author=person, content=content, body=f"note-of-{role}")
        make_token(person, name=f"secret-of-{role}")
        make_course(owner=person, title=f"draft-of-{role}", status="draft")
        rooms = {"other": Course.objects.get(owner=person, status="published")} if role == "other" else {}
        rooms |= dict.fromkeys(readers, content.module.course)
        if role in rooms:
            words[f"said-by-{role}"] = readers if role in readers else [role, "admin"]
            say(rooms[role], f"said-by-{role}", author=person)
        names[role], sessions[role] = person.username, browser.cookies["__Host-session"].value
answer = {
    "names": names,
    "sessions": sessions,
    "words": words,
    "pages": [asdict(each) for each in addresses(site)],
    "of_staff": [asdict(each) for each in administration()],
}
"""


@dataclass
class Person:
    """Somebody of one role, and all that was given to their browser."""

    role: str
    name: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)


@dataclass
class Visit:
    """One page that somebody opens, in a browser that takes compressed answers or does not."""

    person: Person
    address: Address
    accepted: str


class Crowd:
    """Everybody, on a few connections to nginx that all of them use in turn."""

    def __init__(self, front: Front, people: list[Person], words: dict[str, list[str]]) -> None:
        self.front = front
        self.people = people
        self.words = words
        self._own = threading.local()
        self._opened = ExitStack()
        self._lock = threading.Lock()

    def open(self, visit: Visit) -> list[str]:
        """What is wrong with the answer."""
        with self._lock:
            words = "; ".join(f"{name}={value}" for name, value in visit.person.cookies.items())
        headers = {"Accept-Encoding": visit.accepted} | ({"Cookie": words} if words else {})
        self._connection().request("GET", visit.address.path, headers=headers)
        got = self._connection().getresponse()
        body = got.read()
        if got.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        cookies = self._taken(visit.person, got.headers)
        text = f"{got.headers}\n{body.decode(errors='replace')}"
        found = [
            *self._status(visit, got.status, got.headers),
            *self._foreign(visit, text, cookies),
            *kept(visit.person, got.headers),
        ]
        return [f"{visit.person.role} {visit.address.path}: {what}" for what in found]

    def close(self) -> None:
        """Close the connections."""
        self._opened.close()

    def _connection(self) -> HTTPConnection:
        """This thread's."""
        if not hasattr(self._own, "connection"):
            own = self._own.connection = HTTPConnection(NAME)
            self._opened.enter_context(closing(own))
            own.sock = self.front.context().wrap_socket(self.front.connect(), server_hostname=NAME)
        return self._own.connection

    def _taken(self, person: Person, headers: HTTPMessage) -> dict[str, str]:
        """The cookies of an answer, which the browser now has."""
        jar = SimpleCookie()
        for line in headers.get_all("Set-Cookie", []):
            jar.load(line)
        given = {name: morsel.value for name, morsel in jar.items() if morsel.value}
        with self._lock:
            person.cookies |= given
            person.given |= {*given.values()}
        return given

    def _status(self, visit: Visit, status: int, headers: HTTPMessage) -> Iterator[str]:
        to_login = status == 302 and "/accounts/login/" in headers.get("Location", "")
        found, expected = LOGIN if to_login else status, visit.address.expected[visit.person.role]
        if found != expected:
            yield f"is {found} and not {expected}"

    def _foreign(self, visit: Visit, text: str, cookies: dict[str, str]) -> Iterator[str]:
        person = visit.person
        others = [other for other in self.people if other is not person]
        if menus := {*WHO.findall(text)} - {person.name}:
            yield f"shows the menu of {menus}"
        is_staff = person.role == "admin" and visit.address.name.startswith("admin:")
        private = (word for word, roles in self.words.items() if person.role not in roles)
        shown = (word for word in private if word in text)
        yield from (f"has {word}" for word in shown if not (is_staff and word.startswith("secret")))
        if any(value in other.given for other in others for value in cookies.values()):
            yield "sets a cookie of somebody else"
        secrets = {_unmask_cipher_token(token) for token in TOKEN.findall(text)}
        if secrets - person.given:
            yield "has a token that this browser was not given"


def kept(person: Person, headers: HTTPMessage) -> Iterator[str]:
    """What is wrong with how others may keep an answer."""
    control, kind = headers.get("Cache-Control", ""), headers.get_content_maintype()
    is_file = kind in {"image", "video", "application"} and "private" in control
    if "Set-Cookie" in headers and "ETag" in headers:
        yield "sets a cookie and may be kept"
    if person.name and "no-store" not in control and not is_file:
        yield f"may be kept: {control}"
    varies = {word.strip() for line in headers.get_all("Vary", []) for word in line.split(",")}
    if person.name and not {"Cookie", "Authorization"} <= varies:
        yield f"varies by {varies}"


@pytest.fixture
def crowd(
    start: Start, tmp_path: Path, request: pytest.FixtureRequest, memcached_address: str
) -> Iterator[tuple[Crowd, dict[str, Any]]]:
    """Everybody, before a site with everything in it."""
    if NGINX is None:
        miss("nginx is missing: install the Debian package nginx")
    environment = {
        "EDUCA_SITE_URL": f"https://{NAME}",
        "EDUCA_PROXY": "yes",
        "EDUCA_API_VISITORS_PER_MINUTE": "100000",
        "EDUCA_API_PER_MINUTE": "100000",
        "DATABASE_URL": request.getfixturevalue("postgres_copy"),
        "CACHE_URL": f"memcached://{memcached_address}",
    }
    path = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    told = answer(start(PREPARE, environment | path))
    people = [
        Person(
            role,
            told["names"].get(role, ""),
            {SESSION: told["sessions"][role]} if role in told["sessions"] else {},
            {told["sessions"].get(role, "")},
        )
        for role in ROLES
    ]
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(serving(start.folder, SITE, **environment)).port for _ in range(2)
        )
        front = Front(tmp_path, f"{one}; server 127.0.0.1:{other}", other)
        stack.enter_context(nginx(front))
        yield stack.enter_context(closing(Crowd(front, people, told["words"]))), told


@pytest.mark.parametrize("start", ["PostgreSQL"], indirect=True)
def test_nobody_gets_through_nginx_what_belongs_to_somebody_else(
    crowd: tuple[Crowd, dict[str, Any]],
) -> None:
    everybody, told = crowd
    people = {person.role: person for person in everybody.people}
    pages, of_staff = ([Address(**each) for each in told[key]] for key in ("pages", "of_staff"))
    seed = int(os.environ.get("EDUCA_TEST_SEED") or random.randrange(2**32))
    chance = random.Random(seed)
    order = in_any_order(ROLES, pages, of_staff, chance)
    order += [("admin", page) for page in of_staff if page.name.endswith("_changelist")]
    chance.shuffle(order)
    visits = [
        Visit(people[role], address, chance.choice(["gzip, br", "identity"]))
        for role, address in order
    ]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        faults = [fault for found in threads.map(everybody.open, visits) for fault in found]

    assert faults == [], seed
