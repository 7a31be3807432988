"""Places of students in courses, and what they have finished."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from educa.accounts.tests.factories import make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.models import Completion, Enrollment
from educa.students.tests.factories import make_completion, make_enrollment

pytestmark = pytest.mark.django_db


def test_enrolling_twice_is_enrolling_once():
    first = make_enrollment()

    again = Enrollment.objects.enroll(first.student, first.course)

    assert again == first
    assert Enrollment.objects.count() == 1


def test_second_place_of_a_student_in_a_course_is_refused_by_the_database():
    enrollment = make_enrollment()

    with pytest.raises(IntegrityError), transaction.atomic():
        Enrollment.objects.create(student=enrollment.student, course=enrollment.course)


def test_finishing_a_content_twice_is_refused_by_the_database():
    content = make_content()
    enrollment = make_enrollment(course=content.module.course)
    make_completion(enrollment, content)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_completion(enrollment, content)


def test_two_students_finish_the_same_content():
    content = make_content()
    for _ in range(2):
        make_completion(make_enrollment(course=content.module.course), content)

    assert content.completions.count() == 2


def test_who_left_is_no_longer_current():
    enrollment, other = make_enrollment(), make_enrollment()

    Enrollment.objects.leave(enrollment.student, enrollment.course)

    assert list(Enrollment.objects.current()) == [other]


def test_leaving_twice_keeps_the_first_time():
    enrollment = make_enrollment()
    Enrollment.objects.leave(enrollment.student, enrollment.course)
    enrollment.refresh_from_db()
    first = enrollment.left_at

    Enrollment.objects.leave(enrollment.student, enrollment.course)

    enrollment.refresh_from_db()
    assert enrollment.left_at == first


def test_who_comes_back_has_their_old_place():
    enrollment = make_enrollment()
    Enrollment.objects.leave(enrollment.student, enrollment.course)

    again = Enrollment.objects.enroll(enrollment.student, enrollment.course)

    assert again == enrollment
    assert again.left_at is None


def test_somebody_not_signed_in_has_no_place(client):
    make_enrollment()

    assert not Enrollment.objects.of(client.get("/accounts/login/").wsgi_request.user).exists()


def test_place_in_a_course_that_is_a_draft_again_waits():
    waiting = make_enrollment(course=make_course(status=Course.Status.DRAFT))
    other = make_enrollment()

    assert waiting.waits
    assert not other.waits
    assert set(Enrollment.objects.listed()) == {waiting, other}


def test_place_in_a_course_in_the_trash_is_not_listed():
    make_enrollment(course=make_course(trashed_at=timezone.now()))
    other = make_enrollment()

    assert list(Enrollment.objects.listed()) == [other]


def test_progress_counts_contents_of_every_module_and_only_ones_own():
    course = make_course()
    contents = [make_content(make_module(course)) for _ in range(3)]
    mine, other = make_enrollment(course=course), make_enrollment(course=course)
    make_completion(mine, contents[0])
    make_completion(mine, contents[1])
    make_completion(other, contents[0])

    counted = Enrollment.objects.with_progress().get(pk=mine.pk)

    assert (counted.done, counted.total, counted.percent) == (2, 3, 66)


def test_nothing_is_finished_of_an_empty_course():
    enrollment = make_enrollment()

    assert Enrollment.objects.with_progress().get(pk=enrollment.pk).percent == 0


def test_place_survives_the_content_that_was_opened_last():
    content = make_content()
    enrollment = make_enrollment(course=content.module.course)
    Enrollment.objects.update(last_content=content)

    content.delete()

    enrollment.refresh_from_db()
    assert enrollment.last_content is None


def test_student_who_is_deleted_takes_their_places_along():
    content, student = make_content(), make_user()
    make_completion(make_enrollment(student, content.module.course), content)
    other = make_enrollment(course=content.module.course)

    student.delete()

    assert list(Enrollment.objects.all()) == [other]
    assert not Completion.objects.exists()


def test_course_that_is_deleted_takes_its_places_along():
    content = make_content()
    make_completion(make_enrollment(course=content.module.course), content)

    content.module.course.delete()

    assert not Enrollment.objects.exists()
    assert not Completion.objects.exists()
