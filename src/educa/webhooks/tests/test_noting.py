"""What is written down when something happens: for whom, in which transaction, and at what cost."""

import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.chat.tests.factories import make_member, say
from educa.courses.actions import (
    add_co_instructor,
    publish_course,
    purge_course,
    trash_course,
    unpublish_course,
)
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.actions import (
    add_students,
    approve,
    enroll,
    leave,
    remove_student,
    take_in_again,
)
from educa.students.events import Event
from educa.students.models import Completion, Enrollment
from educa.students.progressing import note_event
from educa.students.tests.factories import make_request
from educa.webhooks.models import Delivery, EventType, Webhook
from educa.webhooks.tests.factories import make_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(db: None) -> Course:
    """A published course with one content, whose owner has a webhook for everything."""
    course = make_content().module.course
    make_webhook(course.owner)
    return course


def told() -> list[tuple[str, int | None]]:
    """What was written down, in order: the event and whom it is about."""
    return list(Delivery.objects.order_by("pk").values_list("event", "person"))


def finish(student: User, course: Course) -> None:
    """The student says that all is done."""
    place = Enrollment.objects.get(student=student, course=course)
    for content in course.modules.get().contents.all():
        note_event(enrollment=place, content=content, event=Event(done=True))


# What is told


def test_an_enrollment_is_told_once(course):
    student = make_user()

    enroll(student=student, course=course)
    enroll(student=student, course=course)

    assert told() == [("enrollment.made", student.pk)]
    assert Delivery.objects.get().course == course


def test_everybody_who_was_added_is_told_of_and_nobody_who_was_there_before(course):
    known, first, second = make_member(course), make_user(), make_user()

    add_students(course=course, students=[known, first, second])

    assert told() == [("enrollment.made", first.pk), ("enrollment.made", second.pk)]


def test_an_approved_request_is_told(course):
    student = make_user()
    request = make_request(student, course)

    approve(course=course, requests=[request.pk])

    assert told() == [("enrollment.made", student.pk)]


def test_leaving_and_being_removed_are_told_once(course):
    first, second = make_member(course), make_member(course)

    leave(student=first, course=course)
    leave(student=first, course=course)
    remove_student(course=course, student=second)

    assert told() == [("enrollment.ended", first.pk), ("enrollment.ended", second.pk)]


def test_a_return_is_told(course):
    student = make_member(course)
    leave(student=student, course=course)

    take_in_again(course=course, student=student)
    take_in_again(course=course, student=student)

    assert told()[1:] == [("enrollment.made", student.pk)]


def test_a_student_who_comes_to_teach_has_left(course):
    student = make_member(course)
    student.groups.set(make_instructor().groups.all())

    add_co_instructor(course=course, user=student)

    assert told() == [("enrollment.ended", student.pk)]


def test_a_finished_content_and_a_finished_course_are_told_once(course):
    student = make_member(course)

    finish(student, course)
    finish(student, course)

    assert told() == [("content.completed", student.pk), ("course.completed", student.pk)]


def test_a_publication_is_told_once(course):
    publish_course(course=course)
    assert told() == []

    unpublish_course(course=course)
    publish_course(course=course)

    assert told() == [("course.published", None)]


def test_a_message_is_told_once(course):
    student, client_id = make_member(course), uuid.uuid4()

    message = say(course, author=student, client_id=client_id)
    say(course, author=student, client_id=client_id)

    assert told() == [("message.posted", student.pk)]
    assert Delivery.objects.get().about == {"message": message.pk}


def test_the_administration_tells_of_who_it_enrolls_and_removes(course, client):
    client.force_login(make_admin())
    student = make_user()
    page = "/admin/students/enrollment/"

    client.post(f"{page}add/", {"student": student.pk, "course": course.pk})
    place = Enrollment.objects.get()
    client.post(f"{page}{place.pk}/change/", {"left_at_0": "2026-01-01", "left_at_1": "00:00"})
    client.post(f"{page}{place.pk}/change/", {"left_at_0": "", "left_at_1": ""})

    assert told() == [
        ("enrollment.made", student.pk),
        ("enrollment.ended", student.pk),
        ("enrollment.made", student.pk),
    ]


# To whom


def test_each_webhook_is_told_what_it_asks_for(course):
    Webhook.objects.all().delete()
    wanted = make_webhook(course.owner, [EventType.ENROLLMENT_MADE])
    make_webhook(course.owner, [EventType.MESSAGE_POSTED])

    enroll(student=make_user(), course=course)

    assert [row.webhook for row in Delivery.objects.all()] == [wanted]


