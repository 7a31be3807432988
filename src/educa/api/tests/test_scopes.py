"""What a token may do: what it was made for, and nothing else."""

from typing import Any

import pytest

from educa.api.models import Scope
from educa.api.tests.asking import program
from educa.courses.models import Content
from educa.courses.tests.factories import make_content
from educa.students.models import Enrollment
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db

UUID = "6f2f0d3a-6c0b-4d6f-9c5e-0d3a6f2f6c0b"
READING = [
    "/api/subjects/",
    "/api/courses/",
    "/api/courses/{course}/",
    "/api/courses/{course}/contents/",
    "/api/courses/{course}/progress/",
    "/api/courses/{course}/messages/",
    "/api/me/",
    "/api/me/courses/",
]
LEARNING: dict[str, dict[str, Any]] = {
    "/api/courses/{course}/enroll/": {},
    "/api/courses/{course}/unenroll/": {},
    "/api/courses/{course}/progress/": {"content": "content", "done": True},
    "/api/courses/{course}/messages/": {"message": "Why?", "client_id": UUID},
}


@pytest.fixture
def content() -> Content:
    return make_content()


@pytest.fixture
def place(content: Content) -> Enrollment:
    return make_enrollment(course=content.module.course)


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("scope", Scope.values)
def test_reading_needs_the_scope_for_reading(place, scope, path):
    answer = program(place.student, scope).get(path.format(course=place.course_id))

    assert (answer.status_code == 200) == (scope == Scope.READ)
    assert answer.status_code == 200 or answer.json()["code"] == "scope"


@pytest.mark.parametrize("path", LEARNING)
@pytest.mark.parametrize("scope", Scope.values)
def test_learning_needs_the_scope_for_learning(place, content, scope, path):
    body = {
        key: content.pk if value == "content" else value for key, value in LEARNING[path].items()
    }
    asker = program(place.student, scope)

    answer = asker.post(path.format(course=place.course_id), body, "application/json")

    assert (answer.status_code in {200, 201}) == (scope == Scope.LEARN)
    assert answer.status_code in {200, 201} or answer.json()["code"] == "scope"
