"""Errors have one shape, and lists the same habits everywhere."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest

from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.tests.asking import browser_of, program
from educa.courses.models import Course
from educa.courses.tests.factories import make_course

pytestmark = pytest.mark.django_db

COURSES, SUBJECTS = "/api/courses/", "/api/subjects/"
PROBLEM = "application/problem+json"


def cursor(**parts: object) -> dict[str, str]:
    return {"cursor": b64encode(urlencode(parts).encode()).decode()}


def test_a_method_that_is_not_there_is_refused_and_those_that_are_are_named(client):
    answer = program(make_user()).put(COURSES, {}, "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
    assert set(answer["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}


def test_a_format_that_is_not_there_is_refused(client):
    answer = client.get(COURSES, headers={"Accept": "application/xml"})

    assert (answer.status_code, answer["Content-Type"]) == (406, PROBLEM)


def test_visitors_get_json_in_a_browser_too(client):
    answer = client.get(COURSES, headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer["Content-Type"] == "application/json"


def test_pages_to_look_around_are_for_staff():
    staff, ada = make_user(is_staff=True), make_user()
    html = {"Accept": "text/html"}

    assert browser_of(staff).get(COURSES, headers=html)["Content-Type"].startswith("text/html")
    assert browser_of(ada).get(COURSES, headers=html).status_code == 406


@pytest.mark.parametrize("path", ["/api/nowhere/", "/api/courses/x/", "/api/courses/1/nowhere/"])
def test_what_is_not_there_is_told_in_the_same_shape(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": answer.json()["detail"],
        "code": "not_found",
    }


def test_a_key_that_no_database_has_is_not_there(client):
    assert client.get(f"{COURSES}{'9' * 18}/").status_code == 404
    assert client.get(f"{COURSES}{'9' * 30}/").status_code == 404


def test_an_address_without_its_slash_leads_to_the_one_with_it(client):
    answer = client.get("/api/courses")

    assert (answer.status_code, answer["Location"]) == (301, COURSES)


def test_a_page_has_at_most_100_rows(client):
    course = make_course()
    of_it = {"owner": course.owner, "subject": course.subject, "status": "published"}
    Course.objects.bulk_create(
        Course(**of_it, title="More", slug=f"more-{number}", published_at=course.published_at)
        for number in range(100)
    )

    answer = client.get(f"{COURSES}?page_size=1000").json()

    assert len(answer["results"]) == 100
    assert len(client.get(answer["next"]).json()["results"]) == 1


@pytest.mark.parametrize("size", ["0", "-1", "x", "", "1.5", "²", "9" * 5000])
def test_a_size_that_is_none_is_refused(client, size):
    answer = client.get(COURSES, {"page_size": size})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "page_size")


@pytest.mark.parametrize(
    "query",
    [
        {"owner": "1"},
        {"ordering": "owner"},
        {"subject": "nowhere"},
        {"taught": "perhaps"},
        {"search": "x" * 201},
        {"q\0": "1"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_and_its_parameter_named(client, query):
    answer = client.get(COURSES, query)

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert [error["field"] for error in answer.json()["errors"]] == list(query)


@pytest.mark.parametrize("path", [SUBJECTS, f"{COURSES}?ordering=title", COURSES])
@pytest.mark.parametrize(
    "made_up",
    [
        {"cursor": "x"},
        {"cursor": "é"},
        cursor(p="a\0b", o=1),
        cursor(p="yesterday", o="x"),
        cursor(p="1", r="x"),
        cursor(p="1", o="9" * 5000),
    ],
)
def test_a_cursor_that_was_not_given_out_here_is_refused(client, path, made_up):
    answer = client.get(path, made_up if "?" not in path else {"ordering": "title", **made_up})

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("ordering", ["newest", "-newest", "title", "-title"])
def test_pages_give_every_course_once_drafts_included(ordering):
    owner = make_instructor()
    made = {make_course(owner=owner, title=f"Course {number % 3}").pk for number in range(5)}
    made |= {make_course(owner=owner, status=Course.Status.DRAFT).pk for _ in range(4)}
    asker, found = program(owner), []
    path = f"{COURSES}?page_size=2&ordering={ordering}"
    while path:
        page = asker.get(path).json()
        found += [row["id"] for row in page["results"]]
        path = page["next"]

    assert sorted(found) == sorted(made)


def test_a_tag_changes_with_the_state_and_is_known_again(client):
    course = make_course()
    path = f"{COURSES}{course.pk}/"
    tag = client.get(path)["ETag"]
    known = {"If-None-Match": f'"x", W/{tag}'}
    before = client.get(path, headers=known).status_code

    Course.objects.filter(pk=course.pk).update(title="Another")

    assert (before, client.get(path, headers=known).status_code) == (304, 200)


def test_head_answers_as_get_without_a_body(client):
    answer = client.head(COURSES)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == client.get(COURSES)["ETag"]


def test_answers_are_kept_by_nobody_else(client):
    assert client.get(COURSES)["Cache-Control"] == "private, no-store"
