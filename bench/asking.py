"""What is asked of the servers: requests for the pages of the school that `bench.school` has made."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

DICE = random.Random(7)
SAMPLE = 200  # addresses of a kind that are asked for in turn
PER_PAGE = 20  # courses of a page of the catalogue
MOST_PAGES = 10
TOKEN = "t" * 32  # of the forms

World = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    session: str = ""
    form: str = ""
    csrf: str = ""

    @property
    def method(self) -> str:
        return "POST" if self.form else "GET"

    def raw(self, host: "Host", extra: dict[str, str]) -> bytes:
        """As it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in (self.headers(host) | extra).items()]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.form).encode()

    def headers(self, host: "Host") -> dict[str, str]:
        """What goes with it to a site of that name."""
        found = {"Host": host.name, "Accept": "*/*", **host.headers}
        cookies = [(host.session_cookie, self.session), (host.csrf_cookie, self.csrf)]
        if cookie := "; ".join(f"{name}={value}" for name, value in cookies if value):
            found["Cookie"] = cookie
        if self.form:
            found["Content-Type"] = "application/x-www-form-urlencoded"
            found["Content-Length"] = str(len(self.form))
            found["Origin"] = host.origin
        return found


@dataclass(frozen=True)
class Host:
    """How a site is called, and what a proxy in front of it would say."""

    name: str
    is_secure: bool = False

    @property
    def origin(self) -> str:
        return f"http{'s' if self.is_secure else ''}://{self.name}"

    @property
    def headers(self) -> dict[str, str]:
        return (
            {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"} if self.is_secure else {}
        )

    @property
    def session_cookie(self) -> str:
        return "__Host-session" if self.is_secure else "session"

    @property
    def csrf_cookie(self) -> str:
        return "__Host-csrf" if self.is_secure else "csrf"


@dataclass(frozen=True)
class Page:
    """A row of the table.

    `is_first`: each request is sent once only, since it is about a first visit, to a course that others know. `steps` requests in a row
    are one visit. `statuses` are those that the steps should be answered with.
    """

    name: str
    asks: Callable[[World], list[Ask]]
    is_first: bool = False
    steps: int = 1
    statuses: tuple[int, ...] = (200,)


def catalogue(world: World) -> list[Ask]:
    """The first pages of all courses."""
    pages = min(MOST_PAGES, -(-len(world["courses"]) // PER_PAGE))
    return [Ask(f"/?page={number + 1}") for number in range(pages)]


def course(world: World) -> list[Ask]:
    """Pages of courses."""
    return [Ask(f"/course/{slug}/") for slug in sample(world["slugs"])]


def signing_in(world: World) -> list[Ask]:
    """The form, and what is typed into it, for one student after the other."""
    found = []
    for number in sample(range(len(world["students"]))):
        words = {
            "login": f"student-{number}",
            "password": world["password"],
            "csrfmiddlewaretoken": TOKEN,
        }
        found += [Ask("/accounts/login/"), Ask("/accounts/login/", "", urlencode(words), TOKEN)]
    return found


def first_visits(world: World) -> list[Ask]:
    """Each student of some courses in each of these: first all of the courses in turn, then all once more by others."""
    chosen = set(sample(range(len(world["courses"]))))
    return [
        Ask(f"/students/course/{pk}/", session)
        for session, pk, place in visits(world)
        if place in chosen
    ]


def in_turn(world: World) -> int:
    """How many courses `first_visits` has in turn."""
    return len(sample(world["courses"]))


def visits_again(world: World) -> list[Ask]:
    """Some of the first visits, again and again."""
    return sample(first_visits(world))


def player(world: World) -> list[Ask]:
    """A content of a course, of whatever kind."""
    size = world["contents_of_course"]
    return [
        Ask(f"/students/course/{pk}/content/{world['contents'][place * size + number]}/", session)
        for session, pk, place in sample(visits(world))
        for number in [DICE.randrange(size)]
    ]


def list_of_contents(world: World) -> list[Ask]:
    """The modules of instructors, with their contents."""
    found = []
    for number in sample(range(len(world["modules"]))):
        course_number = number // world["modules_of_course"]
        session = world["instructors"][course_number // world["courses_of_instructor"]]
        found.append(Ask(f"/course/module/{world['modules'][number]}/", session))
    return found


def api_list(size: int) -> Callable[[World], list[Ask]]:
    """Lists of so many courses with their modules, of all subjects and of each."""

    def asks(world: World) -> list[Ask]:
        every = f"/api/courses/?page_size={size}"
        return [Ask(every), *(Ask(f"{every}&subject={slug}") for slug in world["subjects"])]

    return asks


def api_contents(world: World) -> list[Ask]:
    """All contents of a course, as its students have them."""
    return [
        Ask(f"/api/courses/{pk}/contents/", session) for session, pk, _ in sample(visits(world))
    ]


def visits(world: World) -> list[tuple[str, int, int]]:
    """Session, course and its number, of each student in each of their courses."""
    courses, per = world["courses"], world["per_student"]
    return [
        (session, courses[place % len(courses)], place % len(courses))
        for number, session in enumerate(world["students"])
        for place in range(number * per, (number + 1) * per)
    ]


def sample(rows: Any) -> list[Any]:
    """Some of the rows, the same ones each time."""
    return random.Random(7).sample(list(rows), min(SAMPLE, len(rows)))


PAGES = {
    page.name: page
    for page in (
        Page("healthz", lambda _world: [Ask("/healthz")]),
        Page("catalogue", catalogue),
        Page("course", course),
        Page("sign-in", signing_in, steps=2, statuses=(200, 302)),
        Page("first-visit", first_visits, is_first=True),
        Page("visit", visits_again),
        Page("player", player),
        Page("list", list_of_contents),
        Page("api-10", api_list(10)),
        Page("api-20", api_list(20)),
        Page("api-contents", api_contents),
    )
}


def three_visits(page: Page, world: World) -> list[list[dict[str, str]]]:
    """Visits to one page; where a first visit counts, by three people to the same course."""
    asks = page.asks(world)
    step = in_turn(world) if page.is_first else 0
    starts = (number * step % len(asks) for number in range(3))
    return [[vars(ask) for ask in asks[start : start + page.steps]] for start in starts]
