"""What everybody may read."""

import pytest

from educa.courses.models import Course
from educa.courses.tests.factories import make_course

pytestmark = pytest.mark.django_db


def test_the_catalogue_lists_published_courses_only(client):
    shown = make_course(title="Waves")
    make_course(title="Draft", status=Course.Status.DRAFT)

    answer = client.get("/api/courses/").json()

    assert [(row["id"], row["title"]) for row in answer["results"]] == [(shown.pk, "Waves")]
    assert answer["next"] is None


def test_an_unknown_parameter_is_refused_and_named(client):
    answer = client.get("/api/courses/?owner=1")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == ["owner"]


def test_who_has_the_present_state_is_told_so_without_a_body(client):
    course = make_course()
    tag = client.get(f"/api/courses/{course.pk}/")["ETag"]

    answer = client.get(f"/api/courses/{course.pk}/", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_course_that_one_may_not_see_is_not_there(client):
    draft = make_course(status=Course.Status.DRAFT)

    answer = client.get(f"/api/courses/{draft.pk}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
