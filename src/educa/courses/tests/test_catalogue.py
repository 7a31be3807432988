"""The public catalogue: what it shows, in which order, and at which cost."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.catalogue import SORTS
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module, make_subject
from educa.lib.paging import KeysFirst

pytestmark = pytest.mark.django_db

CATALOGUE = "/"


def titles(response):
    return [course.title for course in response.context["page"]]


def test_catalogue_shows_published_courses_to_everybody(client):
    make_course(title="Tides and moons")

    assertContains(client.get(CATALOGUE), "Tides and moons")


@pytest.mark.parametrize("status", [Course.Status.DRAFT, Course.Status.ARCHIVED])
def test_catalogue_shows_no_other_courses_not_even_to_their_owner(client, status):
    course = make_course(title="Tides and moons", status=status)
    client.force_login(course.owner)

    assertNotContains(client.get(CATALOGUE), "Tides and moons")


def test_card_counts_modules_contents_and_students_each_apart(client):
    module = make_module()
    make_module(module.course)
    for _ in range(3):
        make_content(module)
    for _ in range(4):
        module.course.students.add(make_user())

    (course,) = client.get(CATALOGUE).context["page"]

    assert (course.total_modules, course.total_contents, course.total_students) == (2, 3, 4)


def test_who_left_is_not_counted(client):
    course, student = make_course(), make_user()
    course.students.add(student)
    course.enrollments.filter(student=student).update(left_at=timezone.now())

    (shown,) = client.get(CATALOGUE).context["page"]

    assert shown.total_students == 0


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_counted_for_a_card_is_counted_for_the_cards_of_the_page_alone(sort):
    courses = [make_course(title=f"Course {number}") for number in range(5)]
    courses[1].students.add(make_user())
    rows = Course.objects.published().with_totals().order_by(*SORTS[sort][1])

    page = KeysFirst(rows, 2).page(2).object_list

    _told, chosen = str(page.query).split(" IN (SELECT ")
    assert [course.pk for course in page] == [course.pk for course in rows][2:4]
    assert chosen.count("COUNT(") == (sort == "enrolled")


@pytest.mark.parametrize("query", ["moons", "MOONS tides", "gravity", "Astronomy", "Ada Example"])
def test_search_finds_title_overview_subject_and_instructor(client, query):
    owner = make_instructor(display_name="Ada Example")
    subject = make_subject(title="Astronomy")
    make_course(title="Tides and moons", overview="On gravity.", owner=owner, subject=subject)
    make_course(title="Cooking")

    assert titles(client.get(CATALOGUE, {"q": query})) == ["Tides and moons"]


@pytest.mark.parametrize("query", ["%", "_", "\0", "'", '"', "\\", "x" * 10_000, "a " * 5_000])
def test_search_takes_any_text(client, query):
    make_course(title="Tides and moons")

    assert client.get(CATALOGUE, {"q": query}).status_code == 200


def test_wildcards_of_the_database_are_plain_characters(client):
    make_course(title="Tides and moons")

    assert titles(client.get(CATALOGUE, {"q": "%"})) == []


def test_search_without_result_says_so_and_offers_a_way_on(client):
    make_course()

    response = client.get(CATALOGUE, {"q": "no such thing"})

    assertContains(response, "0 courses for “no such thing”")
    assertContains(response, f'href="{CATALOGUE}"')


def test_what_was_searched_is_shown_escaped(client):
    assertNotContains(client.get(CATALOGUE, {"q": "<script>alert(1)"}), "<script>alert")


def test_empty_site_says_so(client):
    assertContains(client.get(CATALOGUE), "empty")


def test_subject_shows_its_courses_only(client):
    physics = make_subject(title="Physics", slug="physics")
    make_course(title="Tides and moons", subject=physics)
    make_course(title="Cooking")

    response = client.get(reverse("course_list_subject", args=["physics"]))

    assert titles(response) == ["Tides and moons"]


def test_subjects_are_listed_by_title(client):
    for title in ("Physics", "Astronomy", "Music"):
        make_course(subject=make_subject(title=title))

    response = client.get(reverse("course_list"))

    titles = [subject.title for subject in response.context["subjects"]]
    assert titles == sorted(titles)


def test_subjects_count_published_courses_only(client):
    physics = make_subject(title="Physics")
    make_course(subject=physics)
    make_course(subject=physics, status=Course.Status.DRAFT)

    (subject,) = client.get(CATALOGUE).context["subjects"]

    assert subject.total_courses == 1


def test_unknown_subject_is_not_found(client):
    assert client.get(reverse("course_list_subject", args=["alchemy"])).status_code == 404


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["C", "A", "B"]),
        ("title", ["A", "B", "C"]),
        ("enrolled", ["B", "C", "A"]),
        ("password", ["C", "A", "B"]),
    ],
)
def test_sorting_takes_what_is_offered_and_else_the_newest(client, sort, expected):
    popular, *_others = [make_course(title=title) for title in "BAC"]
    popular.students.add(make_user())

    assert titles(client.get(CATALOGUE, {"sort": sort})) == expected


def test_courses_come_in_pages(client):
    for number in range(21):
        make_course(title=f"Course {number}")

    first, second = client.get(CATALOGUE), client.get(CATALOGUE, {"page": 2})

    assert (len(titles(first)), len(titles(second))) == (20, 1)
    assertContains(first, "page=2")


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 400])
def test_page_that_is_not_there_is_not_found(client, page):
    assert client.get(CATALOGUE, {"page": page}).status_code == 404


def test_search_and_sort_survive_turning_the_page(client):
    for number in range(21):
        make_course(title=f"Moon {number}")

    response = client.get(CATALOGUE, {"q": "Moon", "sort": "title"})

    assertContains(response, "q=Moon&amp;sort=title&amp;page=2")


def test_cost_does_not_grow_with_the_courses(client, django_assert_num_queries):
    make_course()
    with django_assert_num_queries(1):
        client.get(CATALOGUE)
    for _ in range(15):
        make_content(make_module(make_course()))

    with django_assert_num_queries(1):
        client.get(CATALOGUE)


def test_visitor_gets_no_cookie(client):
    assert not client.get(CATALOGUE).cookies


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_catalogue_can_only_be_read(client, method):
    assert getattr(client, method)(CATALOGUE).status_code == 405
