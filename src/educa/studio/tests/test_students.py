"""The students of a course: who is shown to whom, the steps with them, and who asks to be let in."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course
from educa.students.models import Enrollment, EnrollmentRequest
from educa.students.tests.factories import make_completion, make_enrollment, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    """An instructor who is signed in."""
    owner = make_instructor()
    client.force_login(owner)
    return owner


@pytest.fixture
def course(owner):
    """A course of the instructor; another course with a student is there, too."""
    make_enrollment(make_user(display_name="Somebody Else"), make_course())
    return make_course(owner=owner)


def page_of(course: Course, more: str = "") -> str:
    return f"/course/{course.pk}/students/{more}"


def student_named(name: str, course: Course, **fields) -> Enrollment:
    place = make_enrollment(make_user(display_name=name), course)
    Enrollment.objects.filter(pk=place.pk).update(**fields)
    return place


def shown(client, course: Course, **asked) -> list[str]:
    found = client.get(page_of(course), asked).context["enrollments"]
    return [enrollment.student.display_name for enrollment in found]


# Who is shown


def test_instructor_sees_names_and_progress_of_their_own_students_alone(client, course):
    place = student_named("Ada", course)

    page = client.get(page_of(course))

    assertContains(page, "Ada")
    assertContains(page, place.student.username)
    assertNotContains(page, "Somebody Else")
    assertNotContains(page, place.student.email)


def test_another_instructor_does_not_learn_of_the_students(client, course):
    student_named("Ada", course)
    client.force_login(make_instructor())

    assert client.get(page_of(course)).status_code == 404
    assert client.get(page_of(course, "export/")).status_code == 404


def test_co_instructor_sees_and_removes_students(client, course):
    assistant, place = make_instructor(), student_named("Ada", course)
    course.co_instructors.add(assistant)
    client.force_login(assistant)

    assertContains(client.get(page_of(course)), "Ada")
    client.post(page_of(course, f"{place.student_id}/remove/"))

    assert not Enrollment.objects.current().filter(course=course).exists()


def test_progress_of_each_student_is_shown(client, owner):
    content = make_content()
    Course.objects.update(owner=owner)
    course = content.module.course
    make_completion(make_enrollment(course=course), content)

    assertContains(client.get(page_of(course)), "1 of 1 done")


def test_who_has_left_is_listed_apart(client, course):
    student_named("Here", course)
    student_named("Gone", course, left_at=timezone.now())

    assert shown(client, course) == ["Here"]
    assert shown(client, course, state="left") == ["Gone"]


def test_search_looks_at_names_and_not_at_addresses(client, course):
    student_named("Ada Lovelace", course)
    other = student_named("Grace", course)

    assert shown(client, course, q="love ada") == ["Ada Lovelace"]
    assert shown(client, course, q=other.student.username) == ["Grace"]
    assert shown(client, course, q="example.com") == []


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("active", ["Bo", "Al", "Cy"]),
        ("name", ["Al", "Bo", "Cy"]),
        ("enrolled", ["Cy", "Bo", "Al"]),
        ("student__password", ["Bo", "Al", "Cy"]),
    ],
)
def test_order_is_one_of_those_offered(client, course, sort, expected):
    now = timezone.now()
    student_named("Al", course, last_active_at=now - timedelta(days=2))
    student_named("Bo", course, last_active_at=now - timedelta(days=1))
    student_named("Cy", course)

    assert shown(client, course, sort=sort) == expected


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("mark", ["0", "x", "9" * 30, "\0", "WzEsMl0:forged"])
def test_mark_that_was_not_given_out_leads_to_the_first_students(client, course, side, mark):
    student_named("Ada", course)

    assert shown(client, course, **{side: mark}) == ["Ada"]


@pytest.mark.parametrize("sort", ["active", "name", "enrolled"])
def test_every_student_is_on_one_stretch_of_the_list(client, course, monkeypatch, sort):
    monkeypatch.setattr("educa.studio.views.students.PAGE", 2)
    days = [timedelta(days=number // 2) for number in range(4)]  # some at the same moment
    names = ["Al", "al", "Bo", "Cy", "Di"]
    moments = [*(timezone.now() - day for day in days), None]
    for name, moment in zip(names, moments, strict=True):
        student_named(name, course, last_active_at=moment)

    first = stretch(client, course, sort=sort)
    second = stretch(client, course, sort=sort, after=first.after)
    third = stretch(client, course, sort=sort, after=second.after)

    found = [row.pk for part in (first, second, third) for row in part.rows]
    assert len(found) == len({*found}) == 5
    assert (first.before, third.after) == ("", "")
    assert stretch(client, course, sort=sort, before=third.before).rows == second.rows
    assert stretch(client, course, sort=sort, before=second.before).rows == first.rows


def test_students_are_neither_missed_nor_shown_twice_when_others_become_active(
    client, course, monkeypatch
):
    monkeypatch.setattr("educa.studio.views.students.PAGE", 2)
    places = [student_named(name, course) for name in ("Al", "Bo", "Cy", "Di")]
    first = stretch(client, course)
    Enrollment.objects.filter(pk=places[0].pk).update(last_active_at=timezone.now())

    second = stretch(client, course, after=first.after)

    assert [row.pk for row in first.rows] == [places[3].pk, places[2].pk]
    assert [row.pk for row in second.rows] == [places[1].pk]


def test_links_lead_to_the_students_before_and_after(client, course, monkeypatch):
    monkeypatch.setattr("educa.studio.views.students.PAGE", 1)
    for name in ("Al", "Bo", "Cy"):
        student_named(name, course)

    page = client.get(page_of(course), {"sort": "name"})
    (following,) = re.findall(r'href="([^"]+)" rel="next"', page.content.decode())
    page = client.get(page_of(course) + unescape(following))

    assertContains(page, "Bo")
    assertContains(page, 'rel="prev"')
    assertContains(page, 'rel="next"')


def stretch(client, course, **asked):
    """The part of the list that is asked for."""
    return client.get(page_of(course), asked).context["stretch"]


def test_cost_does_not_grow_with_students(client, course, django_assert_num_queries):
    student_named("Ada", course)
    make_request(course=course)
    with django_assert_num_queries(10):
        client.get(page_of(course))
    for number in range(9):
        student_named(f"S{number}", course)
        make_request(course=course)

    with django_assert_num_queries(10):
        client.get(page_of(course))


# Steps


def test_who_is_removed_loses_access_at_once_and_comes_back_by_undo(client, course):
    place, other = student_named("Ada", course), student_named("Bo", course)
    response = client.post(page_of(course, f"{place.student_id}/remove/"), follow=True)

    assertContains(response, f"/course/{course.pk}/students/{place.student_id}/restore/")
    assert not Course.objects.readable_by(place.student).exists()
    assert Course.objects.readable_by(other.student).exists()

    client.post(page_of(course, f"{place.student_id}/restore/"))
    assert Course.objects.readable_by(place.student).exists()


def test_nobody_is_taken_in_who_never_was_there(client, course):
    stranger = make_user()

    assert client.post(page_of(course, f"{stranger.pk}/restore/")).status_code == 404
    assert not stranger.enrollments.exists()


def test_student_of_another_course_can_not_be_removed_through_this_one(client, course):
    other = make_enrollment()

    assert client.post(page_of(course, f"{other.student_id}/remove/")).status_code == 404
    assert Enrollment.objects.current().filter(pk=other.pk).exists()


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"status": "archived"}, {"places": 1}])
def test_removing_is_undone_wherever_there_was_a_place(client, course, fields):
    place, other = student_named("Ada", course), student_named("Bo", course)
    Course.objects.filter(pk=course.pk).update(**fields)
    client.post(page_of(course, f"{place.student_id}/remove/"))

    client.post(page_of(course, f"{place.student_id}/restore/"))

    assert set(Enrollment.objects.current().filter(course=course)) == {place, other}


def test_who_teaches_by_now_does_not_come_back_as_student(client, course):
    place = student_named("Ada", course, left_at=timezone.now())
    course.co_instructors.add(place.student)

    client.post(page_of(course, f"{place.student_id}/restore/"))

    assert not Enrollment.objects.current().filter(course=course).exists()


def test_all_who_ask_are_enrolled_with_one_press(client, course):
    wishes, other = [make_request(course=course) for _ in range(3)], make_request()
    keys = [wish.pk for wish in [*wishes, other]]

    response = client.post(page_of(course, "requests/approve/"), {"request": keys}, follow=True)

    assertContains(response, "3 students are enrolled now.")
    assert list(EnrollmentRequest.objects.all()) == [other]


def test_refused_request_is_gone(client, course):
    wish = make_request(course=course)

    client.post(page_of(course, "requests/refuse/"), {"request": wish.pk})
    again = client.post(page_of(course, "requests/refuse/"), {"request": wish.pk}, follow=True)

    assertContains(again, "answered already")
    assert not Enrollment.objects.filter(course=course).exists()


@pytest.mark.parametrize("key", ["", "x", "9" * 40, "-1", "²"])
def test_request_that_can_not_be_is_refused_in_words(client, course, key):
    response = client.post(page_of(course, "requests/approve/"), {"request": key}, follow=True)

    assertRedirects(response, page_of(course))


# Admission


def test_code_is_shown_renewed_and_told_to_nobody_else(client, course):
    settings = page_of(course, "admission/")
    client.post(settings, {"admission": "code", "places": "3"})
    course.refresh_from_db()
    first = course.invitation_code
    assertContains(client.get(settings), f"{first[:4]}-{first[4:]}")

    client.post(settings, {"renew": "yes"})

    course.refresh_from_db()
    assert course.invitation_code != first
    assert course.places == 3


@pytest.mark.parametrize("places", ["0", "-1", "x", "9" * 30])
def test_number_of_places_that_can_not_be_is_told(client, course, places):
    response = client.post(page_of(course, "admission/"), {"admission": "open", "places": places})

    assertContains(response, "has-errors")
    course.refresh_from_db()
    assert course.places is None


# Export


def table(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_export_holds_the_students_of_this_course_without_addresses(client, course):
    place = student_named("Ada", course)
    student_named("Gone", course, left_at=timezone.now())

    rows = table(client.get(page_of(course, "export/")))

    assert [row[:2] for row in rows] == [["Name", "User name"], ["Ada", place.student.username]]
    assert "@" not in str(rows)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_name_that_is_a_formula_is_told_as_text(client, course, name):
    student_named(name, course)

    rows = table(client.get(page_of(course, "export/")))

    assert rows[1][0] == f"'{name}"
