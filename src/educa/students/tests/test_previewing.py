"""The player for who teaches the course: what students see, and nothing is noted."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import (
    make_attachment,
    make_content,
    make_course,
    make_file,
    make_module,
)
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db

BANNER = "This is what students see."


@pytest.fixture
def course():
    """A draft with a content, which somebody else may edit too."""
    course = make_course(status=Course.Status.DRAFT)
    course.co_instructors.add(make_instructor())
    make_content(make_module(course), title="Ebb", content="The sea *falls*.")
    return course


@pytest.fixture(params=["owner", "co-instructor"])
def instructor(request, course, client):
    """Someone who teaches the course, and is signed in."""
    person = course.owner if request.param == "owner" else course.co_instructors.get()
    client.force_login(person)
    return person


def page_of(course):
    return reverse("student_course_detail", args=[course.pk])


def test_draft_is_seen_as_students_will_see_it(client, course, instructor):
    response = client.get(page_of(course))

    assertContains(response, "The sea <em>falls</em>.")
    assertContains(response, BANNER)


def test_preview_leads_to_the_editor_and_to_the_content(client, course, instructor):
    content = course.modules.get().contents.get()
    editor = reverse("course_outline", args=[course.pk])
    place = [content.module_id, "text", content.object_id]

    response = client.get(page_of(course))

    assertContains(response, f'href="{editor}"')
    assertContains(response, f'href="{reverse("module_content_update", args=place)}"')


def test_preview_of_an_empty_course_leads_to_the_editor(client, course, instructor):
    course.modules.get().delete()

    response = client.get(page_of(course))

    assertContains(response, reverse("course_outline", args=[course.pk]))


def test_looking_enrolls_nobody(client, course, instructor):
    client.get(page_of(course))

    assert not Enrollment.objects.exists()


def test_looking_does_not_move_the_place_of_who_was_a_student_once(client, course, instructor):
    Enrollment.objects.enroll(instructor, course)

    client.get(page_of(course))

    assert Enrollment.objects.get().last_content is None


def test_student_is_told_of_no_preview(client, course):
    Course.objects.update(status=Course.Status.PUBLISHED)
    student = make_user()
    Enrollment.objects.enroll(student, course)
    client.force_login(student)

    response = client.get(page_of(course))

    assertNotContains(response, BANNER)
    assertNotContains(response, reverse("course_outline", args=[course.pk]))


def test_who_lost_the_group_reads_on_and_is_led_to_no_editor(client, course, instructor):
    instructor.groups.clear()

    response = client.get(page_of(course))

    assertContains(response, BANNER)
    assertNotContains(response, reverse("course_outline", args=[course.pk]))


def test_administrator_reads_without_being_an_instructor_of_it(client, course):
    client.force_login(make_admin())

    assertNotContains(client.get(page_of(course)), BANNER)


def test_another_instructor_sees_no_draft(client, course):
    client.force_login(make_instructor())

    assert client.get(page_of(course)).status_code == 404


def test_files_of_a_draft_are_served_to_who_teaches_it(client, course, instructor):
    file = make_content(course.modules.get(), item=make_file(owner=course.owner)).item
    attachment = make_attachment(course, instructors_only=True)

    for address in (file.file_url, attachment.get_absolute_url()):
        assert b"".join(client.get(address).streaming_content)


def test_files_of_a_draft_are_not_served_to_another_instructor(client, course):
    file = make_content(course.modules.get(), item=make_file(owner=course.owner)).item
    client.force_login(make_instructor())

    assert client.get(file.file_url).status_code == 404
