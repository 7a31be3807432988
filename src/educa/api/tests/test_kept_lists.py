"""Lists that are kept for programs of visitors."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from educa.accounts.tests.factories import make_user
from educa.api import pagination, visitors
from educa.courses.generations import generation_of_catalogue
from educa.courses.models import Course, Subject
from educa.courses.tests.factories import make_course, make_module, make_subject
from educa.lib.remembering import families, forget

pytestmark = pytest.mark.django_db(transaction=True)

COURSES = "/api/courses/"


@pytest.fixture
def course():
    """A published course with a module."""
    return make_module().course


def counted(name):
    """What has been counted of a list until now."""
    return Counter(next(family.counts for family in families() if family.name == name))


def hits(name):
    """How often a list was found."""
    return counted(name)["hits"]


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        (COURSES, 1),
        (f"{COURSES}?page_size=10", 1),
        (f"{COURSES}?subject=physics", 1),
        (f"{COURSES}?page_size=10&subject=physics", 1),
        ("/api/subjects/", 2),
    ],
)
def test_a_kept_list_takes_one_statement_and_is_the_same(
    client, course, path, statements, django_assert_num_queries
):
    Subject.objects.update(slug="physics")
    with django_assert_num_queries(statements):
        first = client.get(path)

    with django_assert_num_queries(1):
        second = client.get(path)

    assert second.json() == first.json()
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("query", ["", "?subject=physics"])
def test_a_change_is_in_the_list_at_once(client, course, query):
    Subject.objects.update(slug="physics")
    client.get(COURSES + query)

    Course.objects.update(title="Another word")

    assert client.get(COURSES + query).json()["results"][0]["title"] == "Another word"


def test_subjects_are_kept_apart_and_a_slug_leads_to_who_has_it_now(client, course):
    other = make_course(subject=make_subject(slug="other"))
    Subject.objects.filter(pk=course.subject_id).update(slug="physics")
    lists = f"{COURSES}?subject=other", f"{COURSES}?subject=physics"
    before = [client.get(path).json()["results"][0]["id"] for path in lists]

    Subject.objects.filter(slug="other").update(slug="third")
    Subject.objects.filter(slug="physics").update(slug="other")

    assert before == [other.pk, course.pk]
    assert client.get(lists[0]).json()["results"][0]["id"] == course.pk
    assert client.get(lists[1]).status_code == 400


@pytest.mark.parametrize("query", ["subject=alchemy", "subject=", "subject=a&subject=b"])
def test_what_is_no_subject_is_not_kept(client, course, query):
    reverse("course_list")  # families are made with the views, which are loaded now
    before = dict(next(each for each in families() if each.name == "api_courses").counts)

    statuses = {client.get(f"{COURSES}?{query}").status_code for _ in range(2)}

    assert statuses == {400}
    assert next(each for each in families() if each.name == "api_courses").counts == before


def test_who_has_the_list_is_told_so(client, course):
    client.get(COURSES)
    tag = client.get(COURSES).headers["ETag"]

    assert client.get(COURSES, headers={"If-None-Match": tag}).status_code == 304


def test_who_has_the_list_lets_it_be_kept_again(client, course):
    tag = client.get(COURSES).headers["ETag"]
    forget()
    before = counted("api_courses")

    polls = [client.get(COURSES, headers={"If-None-Match": tag}).status_code for _ in range(2)]

    assert polls == [304, 304]
    assert counted("api_courses") - before == {"misses": 1, "rebuilds": 1, "hits": 1}


def test_who_is_signed_in_gets_a_list_of_their_own(client, course):
    student = make_user()
    course.students.add(student)
    client.get(COURSES)
    client.force_login(student)

    assert client.get(COURSES).json()["results"][0]["is_enrolled"] is True
    assert Client().get(COURSES).json()["results"][0]["is_enrolled"] is False


def test_what_is_behind_a_course_is_not_kept(client, course):
    before = hits("api_courses")

    client.get(f"{COURSES}{course.pk}/")
    client.get(f"{COURSES}{course.pk}/")
    client.get(f"{COURSES}?search=moons")
    client.get(f"{COURSES}?search=moons")

    assert hits("api_courses") == before


def test_kept_lists_count_for_the_limit(client, course, settings):
    settings.EDUCA_API_VISITORS_PER_MINUTE = 3
    assert [client.get(COURSES).status_code for _ in range(3)] == [200, 200, 200]

    refused = client.get(COURSES)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_pages_of_a_list_lead_on(client):
    [make_course() for _ in range(3)]
    client.get(f"{COURSES}?page_size=2")

    following = client.get(f"{COURSES}?page_size=2").json()["next"]

    assert len(client.get(following).json()["results"]) == 1


def test_a_course_that_comes_before_the_generation_of_an_empty_list_is_in_it(client, monkeypatch):
    def publish_first():
        make_course()  # as another process does, after nothing was found
        return generation_of_catalogue()

    monkeypatch.setattr(visitors, "generation_of_catalogue", publish_first)

    assert len(client.get(COURSES).json()["results"]) == 1


@pytest.mark.parametrize("path", [COURSES, "/api/subjects/"])
@pytest.mark.parametrize("accept", ["application/json; indent=8", "text/html", "text/*", ""])
def test_who_takes_something_else_is_answered_alike_whether_the_list_is_kept_or_not(
    client, course, path, accept
):
    cold = client.get(path, headers={"Accept": accept})
    plain = client.get(path).content

    kept = client.get(path, headers={"Accept": accept})

    assert (kept.status_code, kept.content) == (cold.status_code, cold.content)
    assert client.get(path).content == plain != cold.content


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_who_takes_json_gets_the_kept_list(client, course, accept):
    client.get(COURSES)
    before = hits("api_courses")

    client.get(COURSES, headers={"Accept": accept})

    assert hits("api_courses") == before + 1


@pytest.mark.parametrize("size", ["101", "1000", "999999999"])
@pytest.mark.parametrize("path", [f"{COURSES}?page_size=", "/api/subjects/?page_size="])
def test_however_many_more_rows_are_asked_for_it_is_the_largest_page(client, course, path, size):
    name = path.split("/")[2]
    largest = client.get(f"{path}100").content
    before = hits(f"api_{name}")

    assert client.get(f"{path}{size}").content == largest
    assert hits(f"api_{name}") == before + 1


def test_links_of_the_largest_page_ask_for_its_size(client, monkeypatch):
    [make_course() for _ in range(3)]
    monkeypatch.setattr(pagination, "MOST", 2)
    monkeypatch.setattr(visitors, "MOST", 2)

    links = [client.get(f"{COURSES}?page_size={size}").json()["next"] for size in (2, 200)]

    assert links[0] == links[1]
    assert "page_size=2" in links[0]


def test_who_asks_for_the_headers_of_a_list_gets_those_of_the_list(client, course):
    headers = client.get(COURSES).headers

    assert client.head(COURSES).headers == headers
