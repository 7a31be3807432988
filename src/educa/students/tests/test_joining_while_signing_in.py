"""Registering or signing in from the page of a course enrolls in it."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.models import User
from educa.accounts.tests.factories import PASSWORD, make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_course
from educa.students.models import Enrollment, EnrollmentRequest
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db
REGISTER, LOGIN = "/students/register/", "/accounts/login/"
PERSON = {"username": "jo", "email": "jo@example.com", "password1": PASSWORD}


def credentials(person: User) -> dict[str, str]:
    return {"login": person.username, "password": PASSWORD}


def test_links_of_a_visitor_name_the_course(client):
    course = make_course()

    page = client.get(course.get_absolute_url())

    onward = f"?next={course.get_absolute_url()}&amp;course={course.pk}"
    assertContains(page, reverse("student_registration") + onward)
    assertContains(page, reverse("login") + onward)


@pytest.mark.parametrize("address", [REGISTER, LOGIN])
def test_page_says_what_will_happen_and_the_form_carries_it(client, address):
    course = make_course(title="Waves")

    page = client.get(address, {"course": course.pk})

    assertContains(page, "You will be enrolled in “Waves”.")
    assertContains(page, f'<input type="hidden" name="course" value="{course.pk}">', html=True)


@pytest.mark.parametrize(
    "fields", [{"status": "draft"}, {"admission": "code"}, {"admission": "closed"}]
)
def test_page_promises_nothing_for_other_courses(client, fields):
    course = make_course(title="Waves", **fields)

    page = client.get(LOGIN, {"course": course.pk})

    assertNotContains(page, "Waves")


def test_registering_enrolls_and_returns_to_the_course(client):
    course, other = make_course(), make_course()
    onward = {"next": course.get_absolute_url(), "course": course.pk}

    response = client.post(REGISTER, PERSON | onward, follow=True)

    assertRedirects(response, course.get_absolute_url())
    assertContains(response, f"You are enrolled in “{course.title}”.")
    assert list(User.objects.get(username="jo").courses_joined.all()) == [course]
    assert not other.students.exists()


def test_signing_in_enrolls_and_returns_to_the_course(client):
    course, person = make_course(), make_user()
    onward = {"next": course.get_absolute_url(), "course": course.pk}

    response = client.post(LOGIN, credentials(person) | onward)

    assertRedirects(response, course.get_absolute_url(), fetch_redirect_response=False)
    assert list(course.students.all()) == [person]


def test_course_of_approval_is_asked(client):
    course, person = make_course(admission=Course.Admission.APPROVAL), make_user()

    client.post(LOGIN, credentials(person) | {"course": course.pk})

    assert EnrollmentRequest.objects.get().student == person
    assert not Enrollment.objects.exists()


def test_full_course_does_not_keep_anybody_from_signing_in(client):
    course, person = make_course(places=1), make_user()
    make_enrollment(course=course)
    onward = {"next": course.get_absolute_url(), "course": course.pk}

    response = client.post(LOGIN, credentials(person) | onward, follow=True)

    assert response.wsgi_request.user == person
    assertContains(response, "All places of")
    assert not person.enrollments.exists()


def test_instructor_who_signs_in_is_not_enrolled_in_their_own_course(client):
    person = make_instructor()
    course = make_course(owner=person)

    client.post(LOGIN, credentials(person) | {"course": course.pk})

    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("course", ["x", "0", "9" * 40, "\0", ""])
def test_course_that_can_not_be_is_passed_over(client, course):
    person = make_user()

    response = client.post(LOGIN, credentials(person) | {"course": course})

    assert response.status_code == 302
    assert client.get(LOGIN, {"course": course}).status_code in {200, 302}


def test_wrong_password_enrolls_nobody(client):
    course, person = make_course(), make_user()

    client.post(LOGIN, {"login": person.username, "password": "wrong", "course": course.pk})

    assert not Enrollment.objects.exists()


def test_following_a_link_enrolls_nobody(client):
    course, person = make_course(), make_user()
    client.force_login(person)

    client.get(LOGIN, {"course": course.pk})

    assert not Enrollment.objects.exists()
