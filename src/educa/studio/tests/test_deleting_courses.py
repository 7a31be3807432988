"""Deleting a course, taking it back, and deleting it for good."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.actions import trash_course
from educa.courses.duties import delete_what_was_long_in_the_trash
from educa.courses.media import find_media
from educa.courses.models import Content, Course, Module, Text
from educa.courses.tests.factories import make_content, make_course, make_file, make_module
from educa.students.models import Completion, Enrollment
from educa.students.tests.factories import make_completion, make_enrollment

pytestmark = pytest.mark.django_db

TRASH = "/course/trash/"


@pytest.fixture
def owner(client):
    """An instructor, signed in."""
    person = make_instructor()
    client.force_login(person)
    return person


@pytest.fixture
def course(owner):
    """A course with two modules, three contents and a student who has finished one."""
    course = make_course(owner=owner, title="Waves")
    module = make_module(course)
    contents = [make_content(module) for _ in range(3)]
    make_module(course)
    make_completion(make_enrollment(course=course), contents[0])
    return course


@pytest.fixture
def helper(course):
    """A co-instructor of the course."""
    person = make_instructor()
    course.co_instructors.add(person)
    return person


def url(name, course):
    return reverse(name, args=[course.pk])


def test_page_says_what_goes_with_the_course_and_deletes_nothing(client, course):
    make_content(make_module(make_course()))

    response = client.get(url("course_delete", course))

    for words in ("2 modules", "3 contents", "the place of 1 student<", "30 days"):
        assertContains(response, words)
    assert Course.objects.present().filter(pk=course.pk).exists()


def test_a_deleted_course_is_in_the_trash_and_can_be_taken_back_at_once(client, course, owner):
    response = client.post(url("course_delete", course), follow=True)

    assertRedirects(response, reverse("manage_course_list"))
    assertContains(response, url("course_restore", course))
    course.refresh_from_db()
    assert course.trashed_by == owner


def test_what_is_in_the_trash_is_nowhere_else(client, course):
    trash_course(course=course, by=course.owner)
    content = Content.objects.filter(module__course=course).first()
    paths = [
        course.get_absolute_url(),
        *(url(name, course) for name in ("student_course_detail", "course_edit", "course_outline")),
        *(url(name, course) for name in ("course_trash", "course_delete", "course_instructors")),
        reverse("module_content_list", args=[content.module.pk]),
    ]
    student = Enrollment.objects.get(course=course).student

    for person in (course.owner, student, make_user(), make_admin()):
        client.force_login(person)
        for path in paths:
            assert client.get(path).status_code in {403, 404}, (person, path)
    client.force_login(course.owner)
    assert {client.get(path).status_code for path in paths} == {404}


def test_files_of_a_course_in_the_trash_can_not_be_fetched(client, course):
    module = Module.objects.filter(course=course).first()
    file = make_content(module, item=make_file(owner=course.owner)).item.file
    assert find_media(course.owner, file.name)

    trash_course(course=course, by=course.owner)

    assert client.get(reverse("media", args=[file.name])).status_code == 404


def test_nobody_enrolls_in_a_course_in_the_trash_and_no_list_has_it(client, course):
    student = Enrollment.objects.get(course=course).student
    trash_course(course=course, by=course.owner)
    client.force_login(student)

    response = client.post(reverse("student_enroll_course"), {"course": course.pk})

    assert response.status_code == 404
    for path in ("/", reverse("student_course_list")):
        assertNotContains(client.get(path), "Waves")


def test_trash_lists_what_this_person_has_deleted_and_nothing_of_others(client, course, owner):
    trash_course(course=course, by=owner)
    other = make_course(title="Numbers")
    trash_course(course=other, by=other.owner)

    response = client.get(TRASH)

    for words in ("Waves", "3 contents", "1 student<", f"Deleted by {owner}"):
        assertContains(response, words)
    assertNotContains(response, "Numbers")


def test_trash_says_when_a_course_goes_for_good(client, course, owner, settings):
    settings.EDUCA_TRASH_DAYS = 7
    trash_course(course=course, by=owner)
    course.refresh_from_db()

    (shown,) = client.get(TRASH).context["object_list"]

    assert shown.until == course.trashed_at + timedelta(days=7)


def test_co_instructor_does_not_find_the_course_in_their_trash(client, course, helper):
    trash_course(course=course, by=course.owner)
    client.force_login(helper)

    assertNotContains(client.get(TRASH), "Waves")
    assert client.post(url("course_restore", course)).status_code == 404
    assert client.get(url("course_purge", course)).status_code == 404


def test_a_course_comes_back_as_it_was(client, course, owner):
    trash_course(course=course, by=owner)

    assertRedirects(client.post(url("course_restore", course)), reverse("manage_course_list"))

    course.refresh_from_db()
    assert (course.trashed_at, course.trashed_by, course.status) == (None, None, "published")
    assert Content.objects.filter(module__course=course).count() == 3
    assert Completion.objects.filter(enrollment__course=course).count() == 1


def test_taking_back_twice_is_once(client, course):
    assert client.post(url("course_restore", course)).status_code == 302


def test_a_script_gets_the_same_as_json(client, course):
    taken = client.post(url("course_delete", course), headers={"Accept": "application/json"})

    assert taken.json() == {
        "message": "“Waves” is in the trash.",
        "undo": url("course_restore", course),
    }


def test_a_course_goes_for_good_after_a_question(client, course, owner):
    trash_course(course=course, by=owner)

    assertContains(client.get(url("course_purge", course)), "Nobody can take that back")
    assertRedirects(client.post(url("course_purge", course)), TRASH)

    assert not Course.objects.filter(pk=course.pk).exists()
    assert not Text.objects.exists()


def test_a_course_that_is_not_in_the_trash_does_not_go_for_good(client, course):
    assert client.post(url("course_purge", course)).status_code == 404
    assert Course.objects.filter(pk=course.pk).exists()


@pytest.mark.parametrize("name", ["course_delete", "course_purge"])
def test_who_may_not_delete_courses_deletes_none(client, course, owner, name):
    for group in owner.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="delete_course"))

    assert client.get(url(name, course)).status_code == 403
    assert client.post(url(name, course)).status_code == 403


def answers(client, person, course):
    """Of deleting, taking back and purging, asked and done."""
    client.force_login(person)
    return [
        client.get(url("course_delete", course)).status_code,
        client.post(url("course_delete", course)).status_code,
        client.post(url("course_restore", course)).status_code,
        client.post(url("course_purge", course)).status_code,
        client.get(TRASH).status_code,
    ]


def test_co_instructor_is_refused(client, course, helper):
    assert answers(client, helper, course) == [403, 403, 404, 404, 200]


def test_another_instructor_does_not_learn_of_the_course(client, course):
    assert answers(client, make_instructor(), course) == [404, 404, 404, 404, 200]


def test_students_and_who_lost_the_right_to_teach_are_refused(client, course, helper):
    student = Enrollment.objects.get(course=course).student
    for person in (course.owner, helper):
        person.groups.clear()

    for person in (student, course.owner, helper):
        assert answers(client, person, course) == [403] * 5
    assert Course.objects.present().filter(pk=course.pk).exists()


def test_visitor_signs_in_first(client, course):
    client.logout()

    assertRedirects(client.get(TRASH), f"{reverse('login')}?next={TRASH}")
    response = client.post(url("course_delete", course))
    assertRedirects(response, f"{reverse('login')}?next={reverse('manage_course_list')}")


def test_what_was_long_enough_in_the_trash_is_deleted_by_the_site(course, settings):
    settings.EDUCA_TRASH_DAYS = 7
    fresh = make_course()
    for each, days in ((course, 8), (fresh, 6)):
        at = timezone.now() - timedelta(days=days)
        Course.objects.filter(pk=each.pk).update(trashed_at=at)

    delete_what_was_long_in_the_trash()

    assert not Course.objects.filter(pk=course.pk).exists()
    assert Course.objects.filter(pk=fresh.pk).exists()


def test_cost_of_the_trash_does_not_grow_with_the_courses(
    client, owner, django_assert_max_num_queries
):
    for _ in range(10):
        course = make_course(owner=owner)
        make_content(make_module(course))
        trash_course(course=course, by=owner)
    client.get(TRASH)

    with django_assert_max_num_queries(6):
        client.get(TRASH)
