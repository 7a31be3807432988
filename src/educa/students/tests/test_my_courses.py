"""My courses: in the order of use, with progress, requests that wait, and leaving."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_course
from educa.students.models import Enrollment
from educa.students.tests.factories import make_enrollment, make_request

pytestmark = pytest.mark.django_db
PAGE, LEAVE = "/students/courses/", "/students/leave-course/"


@pytest.fixture
def student(client):
    """Someone who is signed in."""
    student = make_user()
    client.force_login(student)
    return student


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def test_course_used_last_comes_first_and_one_never_opened_counts_from_enrolling(client, student):
    used = {days: make_enrollment(student) for days in (9, 2)}
    for days, place in used.items():
        Enrollment.objects.filter(pk=place.pk).update(last_active_at=days_ago(days))
    fresh = make_enrollment(student)
    Enrollment.objects.filter(pk=fresh.pk).update(enrolled_at=days_ago(5))

    shown = list(client.get(PAGE).context["enrollments"])

    assert shown == [used[2], fresh, used[9]]


def test_last_activity_is_told_in_words(client, student):
    place = make_enrollment(student)
    Enrollment.objects.filter(pk=place.pk).update(last_active_at=days_ago(3))

    assertContains(client.get(PAGE), "Last opened 3\xa0days ago")


def test_finished_course_is_marked(client, student):
    place = make_enrollment(student)
    Enrollment.objects.filter(pk=place.pk).update(completed_at=timezone.now())

    assertContains(client.get(PAGE), "Completed")


def test_requests_that_wait_are_mine_alone(client, student):
    mine, other = make_request(student), make_request()

    response = client.get(PAGE)

    assertContains(response, mine.course.title)
    assertNotContains(response, other.course.title)


def test_leaving_keeps_what_was_finished_and_says_so(client, student):
    mine, other = make_enrollment(student), make_enrollment()
    Enrollment.objects.enroll(other.student, mine.course)

    response = client.post(LEAVE, {"course": mine.course_id}, follow=True)

    assertContains(response, "What you have finished there is kept")
    assert not Enrollment.objects.of(student).current().exists()
    assert Enrollment.objects.of(other.student).current().count() == 2


def test_leaving_twice_is_once(client, student):
    course = make_enrollment(student).course
    client.post(LEAVE, {"course": course.pk})

    assertRedirects(client.post(LEAVE, {"course": course.pk}), PAGE)


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_course_that_is_not_published_can_be_left(client, student, status):
    place = make_enrollment(student, make_course(status=status))

    client.post(LEAVE, {"course": place.course_id})

    assert not Enrollment.objects.current().exists()


def test_question_warns_who_can_not_come_back(client, student):
    make_enrollment(student, make_course(status=Course.Status.ARCHIVED))

    assertContains(client.get(PAGE), "nobody can come back")


def test_course_that_one_does_not_know_can_not_be_left(client, student):
    draft = make_course(status=Course.Status.DRAFT)

    assert client.post(LEAVE, {"course": draft.pk}).status_code == 404


def test_cost_does_not_grow_with_requests(client, student, django_assert_num_queries):
    for _ in range(6):
        make_request(student)
        make_enrollment(student)

    with django_assert_num_queries(5):
        client.get(PAGE)
