"""Lists of courses: made as plain values, they say what the description of a course says, at a small cost."""

from datetime import datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from educa.accounts.tests.factories import make_user
from educa.api.tests.asking import program
from educa.courses.models import Course
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_module,
    make_subject,
    picture,
)
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db

COURSES = "/api/courses/"


@pytest.fixture
def course():
    """A course with everything that a list tells of."""
    owner = make_course().owner
    course = make_course(owner=owner, overview="On *tides*", places=12, title="Ärger & “more”")
    make_module(course, title="First", description="What\nit is")
    make_content(make_module(course, title="Second"))
    course.cover = ContentFile(picture(), "a.png")
    course.save()
    return course


def described(asker, course):
    """What the page of one course of the API says, which is made by the serializer."""
    return asker.get(reverse("api:course-detail", args=[course.pk])).json()


@pytest.mark.parametrize("query", ["", "?page_size=10", "?ordering=title", "?search=more"])
def test_a_list_says_of_a_course_what_the_course_says_of_itself(course, query):
    asker = program(make_user())

    listed = {row["id"]: row for row in asker.get(COURSES + query).json()["results"]}

    assert listed[course.pk] == described(asker, course)
    assert [*listed[course.pk]] == [*described(asker, course)]


def test_times_are_those_of_who_asks(course, client):
    client.force_login(make_user(time_zone="Asia/Kolkata"))

    (row, *_others) = client.get(COURSES).json()["results"]

    assert row == described(client, course)
    assert datetime.fromisoformat(row["created"]).utcoffset().total_seconds() == 5.5 * 3600


@pytest.mark.parametrize("names", [{"display_name": "Ada"}, {"first_name": "A", "last_name": "L"}])
def test_owners_have_the_name_that_they_have_elsewhere(course, client, names):
    type(course.owner).objects.filter(pk=course.owner_id).update(
        **{"display_name": "", "first_name": "", "last_name": "", **names}
    )

    assert client.get(COURSES).json()["results"][0]["owner"] == described(client, course)["owner"]


@pytest.mark.parametrize("query", ["", "?page_size=20", "?subject=physics&page_size=10"])
def test_a_list_takes_two_statements_for_somebody_signed_in(
    course, client, query, django_assert_num_queries
):
    course.subject.slug = "physics"
    course.subject.save()
    client.force_login(make_user())

    with django_assert_num_queries(2):
        assert client.get(COURSES + query).json()["results"]


def test_a_draft_is_listed_for_its_owner_and_an_archived_course_for_who_studies_it(course):
    draft = make_course(owner=course.owner, status=Course.Status.DRAFT)
    archived, student = make_course(), make_user()
    Enrollment.objects.enroll(student, archived)
    Course.objects.filter(pk=archived.pk).update(status=Course.Status.ARCHIVED)

    seen = {
        who: {row["id"] for row in program(who).get(COURSES).json()["results"]}
        for who in (course.owner, student, make_user())
    }

    own, studied, others = seen.values()
    assert (own - others, studied - others) == ({draft.pk}, {archived.pk})


def test_two_people_are_told_each_what_they_study(course):
    one, two = make_user(), make_user()
    Enrollment.objects.enroll(one, course)

    told = [program(who).get(COURSES).json()["results"][0]["is_enrolled"] for who in (one, two)]

    assert told == [True, False]


def test_staff_who_look_after_courses_see_drafts_and_other_staff_does_not(course):
    draft = make_course(status=Course.Status.DRAFT)
    seen = [
        draft.pk in {row["id"] for row in program(who).get(COURSES).json()["results"]}
        for who in (make_user(is_staff=True, is_superuser=True), make_user(is_staff=True))
    ]

    assert seen == [True, False]


def test_a_subject_without_courses_is_an_empty_list_and_one_that_is_not_there_is_refused(client):
    make_subject(slug="physics")

    empty = client.get(f"{COURSES}?subject=physics")
    unknown = client.get(f"{COURSES}?subject=alchemy")

    assert (empty.status_code, empty.json()["results"]) == (200, [])
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "subject")


@pytest.mark.parametrize("slug", ["", "a b", "%00", "ä", "x" * 300, "-", "'"])
def test_what_is_no_slug_is_refused_as_ever(client, slug):
    assert client.get(f"{COURSES}?subject={slug}").status_code == 400


def test_pages_of_a_subject_lead_on(client):
    subject = make_subject(slug="physics")
    made = [make_course(subject=subject).pk for _ in range(3)]
    make_course()

    first = client.get(f"{COURSES}?page_size=2&subject=physics").json()
    second = client.get(first["next"]).json()

    found = [row["id"] for page in (first, second) for row in page["results"]]
    assert found == made[::-1]
