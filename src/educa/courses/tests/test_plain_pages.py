"""Pages of the catalogue and of courses where nothing is kept: what they cost, and that they say what is so."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.cards import Card, PublishedCards
from educa.courses.course_page import shown_course, shown_modules
from educa.courses.models import Course
from educa.courses.outline import outline_of
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_module,
    make_subject,
    picture,
)

pytestmark = pytest.mark.django_db

EVIL = "<i>“%s” & '\"{x}\\"


def cards(**asked):
    """The first cards of the catalogue."""
    return list(PublishedCards("newest", **asked)[slice(0, 20)])


def test_a_card_says_what_the_course_says():
    course = make_content(make_module(make_course(title=EVIL))).module.course

    (card,) = cards()

    counted = Course.objects.with_totals().get()
    assert (card.title, card.slug, card.owner_name) == (EVIL, course.slug, course.owner.shown_name)
    assert (card.subject_title, card.subject_slug) == (course.subject.title, course.subject.slug)
    assert card[-3:] == (counted.total_modules, counted.total_contents, counted.total_students)


def test_words_on_cards_are_escaped(client):
    subject = make_subject(title=EVIL)
    make_course(title=EVIL, subject=subject, owner=make_instructor(display_name=EVIL))

    page = client.get("/")

    assertNotContains(page, "<i>")
    assertContains(page, "&lt;i&gt;“%s” &amp; &#x27;&quot;{x}\\", 4)  # with the subject at the side


@pytest.mark.parametrize(("place", "is_late"), [("1", False), ("4", True)])
def test_pictures_that_are_seen_at_once_are_fetched_at_once(client, place, is_late):
    for _ in range(4):
        course = make_course()
        course.cover = ContentFile(picture(), "a.png")
        course.save()

    images = client.get("/").content.decode().split("<img ")

    assert ('loading="lazy"' in images[int(place)]) == is_late
    assert 'srcset="' not in images[1]  # it is smaller than any choice


def test_cards_and_subjects_come_in_one_statement(django_assert_num_queries):
    course, other = make_course(), make_subject(title="Zoology")
    catalogue = PublishedCards("title", page=slice(0, 20))

    with django_assert_num_queries(1):
        subjects = catalogue.subjects()
        (card,) = catalogue[slice(0, 20)]

    assert isinstance(card, Card)
    assert [(each.pk, each.total_courses) for each in subjects] == [
        (course.subject_id, 1),
        (other.pk, 0),
    ]


def test_subjects_are_there_where_no_card_is():
    empty = make_subject(title="Zoology")
    catalogue = PublishedCards("newest", subject=empty.slug, page=slice(0, 20))

    assert [each.slug for each in catalogue.subjects()] == [empty.slug]
    assert list(catalogue[slice(0, 20)]) == []


def test_a_page_that_is_not_the_first_has_its_own_cards(client):
    made = [make_course(title=f"Course {number:02}") for number in range(25)]

    page = client.get("/?sort=title&page=2")

    assert [card.title for card in page.context["page"]] == [each.title for each in made[20:]]


@pytest.mark.parametrize("is_person", [False, True])
def test_the_page_of_a_course_takes_one_statement_of_its_own(
    client, is_person, django_assert_num_queries
):
    course = make_content().module.course
    if is_person:
        client.force_login(make_user())
    client.get(course.get_absolute_url())

    # The person with the session; for who is signed in, the outline is usually kept, and this test keeps nothing.
    with django_assert_num_queries(3 if is_person else 1):
        assertContains(client.get(course.get_absolute_url()), course.title)


def test_a_course_is_shown_with_what_belongs_to_it(django_assert_num_queries):
    course = make_content(make_module(make_course(places=1))).module.course
    course.co_instructors.add(make_instructor(display_name="Otto"), make_instructor())
    student = make_user()
    course.students.add(student)

    with django_assert_num_queries(1):
        shown = shown_course(student, course.slug)
        who = [person.pk for person in shown.instructors]

    assert who == [person.pk for person in course.instructors]
    assert (shown.is_joined, shown.is_asked, shown.is_full) == (True, False, True)
    assert shown.subject == course.subject
    assert shown.updated == course.updated


def test_another_person_is_not_told_that_they_are_enrolled():
    course, student = make_course(), make_user()
    course.students.add(student)

    assert shown_course(student, course.slug).is_joined
    assert not shown_course(make_user(), course.slug).is_joined


@pytest.mark.parametrize("status", [Course.Status.DRAFT, Course.Status.ARCHIVED])
def test_a_course_that_is_not_public_is_shown_to_those_who_may_see_it(client, status):
    course, student = make_course(status=status), make_user()
    course.students.add(student)
    people = course.owner, student, make_user(is_staff=True, is_superuser=True), make_user()

    seen = [shown_course(person, course.slug) is not None for person in people]

    assert seen == [True, status == Course.Status.ARCHIVED, True, False]
    assert client.get(course.get_absolute_url()).status_code == 404


def test_the_outline_that_comes_with_a_course_is_the_one_that_is_kept():
    module = make_module(title=EVIL, description=EVIL)
    for kind in ("text", "video", "file"):
        make_content(module, kind, title=EVIL)
    make_content(make_module(module.course)).item.delete()

    came = shown_modules(shown_course(AnonymousUser(), module.course.slug))

    assert came == outline_of(module.course)


def test_words_in_an_outline_are_escaped(client):
    module = make_module(title=EVIL, description=EVIL)
    make_content(module, title=EVIL)

    page = client.get(reverse("course_detail", args=[module.course.slug]))

    assertNotContains(page, "<i>")
    assertContains(page, "&lt;i&gt;“%s” &amp; &#x27;&quot;{x}\\", 3)
