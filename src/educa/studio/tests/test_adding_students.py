"""Adding students by name and from files: what would happen is said first, and exactly that is done."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.tests.factories import confirm_address, make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_course
from educa.students.models import Enrollment
from educa.students.roster import Verdict, plan_additions
from educa.students.tests.factories import make_enrollment, make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(client):
    """A course of the instructor who is signed in."""
    owner = make_instructor(username="owner")
    client.force_login(owner)
    return make_course(owner=owner)


def add(client, course: Course, names: str):
    return client.post(f"/course/{course.pk}/students/add/", {"names": names}, follow=True)


def send(client, course: Course, data: bytes | str):
    data = data.encode() if isinstance(data, str) else data
    file = SimpleUploadedFile("list.csv", data, content_type="text/csv")
    return client.post(f"/course/{course.pk}/students/import/", {"names": file})


def confirm(client, course: Course, page, step: str = "import"):
    plan = re.search(r'name="plan" value="([^"]+)"', page.content.decode())
    assert plan
    address = f"/course/{course.pk}/students/{step}/"
    return client.post(address, {"plan": plan[1]}, follow=True)


def verdicts(course: Course, *logins: str) -> list[Verdict]:
    return [row.verdict for row in plan_additions(course, list(enumerate(logins, start=1)))]


# What would happen


def test_every_case_is_told_apart(course):
    place, gone = make_enrollment(course=course), make_enrollment(course=course)
    Enrollment.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    make_user(username="new")
    for _ in range(2):
        make_user(email="both@example.com")

    found = verdicts(
        course, "new", "NEW ", place.student.username, gone.student.username, "nobody",
        "both@example.com", "owner",
    )  # fmt: skip

    assert found == [
        Verdict.NEW, Verdict.TWICE, Verdict.ENROLLED, Verdict.RETURNS, Verdict.UNKNOWN,
        Verdict.AMBIGUOUS, Verdict.INSTRUCTOR,
    ]  # fmt: skip


def test_place_that_is_not_there_is_told(course):
    Course.objects.filter(pk=course.pk).update(places=1)
    course.refresh_from_db()
    people = [make_user().username for _ in range(2)]

    assert verdicts(course, *people) == [Verdict.NEW, Verdict.NO_PLACE]


def test_address_is_that_of_who_has_confirmed_it(course):
    make_user(email="jo@example.com")
    owner = make_user(email="jo@example.com")
    confirm_address(owner)

    (row,) = plan_additions(course, [(1, "Jo@Example.com")])

    assert row.student == owner


def test_address_that_nobody_has_confirmed_lets_nobody_in(client, course):
    make_user(username="mallory", email="alice@school.example")

    (row,) = plan_additions(course, [(1, "alice@school.example")])
    response = add(client, course, "alice@school.example")

    assert (row.verdict, row.student) == (Verdict.UNCONFIRMED, None)
    assertContains(response, "Nobody has confirmed this address: write the user name")
    assert not course.students.exists()


def test_who_has_not_confirmed_an_address_is_enrolled_by_user_name(client, course):
    alice = make_user(username="alice", email="alice@school.example")

    add(client, course, "alice")

    assert list(course.students.all()) == [alice]


def test_account_that_is_closed_is_nobody(course):
    make_user(username="closed", is_active=False)

    assert verdicts(course, "closed") == [Verdict.UNKNOWN]


def test_same_person_by_name_and_by_address_is_one(course):
    person = confirm_address(make_user())

    assert verdicts(course, person.username, person.email) == [Verdict.NEW, Verdict.TWICE]


def test_cost_of_a_plan_does_not_grow_with_its_lines(course, django_assert_num_queries):
    people = [confirm_address(make_user()) for _ in range(9)]
    names = [(1, people[0].username), (2, people[0].email)]
    with django_assert_num_queries(5):
        plan_additions(course, names)

    with django_assert_num_queries(5):
        plan_additions(course, [(n, p.username) for n, p in enumerate(people)] + names)


# Typed names


def test_students_are_added_at_once_when_nothing_is_in_doubt(client, course):
    first, second = make_user(), confirm_address(make_user())

    response = add(client, course, f"{first.username}\n\n  {second.email}\n")

    assertContains(response, "2 students are enrolled now.")
    assert set(course.students.all()) == {first, second}


def test_one_name_that_nobody_has_is_told_beside_the_field(client, course):
    response = add(client, course, "nobody")

    assertContains(response, "Nobody has this user name or address")
    assertContains(response, "has-errors")


def test_doubts_are_shown_before_anybody_is_added(client, course):
    person = make_user()

    page = add(client, course, f"{person.username}\nnobody")
    assert not course.students.exists()
    confirm(client, course, page, "add")

    assert list(course.students.all()) == [person]


def test_students_are_added_to_a_closed_course_and_their_request_is_answered(client, course):
    Course.objects.filter(pk=course.pk).update(admission="closed")
    wish = make_request(course=course)

    add(client, course, wish.student.username)

    assert list(course.students.all()) == [wish.student]
    assert not course.enrollment_requests.exists()


def test_nobody_is_added_to_a_draft(client, course):
    Course.objects.filter(pk=course.pk).update(status="draft")
    person = make_user()

    response = add(client, course, person.username)

    assertContains(response, "takes no students at present")
    assert not course.students.exists()


# Files


@pytest.mark.parametrize(
    "text",
    [
        "new\n",
        "User name\nnew\n",
        "\ufeffuser name;name\r\nnew;Jo\r\n",
        '"Name","Email"\r\n"Jo","new@example.com"\r\n',
        "Name\tUsername\tEmail\nJo\t\tnew@example.com\n",
        "\n\nnew,Jo\n\n",
    ],
)
def test_file_is_understood_as_spreadsheets_write_it(client, course, text):
    person = confirm_address(make_user(username="new", email="new@example.com"))

    page = send(client, course, text)
    assert not course.students.exists()
    confirm(client, course, page)

    assert list(course.students.all()) == [person]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "nobody in this file"),
        (b"username\n", "nobody in this file"),
        (b"jo\0\n", "no CSV file"),
        ("name\njo".encode("utf-16"), "no CSV file"),
        (b"first\n\xff\xfe\xe9\n", "Line 2 is not in UTF-8"),
        (b'"jo\n', "quotation mark"),
        (b'"a"b,c\n', "quotation mark"),
        (b"x" * 200_000, "can’t be read"),
        (b"jo\n" * 400_000, "too big"),
        (b"jo\n" * 2001, "too long"),
    ],
)
def test_hostile_file_is_answered_in_words(client, course, data, words):
    response = send(client, course, data)

    assertContains(response, words)
    assert not course.students.exists()


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "jo'--"])
def test_hostile_cell_is_shown_as_text(client, course, cell):
    page = send(client, course, f"User name\n{cell}\n")

    assertContains(page, "Nobody has this user name or address")
    assertNotContains(page, "<script>alert")


def test_address_that_looks_like_a_formula_is_found_as_it_was_exported(client, course):
    person = confirm_address(make_user(email="+jo@example.com"))

    confirm(client, course, send(client, course, "Email\n'+jo@example.com\n"))

    assert list(course.students.all()) == [person]


def test_number_of_lines_is_bounded_by_a_setting(client, course, settings):
    settings.EDUCA_MAX_STUDENT_ROWS = 1

    assertContains(send(client, course, "jo\nada\n"), "1 students can be added at a time")


# Exactly what was shown


def test_plan_of_another_course_is_refused(client, course):
    other, person = make_course(owner=course.owner), make_user()
    page = send(client, other, person.username)

    response = confirm(client, course, page)

    assertContains(response, "too old")
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("plan", ["", "x", "W10:x:y", "\0"])
def test_plan_that_was_not_made_here_is_refused(client, course, plan):
    address = f"/course/{course.pk}/students/import/"

    assertRedirects(client.post(address, {"plan": plan}), address)


def test_nobody_is_added_when_the_places_were_taken_meanwhile(client, course):
    Course.objects.filter(pk=course.pk).update(places=2)
    people = [make_user().username for _ in range(2)]
    page = send(client, course, "\n".join(people))
    other = make_enrollment(course=course)

    response = confirm(client, course, page)

    assertContains(response, "not enough places")
    assert list(course.students.all()) == [other.student]


def test_plan_done_twice_is_done_once(client, course):
    page = send(client, course, make_user().username)
    confirm(client, course, page)

    confirm(client, course, page)

    assert Enrollment.objects.count() == 1
