"""What the player knows of who reads a course: in one statement, and of this person alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.sessions import Found
from educa.accounts.tests.factories import make_user
from educa.courses.kinds import registry
from educa.courses.models import Course
from educa.courses.tests.factories import make_content
from educa.lib.ordering import arrange
from educa.students.models import Enrollment, Note, Position
from educa.students.reader import READ, asked_with_session, reader_of
from educa.students.tests.factories import make_completion, make_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    return make_content()


@pytest.fixture
def own(content):
    """The place of a student."""
    return make_enrollment(course=content.module.course)


def read(enrollment, content=None):
    return reader_of(enrollment.student, enrollment.course_id, content.pk if content else None)


def test_all_is_asked_in_one_statement(own, content, django_assert_num_queries):
    read(own)
    with django_assert_num_queries(1):
        reader = read(own, content)
        path = reader.course.get_absolute_url()

    assert path == content.module.course.get_absolute_url()


def test_course_and_place_are_those_of_the_models(own):
    Enrollment.objects.update(last_active_at=timezone.now(), completed_at=timezone.now())
    own.refresh_from_db()

    reader = read(own)

    assert (reader.course, reader.enrollment) == (own.course, own)
    assert reader.enrollment.last_active_at == own.last_active_at
    assert reader.enrollment.completed_at == own.completed_at


@pytest.mark.parametrize("status", ["draft", "published", "archived"])
def test_may_be_read_what_the_queryset_lets_read(own, status):
    Course.objects.update(status=status)
    readable = Course.objects.readable_by(own.student).exists()

    assert (read(own) is not None) == readable


def test_nobody_reads_without_a_place(own):
    stranger, left = make_user(), make_enrollment(course=own.course)
    Enrollment.objects.leave(left.student, own.course)

    found = [reader_of(person, own.course_id) for person in (stranger, left.student)]

    assert found == [None, None]


def test_who_is_not_active_reads_nothing(own):
    own.student.is_active = False

    assert read(own) is None


def test_who_teaches_has_no_place(own):
    owner = own.course.owner
    Enrollment.objects.enroll(owner, own.course)

    reader = reader_of(owner, own.course_id)

    assert (reader.course.is_taught, reader.enrollment) == (True, None)


def test_who_looks_after_the_site_reads_without_teaching(own):
    reader = reader_of(make_user(is_staff=True, is_superuser=True), own.course_id)

    assert (reader.course.is_taught, reader.enrollment) == (False, None)


def test_what_is_beside_a_content_is_ones_own(own, content):
    other = make_enrollment(course=own.course)
    for enrollment, words in ((other, "Theirs"), (own, "Mine")):
        Note.objects.create(author=enrollment.student, content=content, body=words)
        Position.objects.create(enrollment=enrollment, content=content, second=len(words))
    make_completion(other, content)

    reader = read(own, content)

    assert (reader.beside.note.body, reader.beside.position.second) == ("Mine", 4)
    assert reader.done == frozenset()


def test_note_has_the_stamp_by_which_it_is_saved(own, content):
    note = Note.objects.create(author=own.student, content=content, body="Ebb “and” flow\n<")
    whole = timezone.now().replace(microsecond=0) - timedelta(days=3)
    late = make_content(content.module)
    other = Note.objects.create(author=own.student, content=late, body="Later")
    Note.objects.filter(pk=other.pk).update(updated_at=whole)

    found = [read(own, each).beside.note for each in (content, late)]

    assert [each.stamp for each in found] == [note.stamp, whole.isoformat()]
    assert found[0].body == note.body


def test_what_is_done_are_the_keys(own, content):
    make_completion(own, content)

    assert read(own).done == {content.pk}


def test_beside_is_what_was_left_off_at_and_else_what_is_asked_for(own, content):
    later = make_content(content.module)
    Note.objects.create(author=own.student, content=later, body="Later")
    Enrollment.objects.update(last_content=content)

    reader = read(own)

    assert (reader.beside.content, reader.at(later.pk).note.body) == (content.pk, "Later")


def test_guess_of_the_beginning_is_compared_with_the_outline(client, own, content):
    path = reverse("student_course_detail", args=[own.course_id])
    client.force_login(own.student)
    client.head(path)  # leaves no trace but the guess
    first = make_content(content.module, title="Prologue")
    Note.objects.create(author=own.student, content=first, body="At the very start")
    arrange(content.module.contents.all(), [first.pk, content.pk])

    assertContains(client.get(path), "At the very start")


def test_page_reads_session_person_and_reader_in_one_statement(client, own, content):
    path = reverse("student_course_detail", args=[own.course_id])
    client.force_login(own.student)
    client.get(path)

    with CaptureQueriesContext(connection) as statements:
        assertContains(client.get(path), own.student.username)

    tables = ("django_session", "accounts_user", "students_enrollment", "students_note")
    asked = [each["sql"] for each in statements if any(name in each["sql"] for name in tables)]
    assert len(asked) == 1


def test_what_was_asked_with_the_session_is_of_nobody_else(client, own, content):
    other = make_enrollment(course=own.course)
    Note.objects.create(author=other.student, content=content, body="Theirs")
    client.force_login(own.student)

    response = client.get(reverse("student_course_detail", args=[own.course_id]))

    assert response.context["enrollment"] == own
    assertNotContains(response, "Theirs")


def test_who_looks_after_the_site_reads_though_they_have_no_place(client, own, content):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    response = client.get(reverse("student_course_detail", args=[own.course_id]))

    assertContains(response, content.item.title)


def test_first_content_is_found_where_nobody_has_begun_yet(own, content):
    Note.objects.create(author=own.student, content=content, body="At the start")
    make_content(content.module)

    assert read(own).beside.content == content.pk


def test_first_content_is_of_a_kind_that_there_is_now(own, content, monkeypatch):
    monkeypatch.setattr("educa.students.reader._first_contents", {})
    before = read(own).beside.content

    monkeypatch.delitem(registry._kinds, "text")

    assert (before, read(own).beside.content) == (content.pk, None)


def test_course_with_a_number_that_no_key_can_be_is_not_there(client, own):
    client.force_login(own.student)

    assert client.get(f"/students/course/{'9' * 30}/").status_code == 404


def test_what_was_found_with_a_session_answers_for_its_person_alone(own, django_assert_num_queries):
    asked = asked_with_session(own.course_id)
    (row,) = READ.ask(own.student_id, *asked.values, case=asked.case)
    found = Found(own.student_id, asked, row)

    with django_assert_num_queries(0):
        reader = reader_of(own.student, own.course_id, found=found)

    assert reader.enrollment == own
    assert reader_of(make_user(), own.course_id, found=found) is None
