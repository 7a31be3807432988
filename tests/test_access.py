"""Who may open which URL. A URL without a row here fails the build."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.tests.factories import make_content, make_course, make_file
from educa.students.models import Enrollment

ROLES = ["visitor", "stranger", "enrolled", "left", "owner", "other", "admin"]
LOGIN = "login"
"""Sent to the sign-in page."""


@dataclass(frozen=True)
class Site:
    """A course with a file in it, one course of somebody else, and a browser for each role."""

    words: dict[str, Any]
    browsers: dict[str, Client]


def everybody(status: int) -> dict[str, int | str]:
    return dict.fromkeys(ROLES, status)


def readers(status: int = 200, visitor: int | str = LOGIN) -> dict[str, int | str]:
    """Those who may read the contents of the course; the others do not learn that it exists."""
    may = dict.fromkeys(["enrolled", "owner", "admin"], status)
    return {**everybody(404), **may, "visitor": visitor}


def students(status: int = 200) -> dict[str, int | str]:
    """As `readers`, of a page: a published course is no secret, only its contents are."""
    closed = dict.fromkeys(["stranger", "left", "other"], 403)
    return {**readers(status), **closed}


def signed_in(status: int) -> dict[str, int | str]:
    return {**everybody(status), "visitor": LOGIN}


# URL name -> method, what the path needs, and the answer for each role.
GET: dict[str, tuple[list[str], dict[str, int | str]]] = {
    "course_list": ([], everybody(200)),
    "course_list_subject": (["subject"], everybody(200)),
    "course_detail": (["slug"], everybody(200)),
    "media": (["name"], readers(visitor=404)),
    "student_course_list": ([], signed_in(200)),
    "student_course_detail": (["pk"], students()),
    "student_course_detail_module": (["pk", "module_id"], students()),
}
POST: dict[str, tuple[list[str], dict[str, Any], dict[str, int | str]]] = {
    "student_enroll_course": ([], {"course": "pk"}, {**everybody(302), "visitor": LOGIN}),
}
# People's own pages have their tests in educa.accounts, Django's administration in educa.courses.
ELSEWHERE_NAMESPACES = {"admin"}


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, pattern.namespace or space)
        elif pattern.name:
            module = getattr(pattern.callback, "__module__", "")
            yield f"{space}:{pattern.name}" if space else pattern.name, module


def test_every_url_has_a_row():
    from educa.accounts import urls as people  # noqa: PLC0415 - needs the settings

    of_people = {name for name, _module in names(people.urlpatterns)}
    found = {
        name
        for name, _module in names(get_resolver().url_patterns)
        if name.partition(":")[0] not in ELSEWHERE_NAMESPACES and name not in of_people
    }

    assert found == {*GET, *POST}


@pytest.fixture
def site(db) -> Site:
    """Everybody who could come by, with a course that one of them owns."""
    owner = make_instructor()
    content = make_content(item=make_file(owner=owner))
    course = content.module.course
    course.owner = owner
    course.save()
    people = {
        "stranger": make_user(),
        "enrolled": make_user(),
        "left": make_user(),
        "owner": owner,
        "other": make_instructor(),
        "admin": make_admin(),
    }
    make_course(owner=people["other"])
    for role in ("enrolled", "left"):
        Enrollment.objects.enroll(people[role], course)
    Enrollment.objects.leave(people["left"], course)
    browsers = {"visitor": Client()}
    for role, person in people.items():
        browsers[role] = Client()
        browsers[role].force_login(person)
    words = {
        "pk": course.pk,
        "slug": course.slug,
        "subject": course.subject.slug,
        "module_id": content.module.pk,
        "name": content.item.file.name,
    }
    return Site(words, browsers)


def answer_of(response) -> int | str:
    response.close()
    to_login = response.status_code == 302 and response.url.startswith(reverse("login"))
    return LOGIN if to_login else response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", GET)
def test_reading(site, name, role):
    needs, expected = GET[name]
    path = reverse(name, kwargs={key: site.words[key] for key in needs})

    assert answer_of(site.browsers[role].get(path)) == expected[role]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", POST)
def test_writing(site, name, role):
    needs, data, expected = POST[name]
    path = reverse(name, kwargs={key: site.words[key] for key in needs})
    values = {key: site.words[word] for key, word in data.items()}

    assert answer_of(site.browsers[role].post(path, values)) == expected[role]


@pytest.mark.django_db
@pytest.mark.parametrize("name", POST)
def test_writing_needs_the_token_of_the_form(site, name):
    needs, data, _expected = POST[name]
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = site.browsers["stranger"].cookies
    path = reverse(name, kwargs={key: site.words[key] for key in needs})

    response = browser.post(path, {key: site.words[word] for key, word in data.items()})

    assert response.status_code == 403
    assert Enrollment.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", GET)
def test_pages_for_people_who_are_signed_in_are_stored_nowhere(site, name):
    needs, _expected = GET[name]
    path = reverse(name, kwargs={key: site.words[key] for key in needs})

    response = site.browsers["owner"].get(path)
    response.close()
    control = response.headers["Cache-Control"]

    assert "private" in control
    assert "no-store" in control or name == "media"
