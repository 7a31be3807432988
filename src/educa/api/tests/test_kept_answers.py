"""Contents of a course as the API gives them: kept for all who may read it, and new at once."""

import pytest
from django.urls import reverse

from educa.accounts.tests.factories import make_user
from educa.courses.models import Text
from educa.courses.tests.factories import make_content
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def course():
    """A course with a text."""
    return make_content().module.course


@pytest.fixture
def student(client, course):
    """Somebody who studies it, and is signed in."""
    student = make_user()
    Enrollment.objects.enroll(student, course)
    client.force_login(student)
    return student


def address(course):
    """Where its contents are."""
    return reverse("api:course-contents", args=[course.pk])


def test_kept_contents_take_two_statements(client, course, student, django_assert_num_queries):
    first = client.get(address(course)).json()

    with django_assert_num_queries(
        2
    ):  # who asks, and whether they may read it in its present state
        assert client.get(address(course)).json() == first


def test_a_change_is_in_the_next_answer(client, course, student):
    before = client.get(address(course))
    Text.objects.update(content="Quite another text")

    after = client.get(address(course), headers={"If-None-Match": before.headers["ETag"]})

    assert "Quite another text" in after.json()[0]["contents"][0]["item"]


def test_who_has_left_gets_nothing_that_was_kept(client, course, student):
    client.get(address(course))
    Enrollment.objects.leave(student, course)

    assert client.get(address(course)).status_code == 404


def test_addresses_have_the_name_by_which_the_site_was_asked_for(client, course, student, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    client.get(address(course), headers={"host": "one.example"})

    answer = client.get(address(course), headers={"host": "two.example"})

    assert "one.example" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 2])
def test_kept_contents_are_sent_as_the_api_sends_all(client, course, student, number):
    answers = [client.get(address(course)) for _ in range(number)]

    assert answers[-1].headers["Content-Type"] == "application/json"
    assert answers[-1].headers["Cache-Control"] == "private, no-store"
    assert answers[-1].headers["ETag"].startswith('"')


def test_who_has_the_contents_already_is_told_so(client, course, student):
    tag = client.get(address(course)).headers["ETag"]

    answer = client.get(address(course), headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)


def test_who_wants_the_contents_indented_gets_the_same(client, course, student):
    plain = client.get(address(course))

    indented = client.get(address(course), headers={"Accept": "application/json; indent=2"})

    assert indented.json() == plain.json()
    assert b"\n  " in indented.content
    assert indented.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize("number", ["0", "999999999999999999"])
def test_the_contents_of_no_course_are_not_there(client, course, student, number):
    assert client.get(f"/api/courses/{number}/contents/").status_code == 404
