"""More than one instructor in a course, and another owner."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.models import User
from educa.accounts.tests.factories import (
    confirm_address,
    make_admin,
    make_instructor,
    make_user,
)
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.models import Enrollment, EnrollmentRequest
from educa.students.tests.factories import make_completion, make_enrollment, make_request

pytestmark = pytest.mark.django_db

UNKNOWN = "There is no instructor with this user name or email address."


@pytest.fixture
def owner(client):
    """An instructor, signed in."""
    person = make_instructor(username="lise", display_name="Lise Meitner")
    client.force_login(person)
    return person


@pytest.fixture
def course(owner):
    return make_course(owner=owner, title="Fission")


@pytest.fixture
def ida():
    """An instructor who has nothing to do with the course yet."""
    person = make_instructor(username="ida", email="ida@example.com", display_name="Ida Noddack")
    return confirm_address(person)


@pytest.fixture
def helper(course):
    """A co-instructor of the course."""
    person = make_instructor(username="otto", display_name="Otto Hahn")
    course.co_instructors.add(person)
    return person


def page(course):
    return reverse("course_instructors", args=[course.pk])


def hand_over(course):
    return reverse("course_hand_over", args=[course.pk])


def remove(course, person):
    return reverse("course_instructor_remove", args=[course.pk, person.pk])


@pytest.mark.parametrize("name", ["ida", "IDA", " ida ", "ida@example.com", "Ida@Example.com"])
def test_owner_adds_an_instructor_by_user_name_or_address(client, course, ida, name):
    make_instructor(username="idalina", email="ida2@example.com")

    assertRedirects(client.post(page(course), {"person": name}), page(course))

    assert list(course.co_instructors.all()) == [ida]


@pytest.mark.parametrize("address", [page, hand_over])
def test_nobody_gets_in_by_an_address_that_they_have_not_confirmed(client, owner, course, address):
    make_instructor(username="mallory", email="alice@school.example")

    response = client.post(address(course), {"person": "alice@school.example"})

    assertContains(response, UNKNOWN)
    course.refresh_from_db()
    assert (course.owner, course.co_instructors.count()) == (owner, 0)


def test_answer_does_not_tell_who_has_an_account(client, course):
    make_user(username="student", email="student@example.com")
    make_instructor(username="gone", email="gone@example.com", is_active=False)

    for name in ("student", "student@example.com", "gone", "nobody", "nobody@example.com", "Ida N"):
        assertContains(client.post(page(course), {"person": name}), UNKNOWN)
    assert not course.co_instructors.exists()


def test_it_takes_as_many_questions_to_know_nobody_as_a_student(client, course):
    make_user(username="student", email="student@example.com")

    def cost(name):
        with CaptureQueriesContext(connection) as captured:
            client.post(page(course), {"person": name})
        return len(captured)

    cost("warm")
    assert cost("student") == cost("nobody")
    assert cost("student@example.com") == cost("nobody@example.com")


@pytest.mark.parametrize("name", ["", "\0", "x" * 300, "%", "ida\n"])
def test_odd_names_add_nobody_but_who_is_meant(client, course, ida, name):
    assert client.post(page(course), {"person": name}).status_code in {200, 302}
    assert course.co_instructors.count() == (name.strip() == "ida")


def test_who_comes_to_teach_is_no_student_and_their_progress_is_kept(client, course, ida):
    place, other = make_enrollment(ida, course), make_enrollment(course=course)
    done = make_completion(place, make_content(make_module(course)))
    make_request(make_user(), course)

    client.post(page(course), {"person": "ida"})

    assert list(Enrollment.objects.current().filter(course=course)) == [other]
    assert list(place.completions.all()) == [done]
    assert course.enrollment_requests.count() == 1


def test_who_becomes_the_owner_is_no_student(client, course, ida):
    wish = make_request(ida, course)
    other = make_enrollment(course=course)
    make_enrollment(ida, course)

    client.post(hand_over(course), {"person": "ida", "stay": "on"})

    assert list(Enrollment.objects.current().filter(course=course)) == [other]
    assert not EnrollmentRequest.objects.filter(pk=wish.pk).exists()


def test_the_owner_is_no_co_instructor(client, course):
    response = client.post(page(course), {"person": "lise"})

    assertContains(response, "owns the course already")
    assert not course.co_instructors.exists()


def test_adding_twice_is_once(client, course, ida):
    for _ in range(2):
        client.post(page(course), {"person": "ida"})

    assert course.co_instructors.count() == 1


def test_a_co_instructor_edits_at_once_and_no_more_once_removed(client, course, helper):
    assert Course.objects.editable_by(helper).filter(pk=course.pk).exists()

    assertRedirects(client.post(remove(course, helper)), page(course))

    assert not Course.objects.editable_by(helper).exists()


def test_who_is_no_co_instructor_can_not_be_removed(client, course, ida, owner):
    for person in (ida, owner):
        assert client.post(remove(course, person)).status_code == 404


def test_co_instructor_sees_who_teaches_and_changes_nothing(client, course, helper, ida):
    client.force_login(helper)

    response = client.get(page(course))

    assertContains(response, "Lise Meitner")
    assertContains(response, "Only the owner of the course chooses")
    for path in (hand_over(course), remove(course, helper)):
        assertNotContains(response, path)
    assert client.post(page(course), {"person": "ida"}).status_code == 403
    assert client.post(remove(course, helper)).status_code == 403
    assert client.get(hand_over(course)).status_code == 403
    assert client.post(hand_over(course), {"person": "otto"}).status_code == 403
    course.refresh_from_db()
    assert (course.owner.username, course.co_instructors.count()) == ("lise", 1)


def test_page_shows_no_addresses(client, course, helper):
    assertNotContains(client.get(page(course)), helper.email)


def test_page_marks_who_does_not_teach_any_more(client, course, helper):
    assertNotContains(client.get(page(course)), "No instructor any more")
    helper.groups.clear()

    assertContains(client.get(page(course)), "No instructor any more", 1)


def test_a_course_goes_to_a_co_instructor_and_the_old_owner_stays(client, course, helper, owner):
    content = make_content(make_module(course))

    response = client.post(hand_over(course), {"chosen": helper.pk, "stay": "on"})

    assertRedirects(response, reverse("course_outline", args=[course.pk]))
    course.refresh_from_db()
    assert (course.owner, list(course.co_instructors.all())) == (helper, [owner])
    content.item.refresh_from_db()
    assert content.item.owner == helper


def test_a_course_goes_to_somebody_named_and_the_old_owner_leaves(client, course, ida, owner):
    response = client.post(hand_over(course), {"person": "ida@example.com"})

    assertRedirects(response, reverse("manage_course_list"))
    course.refresh_from_db()
    assert (course.owner, course.co_instructors.count()) == (ida, 0)
    assert client.get(page(course)).status_code == 404


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Say who is to own the course."),
        ({"person": "nobody"}, UNKNOWN),
        ({"person": "lise"}, "The course is yours already."),
        ({"chosen": 10**12}, "Select a valid choice"),
        ({"chosen": "x"}, "Select a valid choice"),
    ],
)
def test_a_course_goes_to_nobody_else(client, course, helper, owner, values, words):
    assertContains(client.post(hand_over(course), values), words)

    course.refresh_from_db()
    assert course.owner == owner


def test_two_new_owners_are_too_many(client, course, helper, ida):
    response = client.post(hand_over(course), {"chosen": helper.pk, "person": "ida"})

    assertContains(response, "not both")


def test_a_student_can_not_be_given_a_course(client, course, owner):
    make_user(username="student")

    assertContains(client.post(hand_over(course), {"person": "student"}), UNKNOWN)


def test_a_co_instructor_who_does_not_teach_any_more_can_not_be_given_the_course(
    client, course, helper, owner
):
    helper.groups.clear()

    response = client.post(hand_over(course), {"chosen": helper.pk, "stay": "on"})

    assertContains(response, "is no instructor")
    course.refresh_from_db()
    assert (course.owner, list(course.co_instructors.all())) == (owner, [helper])


def answers(client, person, course):
    client.force_login(person)
    return {
        client.get(page(course)).status_code,
        client.post(page(course), {"person": person.username}).status_code,
        client.post(remove(course, person)).status_code,
        client.get(hand_over(course)).status_code,
        client.post(hand_over(course), {"person": person.username}).status_code,
    }


def test_others_are_refused(client, course, helper, owner):
    student = make_user()
    course.students.add(student)
    other = make_instructor()
    for person in (helper, owner):
        person.groups.clear()

    assert answers(client, other, course) == {404}
    for person in (student, helper, owner):
        assert answers(client, person, course) == {403}
    assert list(course.co_instructors.all()) == [helper]


def test_cost_of_the_page_does_not_grow_with_the_instructors(client, course, helper):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(page(course))
        return len(captured)

    cost()
    one = cost()
    course.co_instructors.add(*[make_instructor() for _ in range(9)])

    assert cost() == one


@pytest.mark.parametrize("is_trashed", [False, True])
def test_an_account_with_courses_is_not_deleted_and_the_page_says_why(
    client, course, owner, is_trashed
):
    if is_trashed:
        client.post(reverse("course_delete", args=[course.pk]))
    client.force_login(make_admin())
    deletion = f"/admin/accounts/user/{owner.pk}/delete/"

    assertContains(client.get(deletion), "Fission")
    client.post(deletion, {"post": "yes"})

    assert User.objects.filter(pk=owner.pk).exists()


def test_an_account_that_only_helped_can_be_deleted(client, course, helper):
    client.force_login(make_admin())

    client.post(f"/admin/accounts/user/{helper.pk}/delete/", {"post": "yes"})

    assert not User.objects.filter(pk=helper.pk).exists()
    assert not course.co_instructors.exists()
