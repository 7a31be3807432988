"""Enrolling in a course, leaving it, and coming back."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course
from educa.students.models import Completion, Enrollment

pytestmark = pytest.mark.django_db
ENROLL = "/students/enroll-course/"


@pytest.fixture
def student(client):
    """Someone who is signed in."""
    student = make_user()
    client.force_login(student)
    return student


def test_student_enrolls_and_is_taken_to_the_course(client, student):
    course = make_course()

    response = client.post(ENROLL, {"course": course.pk})

    expected = reverse("student_course_detail", args=[course.pk])
    assertRedirects(response, expected)
    assert list(student.courses_joined.all()) == [course]


def test_twice_is_once(client, student):
    course = make_course()
    client.post(ENROLL, {"course": course.pk})

    client.post(ENROLL, {"course": course.pk})

    assert Enrollment.objects.count() == 1


@pytest.mark.parametrize("status", [Course.Status.DRAFT, Course.Status.ARCHIVED])
def test_nobody_enrolls_in_a_course_that_is_not_published(client, student, status):
    course = make_course(status=status)

    response = client.post(ENROLL, {"course": course.pk})

    assert response.status_code == 404
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("course", ["", "x", "0", "-1", "9" * 30, "1.5", "\0", None])
def test_course_that_can_not_be_is_not_found(client, student, course):
    data = {} if course is None else {"course": course}

    assert client.post(ENROLL, data).status_code == 404


@pytest.mark.parametrize("role", ["owner", "co-instructor"])
def test_who_teaches_a_course_is_no_student_of_it(client, role):
    course, person = make_course(), make_instructor()
    if role == "owner":
        Course.objects.update(owner=person)
    else:
        course.co_instructors.add(person)
    client.force_login(person)

    response = client.post(ENROLL, {"course": course.pk}, follow=True)

    assertRedirects(response, course.get_absolute_url())
    assertContains(response, "You teach this course")
    assert not Enrollment.objects.exists()


def test_instructor_studies_the_course_of_another(client):
    person = make_instructor()
    client.force_login(person)

    client.post(ENROLL, {"course": make_course().pk})

    assert list(Enrollment.objects.values_list("student", flat=True)) == [person.pk]


def test_visitor_signs_in_first_and_comes_back_to_the_course(client):
    course = make_course()

    response = client.post(ENROLL, {"course": course.pk})

    expected = f"{reverse('login')}?next={course.get_absolute_url()}"
    assertRedirects(response, expected, fetch_redirect_response=False)
    assert not Enrollment.objects.exists()


def test_enrolling_for_somebody_else_enrolls_oneself(client, student):
    course, victim = make_course(), make_user()

    client.post(ENROLL, {"course": course.pk, "student": victim.pk, "user": victim.pk})

    assert list(course.students.all()) == [student]


def test_enrolling_needs_a_post(client, student):
    assert client.get(ENROLL).status_code == 405


def test_who_comes_back_finds_what_they_had_finished():
    content, student = make_content(), make_user()
    first = Enrollment.objects.enroll(student, content.module.course)
    Completion.objects.create(enrollment=first, content=content)
    Enrollment.objects.leave(student, content.module.course)

    again = Enrollment.objects.enroll(student, content.module.course)

    assert (again.pk, again.completions.count()) == (first.pk, 1)


def test_leaving_is_for_one_student_alone():
    course, student, other = make_course(), make_user(), make_user()
    for person in (student, other):
        Enrollment.objects.enroll(person, course)

    Enrollment.objects.leave(student, course)

    assert list(Enrollment.objects.current().values_list("student", flat=True)) == [other.pk]
