"""Duplicating contents, modules and courses in the studio."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Content, Course, Module
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def content():
    """A content of a course that somebody else may edit too."""
    content = make_content(make_module(title="Tides"), title="Ebb")
    content.module.course.co_instructors.add(make_instructor())
    return content


@pytest.fixture(params=["owner", "co-instructor"])
def instructor(request, content, client):
    """Someone who may edit the course, and is signed in."""
    course = content.module.course
    person = course.owner if request.param == "owner" else course.co_instructors.get()
    client.force_login(person)
    return person


def steps(content):
    """The three addresses."""
    return [
        reverse("content_duplicate", args=[content.pk]),
        reverse("module_duplicate", args=[content.module.pk]),
        reverse("course_duplicate", args=[content.module.course.pk]),
    ]


def rows():
    return [model.objects.count() for model in (Course, Module, Content)]


def test_content_is_duplicated(client, content, instructor):
    response = client.post(steps(content)[0], follow=True)

    titles = [each.item.title for each in content.module.contents.order_by("order")]
    assert titles == ["Ebb", "Ebb (copy)"]
    assertContains(response, "Duplicated “Ebb”.")


def test_script_is_told_where_the_copy_of_a_content_is(client, content, instructor):
    response = client.post(steps(content)[0], headers=JSON)

    copy = Content.objects.get(order=1)
    assert response.json() == {
        "message": "Duplicated “Ebb”.",
        "undo": reverse("module_content_delete", args=[copy.pk]),
        "id": copy.pk,
        "module": content.module.pk,
        "place": 1,
    }


def test_duplicating_is_undone(client, content, instructor):
    answer = client.post(steps(content)[0], headers=JSON).json()

    client.post(answer["undo"])

    assert list(content.module.contents.all()) == [content]


def test_module_is_duplicated(client, content, instructor):
    response = client.post(steps(content)[1], headers=JSON)

    copy = Module.objects.get(title="Tides (copy)")
    assert response.json()["id"] == copy.pk
    assert response.json()["place"] == copy.order == 1
    assert copy.contents.count() == 1


def test_course_is_duplicated_for_who_asks(client, content, instructor):
    response = client.post(steps(content)[2])

    copy = Course.objects.exclude(pk=content.module.course.pk).get()
    assert (copy.owner, copy.status) == (instructor, Course.Status.DRAFT)
    assertRedirects(response, reverse("course_outline", args=[copy.pk]))


@pytest.mark.parametrize("step", range(3))
def test_another_instructor_duplicates_nothing(client, content, step):
    client.force_login(make_instructor())

    response = client.post(steps(content)[step], headers=JSON)

    assert (response.status_code, rows()) == (404, [1, 1, 1])


@pytest.mark.parametrize("step", range(3))
def test_who_lost_the_group_duplicates_nothing(client, content, instructor, step):
    instructor.groups.clear()

    response = client.post(steps(content)[step], headers=JSON)

    assert (response.status_code, rows()) == (403, [1, 1, 1])


@pytest.mark.parametrize("step", range(3))
def test_duplicating_needs_a_post(client, content, instructor, step):
    assert client.get(steps(content)[step]).status_code == 405


def test_content_that_is_gone_meanwhile_is_not_found(client, content, instructor):
    address = steps(content)[0]
    content.delete()

    assert client.post(address, headers=JSON).status_code == 404


def test_content_whose_item_is_gone_is_refused(client, content, instructor):
    type(content.item)._base_manager.all()._raw_delete("default")

    response = client.post(steps(content)[0], headers=JSON)

    assert response.status_code == 400
    assert response.json() == {"errors": {"__all__": ["There is nothing here to duplicate."]}}


def test_course_beyond_the_quota_is_refused(client, content, settings):
    course = content.module.course
    make_content(content.module, "file", owner=course.owner)
    client.force_login(course.owner)
    settings.EDUCA_USER_QUOTA = 60

    response = client.post(steps(content)[2], headers=JSON)

    assert response.status_code == 400
    assert Course.objects.count() == 1


def test_copies_of_one_course_are_not_those_of_another(client, content, instructor):
    other = make_content(make_module(make_course(owner=instructor)))

    client.post(steps(content)[1])

    assert other.module.course.modules.count() == 1