def test_a_webhook_of_one_course_is_told_of_no_other(course):
    other = make_course(owner=course.owner)
    make_webhook(course.owner, course=other)

    enroll(student=make_user(), course=other)

    assert Delivery.objects.count() == 2
    enroll(student=make_user(), course=course)
    assert Delivery.objects.count() == 3


def test_others_who_teach_are_told_nothing_of_the_course(course):
    stranger = make_instructor()
    make_course(owner=stranger)
    make_webhook(stranger)
    make_webhook(stranger, course=course)
    make_webhook(make_member(course))

    enroll(student=make_user(), course=course)

    assert {row.webhook.owner for row in Delivery.objects.all()} == {course.owner}


def test_a_co_instructor_is_told_until_they_are_removed(course):
    assistant = make_instructor()
    course.co_instructors.add(assistant)
    make_webhook(assistant)
    make_webhook(assistant, course=course)
    enroll(student=make_user(), course=course)
    assert Delivery.objects.filter(webhook__owner=assistant).count() == 2

    course.co_instructors.remove(assistant)
    enroll(student=make_user(), course=course)

    assert Delivery.objects.filter(webhook__owner=assistant).count() == 2


def test_who_looks_after_the_site_is_told_of_every_course_and_other_staff_is_not(course):
    admin, clerk = make_admin(), make_user(is_staff=True)
    make_webhook(admin)
    make_webhook(clerk)
    make_webhook(clerk, course=course)

    enroll(student=make_user(), course=course)

    assert {row.webhook.owner for row in Delivery.objects.all()} == {course.owner, admin}


def test_a_webhook_that_is_off_and_one_of_somebody_suspended_are_told_nothing(course):
    make_webhook(course.owner, is_active=False)
    suspended = make_instructor(is_active=False)
    course.co_instructors.add(suspended)
    make_webhook(suspended)

    enroll(student=make_user(), course=course)

    assert Delivery.objects.count() == 1


# In which transaction, and at what cost


def test_what_did_not_happen_in_the_end_is_not_told(course):
    student = make_user()

    with transaction.atomic():
        enroll(student=student, course=course)
        transaction.set_rollback(True)

    assert (told(), Enrollment.objects.count()) == ([], 0)


def test_the_duty_is_called_after_the_commit_and_only_where_there_is_something_to_tell(
    course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as with_webhook:
        enroll(student=make_user(), course=course)
    with django_capture_on_commit_callbacks() as without:
        enroll(student=make_user(), course=make_course())

    assert len(with_webhook) == len(without) + 1


def asked(work) -> list[str]:
    """What the database is asked about webhooks."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return [query["sql"] for query in captured if "webhooks_" in query["sql"]]


@pytest.mark.parametrize("number", [1, 30])
def test_without_webhooks_it_is_one_question_however_many_are_enrolled(number):
    course = make_course()
    make_webhook(make_instructor(), is_active=False)
    students = [make_user() for _ in range(number)]

    found = asked(lambda: add_students(course=course, students=students))

    assert len(found) == 1
    assert found[0].startswith("SELECT 1")


@pytest.mark.parametrize("number", [1, 30])
def test_with_a_webhook_it_is_three_questions_however_many_are_enrolled(course, number):
    students = [make_user() for _ in range(number)]

    found = asked(lambda: add_students(course=course, students=students))

    assert (len(found), Delivery.objects.count()) == (3, number)


def test_a_message_without_webhooks_costs_one_question():
    course = make_course()
    student = make_member(course)

    assert len(asked(lambda: say(course, author=student))) == 1


def test_a_course_that_goes_for_good_takes_its_deliveries_along(course):
    other = make_course(owner=course.owner)
    enroll(student=make_user(), course=course)
    enroll(student=make_user(), course=other)
    make_webhook(course.owner, course=course)

    trash_course(course=course, by=course.owner)
    purge_course(course=course)

    assert [row.course for row in Delivery.objects.all()] == [other]
    assert Webhook.objects.count() == 1


def test_the_rows_of_a_completion_hold_no_words(course):
    student = make_member(course)
    finish(student, course)

    rows = Delivery.objects.order_by("pk").values_list("about", flat=True)

    assert list(rows) == [{"content": Completion.objects.get().content_id}, {}]


def test_a_module_more_is_not_finished_yet(course):
    student = make_member(course)
    make_content(make_module(course))
    place = Enrollment.objects.get(student=student, course=course)
    first = course.modules.earliest("order").contents.get()

    note_event(enrollment=place, content=first, event=Event(done=True))

    assert told() == [("content.completed", student.pk)]
