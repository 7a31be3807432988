"""Searching in the courses that one reads."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.actions import index_all_missing
from educa.courses.models import Content, Course, Module, SearchEntry
from educa.courses.search import search
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.lib.folding import query_for
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db
SEARCH = "/students/search/"


@pytest.fixture
def student(client):
    """Someone who is signed in."""
    student = make_user()
    client.force_login(student)
    return student


@pytest.fixture
def module(student):
    """A module of a course that the student reads; another student reads a course of their own."""
    module = make_module(make_course(title="Oceans"))
    Enrollment.objects.enroll(student, module.course)
    make_content(module, title="Tides", content="The ebb and the flow.")
    other = make_content(title="Secret tides", content="The ebb of others.")
    Enrollment.objects.enroll(make_user(), other.module.course)
    return module


def found(user, words, course=None):
    return [str(hit.content) for hit in search(user, query_for(words), course)[:99]]


def test_titles_and_texts_of_my_courses_are_found(student, module):
    make_content(module, title="Ebb", content="Water falls.")

    assert found(student, "ebb") == ["Ebb", "Tides"]


def test_every_word_must_occur_in_title_or_text(student, module):
    assert found(student, "tides flow") == ["Tides"]
    assert found(student, "tides storm") == []


def test_last_word_may_be_its_beginning_and_others_may_not(student, module):
    assert found(student, "ebb flo") == ["Tides"]
    assert found(student, "flo ebb") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'été à Liège", "ETE liege"),
        ("Die Straße", "strasse"),
        ("我喜欢学习数学。", "数学"),
        ("数", "数"),
        ("مُحَمَّد كتب", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("한국어를 배우다", "한국"),
        ("Τέλος", "τελοσ"),
        ("snake_case and kebab-case", "snake_case"),
        ("ไทยเรียน", "เรียน"),
    ],
)
def test_both_databases_find_words_of_every_script(student, module, text, words):
    make_content(module, title="Other", content=text)

    assert found(student, words) == ["Other"]


@pytest.mark.parametrize(
    "words",
    [
        '"', "'", "*", "ebb*", "ebb NEAR flow", 'NEAR("ebb" flow)', "ebb OR", "AND", "title:ebb", "-ebb",
        "^ebb", "ebb:*", "!ebb", "ebb & | flow", "\\", "%s %(a)s", "ebb; DROP TABLE x", "\0", "()", "¶",
        "🙂", "ebb" * 3_500, "數" * 10_000, "ebb " * 2_500, "\u202eebb", "<->", "{}", "\ud800", "½", "\u0301",
    ],
)  # fmt: skip
def test_no_query_does_harm(client, student, module, words):
    response = client.get(SEARCH, {"q": words.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200
    assertNotContains(response, "Secret")


def test_operators_are_words(student, module):
    assert found(student, "ebb OR flow") == []
    assert found(student, "-ebb") == ["Tides"]


def test_search_shows_the_passage_with_marks_and_escapes_it(client, student, module):
    make_content(module, title="<i>Storm</i>", content="`<script>` a storm *rises*")

    response = client.get(SEARCH, {"q": "storm"})

    assertContains(response, "&lt;i&gt;<mark>Storm</mark>&lt;/i&gt;")
    assertContains(response, "&lt;script&gt; a <mark>storm</mark> rises")


def test_courses_of_others_are_not_found_and_not_counted(client, student, module):
    response = client.get(SEARCH, {"q": "tides"})

    assert response.context["page"].paginator.count == 1
    assert [course.title for course in response.context["courses"]] == ["Oceans"]
    assertNotContains(response, "Secret")


def test_course_that_i_left_is_not_found(student, module):
    Enrollment.objects.leave(student, module.course)

    assert found(student, "ebb") == []


def test_draft_and_trash_are_not_found_and_archive_is(student, module):
    states = []
    for change in ({"status": "draft"}, {"status": "archived"}, {"trashed_at": timezone.now()}):
        Course.objects.filter(pk=module.course.pk).update(**change)
        states.append(found(student, "ebb"))

    assert states == [[], ["Tides"], []]


def test_module_in_the_trash_is_not_found(student, module):
    index_all_missing()
    Content.everything.filter(module=module).update(trashed_at=timezone.now())
    Module.everything.filter(pk=module.pk).update(trashed_at=timezone.now())

    assert found(student, "ebb") == []


def test_own_draft_is_found_by_who_teaches_it_and_by_no_other_instructor(module):
    Course.objects.filter(pk=module.course.pk).update(status=Course.Status.DRAFT)
    assistant = make_instructor()
    module.course.co_instructors.add(assistant)

    assert found(module.course.owner, "ebb") == found(assistant, "ebb") == ["Tides"]
    assert found(make_instructor(), "ebb") == []


def test_who_looks_after_the_site_finds_what_they_can_open(module):
    assert sorted(found(make_admin(), "ebb")) == ["Secret tides", "Tides"]


def test_one_course_can_be_searched_alone(client, student, module):
    other = make_content(make_module(make_course(title="Rivers")), title="Ebb of rivers")
    Enrollment.objects.enroll(student, other.module.course)

    response = client.get(SEARCH, {"q": "ebb", "course": module.course.pk})

    assertContains(response, "<mark>ebb</mark>")
    assertNotContains(response, "of rivers")
    assert [course.title for course in response.context["courses"]] == ["Rivers", "Oceans"]


@pytest.mark.parametrize("course", ["x", "0", "-1", "9" * 30, ""])
def test_course_that_is_none_means_all(client, student, module, course):
    assertContains(client.get(SEARCH, {"q": "ebb", "course": course}), "Oceans")


def test_course_that_i_may_not_read_means_nothing_at_all(client, student, module):
    others = Course.objects.exclude(pk=module.course.pk).get()

    response = client.get(SEARCH, {"q": "tides", "course": others.pk})

    assert response.status_code == 404


def test_course_with_hits_in_its_titles_comes_first(student, module):
    other = make_content(make_module(make_course(title="Zebras")), title="Ebb of zebras")
    Enrollment.objects.enroll(student, other.module.course)

    assert found(student, "ebb") == ["Ebb of zebras", "Tides"]


def test_courses_say_how_many_hits_they_have(student, module):
    make_content(module, title="Ebb")

    assert [course.hits for course in search(student, query_for("ebb")).courses] == [2]


def test_hits_come_in_pages(client, student, module):
    for _ in range(21):
        make_content(module, title="Ebb")

    second = client.get(SEARCH, {"q": "ebb", "page": 2})

    assert len(second.context["hits"]) == 2
    assert client.get(SEARCH, {"q": "ebb", "page": "99"}).status_code == 404


def test_pages_go_on_from_one_course_to_the_next(student, module):
    for number in range(3):
        other = make_module(make_course(title=f"Sea {number}"))
        Enrollment.objects.enroll(student, other.course)
        for place in range(number + 1):
            make_content(other, title=f"{number}.{place}", content="The ebb.")
    results = search(student, query_for("ebb"))

    pages = [[str(hit.content) for hit in results[at : at + 2]] for at in range(0, 8, 2)]

    assert pages == [["Tides", "0.0"], ["1.0", "1.1"], ["2.0", "2.1"], ["2.2"]]


def test_search_without_words_helps(client, student, module):
    assertContains(client.get(SEARCH), "Search your courses")
    assertContains(client.get(SEARCH, {"q": "?!"}), "a letter or a digit")


def test_nothing_found_helps(client, student, module):
    assertContains(client.get(SEARCH, {"q": "volcano"}), "No content matches")


def test_somebody_without_courses_is_shown_the_catalogue(client, student):
    make_content(title="Tides")

    assertContains(client.get(SEARCH, {"q": "tides"}), "not enrolled in a course yet")


def test_catalogue_offers_to_search_inside_of_ones_courses(client, student, module):
    assertContains(client.get("/", {"q": "ebb & flow"}), f"{SEARCH}?q=ebb%20%26%20flow")


def test_cost_does_not_grow_with_hits_and_courses(
    client, student, module, django_assert_num_queries
):
    client.get(SEARCH, {"q": "ebb"})
    with django_assert_num_queries(7):
        client.get(SEARCH, {"q": "ebb"})
    for _ in range(9):
        content = make_content(title="Ebb", kind="video")
        Enrollment.objects.enroll(student, content.module.course)
    index_all_missing()

    with django_assert_num_queries(7):
        client.get(SEARCH, {"q": "ebb"})


def test_search_gathers_no_more_than_its_share(student, module, monkeypatch):
    monkeypatch.setattr("educa.courses.search.AT_ONCE", 2)
    for _ in range(5):
        make_content(module)

    found(student, "ebb")

    assert SearchEntry.objects.count() == 2


def test_visitor_signs_in_first(client):
    assert reverse("login") in client.get(SEARCH, {"q": "ebb"}).url
