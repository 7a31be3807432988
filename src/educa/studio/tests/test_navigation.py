"""The navigation says that one is in the studio, wherever in it one is."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from educa.accounts.tests.factories import make_instructor
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db

PAGES = [
    "course_create",
    "course_trash_list",
    "course_import",
    "course_outline pk",
    "course_module_update pk",
    "course_edit pk",
    "course_delete pk",
    "course_publish pk",
    "course_instructors pk",
    "course_hand_over pk",
    "course_attachment_list pk",
    "course_trash pk",
    "course_export pk",
    "module_content_list module_id",
    "module_content_create module_id model_name",
    "module_content_update module_id model_name id",
    "text_history module_id id",
]


@pytest.fixture
def words(client):
    """A text of somebody who is signed in, as paths name it."""
    content = make_content(make_module(make_course(owner=make_instructor())))
    client.force_login(content.module.course.owner)
    course, module = content.module.course_id, content.module_id
    return {"pk": course, "module_id": module, "model_name": "text", "id": content.object_id}


def teach(current: str) -> str:
    return f'<a href="{reverse("manage_course_list")}"{current}>Teach</a>'


@pytest.mark.parametrize("page", PAGES)
def test_page_of_the_studio_is_one_of_teaching(client, words, page):
    name, *needed = page.split()

    response = client.get(reverse(name, kwargs={each: words[each] for each in needed}))

    assertContains(response, teach(' aria-current="true"'), html=True)


def test_list_of_courses_is_the_page_itself(client, words):
    response = client.get(reverse("manage_course_list"), {"q": "Waves"})

    assertContains(response, teach(' aria-current="page"'), html=True)


def test_preview_of_a_text_is_one_of_teaching(client, words):
    response = client.post(reverse("text_preview", args=[words["module_id"]]), {"content": "Hi"})

    assertContains(response, teach(' aria-current="true"'), html=True)


def test_catalogue_is_not(client, words):
    assertContains(client.get(reverse("course_list")), teach(""), html=True)
