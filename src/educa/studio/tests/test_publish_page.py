"""The page on which a course is published, archived and taken back."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_image,
    make_module,
)

pytestmark = pytest.mark.django_db

DRAFT, PUBLISHED, ARCHIVED = Course.Status.DRAFT, Course.Status.PUBLISHED, Course.Status.ARCHIVED


@pytest.fixture
def course():
    """A draft with nothing amiss, which somebody else may edit too."""
    course = make_course(status=DRAFT, title="Waves", overview="About waves.")
    make_content(make_module(course))
    course.co_instructors.add(make_instructor())
    return course


@pytest.fixture(params=["owner", "co-instructor"])
def instructor(request, course, client):
    """Someone who may edit the course, and is signed in."""
    person = course.owner if request.param == "owner" else course.co_instructors.get()
    client.force_login(person)
    return person


@pytest.fixture
def owner(course, client):
    client.force_login(course.owner)
    return course.owner


def page(course):
    return reverse("course_publish", args=[course.pk])


def status_of(course):
    return Course.objects.get(pk=course.pk).status


def test_course_is_published_with_a_link_to_its_page(client, course, instructor):
    response = client.post(page(course), {"status": "published"}, follow=True)

    assert status_of(course) == PUBLISHED
    assertContains(response, "Published “Waves”.")
    assertContains(
        response, f'<a href="{course.get_absolute_url()}">Open the course page</a>', html=True
    )


def test_title_in_the_message_is_only_text(client, course, owner):
    Course.objects.update(title="<b>Waves</b>")

    response = client.post(page(course), {"status": "published"}, follow=True)

    assertContains(response, "Published “&lt;b&gt;Waves&lt;/b&gt;”.")


@pytest.mark.parametrize(
    ("before", "step", "words"),
    [
        (PUBLISHED, ARCHIVED, "Archived"),
        (PUBLISHED, DRAFT, "draft again"),
        (ARCHIVED, DRAFT, "draft again"),
        (ARCHIVED, PUBLISHED, "Published"),
    ],
)
def test_other_steps_are_taken_and_told(client, course, instructor, before, step, words):
    Course.objects.update(status=before)

    response = client.post(page(course), {"status": step}, follow=True)

    assert status_of(course) == step
    assertContains(response, words)


def test_course_without_contents_is_refused_with_the_reason(client, owner):
    empty = make_course(status=DRAFT, owner=owner)

    response = client.post(page(empty), {"status": "published"})

    assertRedirects(response, page(empty), fetch_redirect_response=False)
    assertContains(client.get(page(empty)), "The course can&#x27;t be published yet.")
    assert status_of(empty) == DRAFT


def test_script_is_told_the_reason(client, owner):
    empty = make_course(status=DRAFT, owner=owner)

    response = client.post(
        page(empty), {"status": "published"}, headers={"Accept": "application/json"}
    )

    assert response.status_code == 400
    assert "Add a module" in response.json()["errors"]["__all__"][0]


@pytest.mark.parametrize("status", ["", "open", "\0", "9" * 40, None])
def test_status_that_can_not_be_changes_nothing(client, course, owner, status):
    data = {} if status is None else {"status": status}

    response = client.post(page(course), data, headers={"Accept": "application/json"})

    assert response.status_code == 400
    assert status_of(course) == DRAFT


def test_whole_course_has_a_plain_button(client, course, owner):
    response = client.get(page(course))

    assertContains(response, "Everything is in order")
    assertContains(response, ">Publish</button>")


def test_advice_lets_one_publish_anyway_and_leads_to_the_place(client, course, owner):
    content = make_content(course.modules.get(), item=make_image(alt="", title="A wave"))
    place = [content.module_id, "image", content.object_id]

    response = client.get(page(course))

    assertContains(response, "Pictures without alternative text")
    assertContains(response, f'href="{reverse("module_content_update", args=place)}"')
    assertContains(response, "Publish anyway</button>")


def test_empty_module_leads_to_the_module(client, course, owner):
    empty = make_module(course, title="Tides")

    assertContains(client.get(page(course)), reverse("module_content_list", args=[empty.pk]))


def test_problem_leaves_no_button(client, owner):
    empty = make_course(status=DRAFT, owner=owner)

    response = client.get(page(empty))

    assertContains(response, "No module")
    assertNotContains(response, 'value="published"')


@pytest.mark.parametrize(
    ("status", "steps"),
    [(DRAFT, {PUBLISHED}), (PUBLISHED, {ARCHIVED, DRAFT}), (ARCHIVED, {PUBLISHED, DRAFT})],
)
def test_page_offers_the_steps_of_the_present_status(client, course, owner, status, steps):
    Course.objects.update(status=status)

    html = client.get(page(course)).content.decode()

    assert {step for step in Course.Status if f'name="status" value="{step}"' in html} == steps


def test_draft_that_is_studied_can_be_archived(client, course, owner):
    course.students.add(make_user())

    response = client.get(page(course))

    assertContains(response, 'value="archived"')
    assertContains(response, "1 student is enrolled.")


def test_address_in_a_text_is_shown_as_text(client, course, owner):
    make_content(course.modules.get(), content='<a href="/nowhere/?<b>">a</a> [b](/<script>)')

    assertNotContains(client.get(page(course)), "<script>)")


def test_another_instructor_finds_no_such_page(client, course):
    client.force_login(make_instructor())

    assert client.get(page(course)).status_code == 404
    assert client.post(page(course), {"status": "published"}).status_code == 404
    assert status_of(course) == DRAFT


def test_who_lost_the_group_is_refused(client, course, instructor):
    instructor.groups.clear()

    assert client.get(page(course)).status_code == 403
    assert client.post(page(course), {"status": "published"}).status_code == 403


def test_student_is_refused(client, course):
    client.force_login(make_user())

    assert client.post(page(course), {"status": "published"}).status_code == 403


def test_visitor_signs_in_first(client, course):
    expected = f"{reverse('login')}?next={page(course)}"

    assertRedirects(client.get(page(course)), expected, fetch_redirect_response=False)


def test_cost_does_not_grow_with_the_course(client, course, owner, django_assert_max_num_queries):
    def grow(number):
        for _ in range(number):
            make_content(make_module(course), item=make_image(alt=""))
            make_content(make_module(course), content="[a](/nowhere/)")

    grow(1)
    with django_assert_max_num_queries(40) as few:
        client.get(page(course))
    grow(10)

    with django_assert_max_num_queries(len(few)):
        client.get(page(course))
