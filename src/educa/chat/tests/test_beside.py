"""How many questions there are, below a content of the player."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.chat.tests.factories import ask
from educa.courses.tests.factories import make_content
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    return make_content()


@pytest.fixture
def student(client, content):
    """A student of the course who is signed in."""
    student = make_enrollment(course=content.module.course).student
    client.force_login(student)
    return student


def page_of(content):
    return reverse("student_content_detail", args=[content.module.course_id, content.pk])


def test_questions_at_a_content_are_counted_there(client, content, student):
    ask(student, content)

    assertContains(client.get(page_of(content)), "1 question")


def test_questions_at_another_content_are_not(client, content, student):
    ask(student, make_content(content.module))

    assertNotContains(client.get(page_of(content)), "1 question")
