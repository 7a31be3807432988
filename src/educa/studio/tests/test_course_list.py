"""The list of the courses that one teaches."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import trash_course
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db

LIST = "/course/mine/"


@pytest.fixture
def instructor(client):
    """Somebody who teaches, signed in."""
    person = make_instructor()
    client.force_login(person)
    return person


def test_courses_of_others_are_not_in_the_list(client, instructor):
    mine, others = make_course(owner=instructor, title="Waves"), make_course(title="Numbers")

    response = client.get(LIST)

    assertContains(response, mine.title)
    assertNotContains(response, others.title)


def test_a_course_that_one_helps_with_is_in_the_list_and_marked(client, instructor):
    course = make_course(owner=make_instructor(display_name="Ida Noddack"))
    course.co_instructors.add(instructor)

    response = client.get(LIST)

    assertContains(response, "Co-instructor")
    assertContains(response, "with Ida Noddack")
    assertNotContains(response, reverse("course_delete", args=[course.pk]))


def test_list_says_how_much_is_in_a_course_and_who_studies_it(client, instructor):
    course = make_course(owner=instructor)
    module = make_module(course)
    make_module(course)
    for _ in range(3):
        make_content(module)
    course.students.add(make_user())
    make_content(make_module(make_course()))

    response = client.get(LIST)

    for fact in ("2 modules", "3 contents", "1 student<"):
        assertContains(response, fact)


def test_title_leads_to_the_outline(client, instructor):
    course = make_course(owner=instructor)

    assertContains(client.get(LIST), reverse("course_outline", args=[course.pk]))


def test_instructor_without_a_course_is_told_how_to_begin(client, instructor):
    make_course()

    response = client.get(LIST)

    assertContains(response, "Your first course")
    assertContains(response, reverse("course_create"))


def test_search_finds_every_word_of_a_title(client, instructor):
    make_course(owner=instructor, title="Waves and sound")
    make_course(owner=instructor, title="Sound advice")

    found = client.get(LIST, {"q": "sound waves"}).context["page_obj"]

    assert [course.title for course in found] == ["Waves and sound"]


def test_search_that_finds_nothing_offers_to_show_all(client, instructor):
    make_course(owner=instructor)

    assertContains(client.get(LIST, {"q": "nothing of the sort"}), "No course of yours fits")


def test_courses_of_one_status_are_shown_alone(client, instructor):
    draft = make_course(owner=instructor, status="draft")
    make_course(owner=instructor, status="published")

    assert list(client.get(LIST, {"status": "draft"}).context["page_obj"]) == [draft]


def test_statuses_count_the_courses_of_this_person_alone(client, instructor):
    make_course(owner=instructor, status="draft")
    make_course(status="draft")

    response = client.get(LIST)

    assert response.context["total"] == 1
    assert ("draft", "Draft", 1) in response.context["statuses"]


def test_what_changed_last_comes_first_and_titles_can_be_sorted(client, instructor):
    first = make_course(owner=instructor, title="B")
    second = make_course(owner=instructor, title="A")
    first.save()

    assert list(client.get(LIST).context["page_obj"]) == [first, second]
    assert list(client.get(LIST, {"sort": "title"}).context["page_obj"]) == [second, first]


def test_a_deleted_course_is_in_the_trash_and_not_in_the_list(client, instructor):
    course = make_course(owner=instructor, title="Waves")
    trash_course(course=course, by=instructor)

    response = client.get(LIST)

    assertNotContains(response, "Waves")
    assertContains(response, reverse("course_trash_list"))


@pytest.mark.parametrize("query", ["\0", "%", "x" * 5000, "' OR 1=1", "\ud800"])
def test_odd_searches_are_answered(client, instructor, query):
    make_course(owner=instructor)
    query = query.encode(errors="replace").decode()

    assert client.get(LIST, {"q": query, "sort": query, "status": query}).status_code == 200


def test_cost_of_the_list_does_not_grow_with_the_courses(client, instructor):
    def fill(number):
        for _ in range(number):
            course = make_course(owner=make_instructor())
            course.co_instructors.add(instructor)
            make_content(make_module(course))

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    fill(1)
    client.get(LIST)
    one = cost()
    fill(9)

    assert cost() == one


def test_many_courses_come_in_pages(client, instructor):
    for _ in range(21):
        make_course(owner=instructor)

    assert len(client.get(LIST).context["page_obj"]) == 20
    assert len(client.get(LIST, {"page": 2}).context["page_obj"]) == 1
    assert Course.objects.count() == 21


def test_teach_is_in_the_bar_for_instructors_only(client, instructor):
    assertContains(client.get("/"), LIST)
    client.force_login(make_user())
    assertNotContains(client.get("/"), LIST)
