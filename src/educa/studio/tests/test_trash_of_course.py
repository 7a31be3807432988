"""The trash of one course: modules and contents that were deleted on their own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content, trash_module
from educa.courses.models import Content, Module
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.models import Completion
from educa.students.tests.factories import make_completion, make_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    """An instructor, signed in."""
    person = make_instructor()
    client.force_login(person)
    return person


@pytest.fixture
def course(owner):
    return make_course(owner=owner)


@pytest.fixture
def content(course):
    """A deleted content of a module that is there."""
    content = make_content(make_module(course, title="Ebb"), title="The moon")
    trash_content(content=content, by=course.owner)
    return content


@pytest.fixture
def module(course):
    """A deleted module with two contents."""
    module = make_module(course, title="Flow")
    for title in ("Water", "Wind"):
        make_content(module, title=title)
    trash_module(module=module, by=course.owner)
    return module


@pytest.fixture
def helper(course):
    """A co-instructor of the course."""
    person = make_instructor()
    course.co_instructors.add(person)
    return person


def page(course):
    return reverse("course_trash", args=[course.pk])


def url(name, row):
    return reverse(name, args=[row.pk])


def test_page_shows_what_was_deleted_in_this_course_alone(client, course, content, module):
    elsewhere = make_content(title="Elsewhere")
    trash_content(content=elsewhere, by=elsewhere.module.course.owner)

    response = client.get(page(course))

    for words in (
        "The moon",
        "Text of the module “Ebb”",
        "Flow",
        "2 contents went with it",
        "Wind",
    ):
        assertContains(response, words)
    assertNotContains(response, "Elsewhere")


def test_page_says_that_nothing_was_deleted(client, course):
    assertContains(client.get(page(course)), "Nothing is in the trash of this course")


def test_a_content_comes_back_to_the_outline(client, course, content):
    response = client.post(url("content_restore", content))

    outline = reverse("course_outline", args=[course.pk])
    assertRedirects(response, f"{outline}#content-{content.pk}", fetch_redirect_response=False)
    assert Content.objects.filter(pk=content.pk).exists()


def test_a_module_comes_back_and_one_stays_on_the_page_of_the_trash(client, course, module):
    response = client.post(url("module_restore", module), {"next": page(course)})

    assertRedirects(response, page(course))
    assert Content.objects.filter(module=module).count() == 2


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)"])
def test_taking_back_leads_to_no_other_site(client, course, module, elsewhere):
    response = client.post(url("module_restore", module), {"next": elsewhere})

    assert response.url.startswith("/course/")


def test_a_content_waits_for_its_module(client, course, module):
    content = Content.everything.filter(module=module).first()

    response = client.post(url("content_restore", content), headers={"Accept": "application/json"})

    assert response.status_code == 400
    assert "take that back first" in response.json()["errors"]["__all__"][0]


def test_page_offers_no_way_back_for_a_content_that_waits(client, course, content):
    trash_module(module=content.module, by=course.owner)

    assertNotContains(client.get(page(course)), url("content_restore", content))


def test_the_owner_deletes_for_good_after_a_question(client, course, module, content):
    assertContains(client.get(url("module_purge", module)), "2 contents in it go, too")

    for name, row in (("module_purge", module), ("content_purge", content)):
        assertRedirects(client.post(url(name, row)), page(course))

    assert not Module.everything.filter(pk=module.pk).exists()
    assert not Content.everything.exists()


def test_what_is_not_in_the_trash_does_not_go_for_good(client, course):
    content = make_content(make_module(course))

    for name, row in (("module_purge", content.module), ("content_purge", content)):
        assert client.get(url(name, row)).status_code == 404
        assert client.post(url(name, row)).status_code == 404
    assert Content.objects.filter(pk=content.pk).exists()


def test_co_instructor_takes_back_but_does_not_delete_for_good(
    client, course, module, content, helper
):
    client.force_login(helper)

    assertNotContains(client.get(page(course)), url("module_purge", module))
    for name, row in (("module_purge", module), ("content_purge", content)):
        assert client.get(url(name, row)).status_code == 403
        assert client.post(url(name, row)).status_code == 403
    for name, row in (("module_restore", module), ("content_restore", content)):
        assert client.post(url(name, row)).status_code == 302
    assert Content.objects.count() == 3


def answers(client, person, module, content):
    client.force_login(person)
    return {
        client.get(page(module.course)).status_code,
        client.post(url("module_restore", module)).status_code,
        client.post(url("content_restore", content)).status_code,
        client.get(url("module_purge", module)).status_code,
        client.post(url("module_purge", module)).status_code,
        client.post(url("content_purge", content)).status_code,
    }


def test_others_take_nothing_back_and_learn_of_nothing(client, course, module, content, helper):
    student = make_enrollment(course=course).student
    helper.groups.clear()

    assert answers(client, make_instructor(), module, content) == {404}
    assert answers(client, student, module, content) == {403}
    assert answers(client, helper, module, content) == {403}
    assert Content.everything.filter(trashed_at=None).count() == 0


def test_what_students_have_finished_comes_back_with_a_content(client, course, content):
    completion = make_completion(make_enrollment(course=course), content)
    client.post(url("content_restore", content))
    assert Completion.objects.filter(pk=completion.pk).exists()

    trash_content(content=content, by=course.owner)
    client.post(url("content_purge", content))

    assert not Completion.objects.exists()


def cost(client, course):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page(course)).status_code == 200
    return len(captured)


def test_cost_of_the_page_does_not_grow(client, course, module, content):
    client.get(page(course))
    one = cost(client, course)
    for _ in range(9):
        more = make_content(make_module(course))
        trash_content(content=more, by=make_instructor())
        trash_module(module=make_content(make_module(course)).module, by=make_instructor())

    assert cost(client, course) == one


def test_a_long_trash_comes_in_pages(client, course):
    for content in [make_content(make_module(course)) for _ in range(51)]:
        trash_content(content=content, by=course.owner)

    assert len(client.get(page(course)).context["page"].object_list) == 50
    assert len(client.get(page(course), {"page": 2}).context["page"].object_list) == 1
    assert client.get(page(course), {"page": "x"}).status_code == 200
