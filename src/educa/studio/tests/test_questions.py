"""The queue of questions in the studio."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor
from educa.chat.models import Message
from educa.chat.tests.factories import answer, ask, reply
from educa.courses.actions import trash_content
from educa.courses.tests.factories import make_content
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.EDUCA_CHAT_BURST = settings.EDUCA_CHAT_PER_MINUTE = 1000


@pytest.fixture
def content():
    return make_content()


@pytest.fixture
def course(content):
    return content.module.course


@pytest.fixture
def student(course):
    return make_enrollment(course=course).student


@pytest.fixture
def as_owner(client, course):
    client.force_login(course.owner)
    return client


@pytest.fixture
def queue():
    return reverse("manage_question_list")


def answering(question, body="So it is."):
    return {
        "course": question.room_id,
        "question": question.sequence,
        "client_id": str(uuid.uuid4()),
        "message": body,
    }


def asked_before(question, **ago):
    Message.objects.filter(pk=question.pk).update(sent_at=timezone.now() - timedelta(**ago))


def test_oldest_question_comes_first_and_a_late_one_is_marked(as_owner, content, student, queue):
    ask(student, content, "Asked now")
    asked_before(ask(student, content, "Asked long ago"), days=3)

    response = as_owner.get(queue)

    bodies = [thread.question.body for thread, _title in response.context["rows"]]
    assert bodies == ["Asked long ago", "Asked now"]
    assertContains(response, "3\xa0days ago")
    assertContains(response, "Waits for over 48 hours", count=1)


def test_answer_is_sent_and_marked_at_once(as_owner, content, student, queue):
    question = ask(student, content)

    response = as_owner.post(queue, answering(question))

    question.refresh_from_db()
    assert (response.status_code, question.answer.body) == (302, "So it is.")
    assert not as_owner.get(queue).context["rows"]


def test_refused_answer_stays_in_its_field(as_owner, content, student, queue, settings):
    question = ask(student, content)
    settings.EDUCA_CHAT_LENGTH = 10

    response = as_owner.post(queue, answering(question, "Far too many words"))

    assertContains(response, "Far too many words</textarea>", status_code=413)


def test_answer_to_a_question_that_was_deleted_is_not_lost(as_owner, content, student, queue):
    question = ask(student, content)
    posted = answering(question, "Many good words")
    question.body, question.deleted_at = "", timezone.now()
    question.save()

    response = as_owner.post(queue, posted)

    assertContains(response, "Many good words", status_code=404)


def test_questions_of_courses_of_others_are_not_there(as_owner, queue):
    elsewhere = make_content()
    student = make_enrollment(course=elsewhere.module.course).student
    question = ask(student, elsewhere, "Not for you")

    assertNotContains(as_owner.get(queue), "Not for you")
    assert as_owner.post(queue, answering(question)).status_code == 404


def test_course_has_a_queue_of_its_own(as_owner, content, course, student):
    second = make_content()
    second.module.course.owner = course.owner
    second.module.course.save()
    ask(make_enrollment(course=second.module.course).student, second, "In the second")
    ask(student, content, "In the first")

    response = as_owner.get(reverse("course_questions", args=[course.pk]))

    assertContains(response, "In the first")
    assertNotContains(response, "In the second")


def test_question_that_needs_no_answer_leaves_the_queue_and_can_come_back(
    as_owner, content, course, student, queue
):
    question = ask(student, content)
    steps = [
        reverse(f"course_question_{step}", args=[course.pk, question.sequence])
        for step in ("settle", "reopen")
    ]

    as_owner.post(steps[0])
    settled = as_owner.get(queue).context["total_open"]
    as_owner.post(steps[1])

    assert (settled, as_owner.get(queue).context["total_open"]) == (0, 1)


def test_answered_questions_are_found_by_the_filter(as_owner, content, course, student, queue):
    answer(course.owner, ask(student, content, "Long answered"))

    assertNotContains(as_owner.get(queue), "Long answered")
    assertContains(as_owner.get(queue, {"state": "answered"}), "Long answered")


def test_question_at_a_content_in_the_trash_waits_there(as_owner, content, student, queue):
    ask(student, content)
    trash_content(content=content, by=student)

    assert not as_owner.get(queue).context["rows"]


def test_pages_follow_each_other_without_a_gap(as_owner, content, student, queue):
    for number in range(45):
        ask(student, content, f"Question {number}")

    first = as_owner.get(queue)
    second = as_owner.get(queue, {"after": first.context["following"]})
    third = as_owner.get(queue, {"after": second.context["following"]})

    pages = [first, second, third]
    seen = [t.question.body for page in pages for t, _title in page.context["rows"]]
    assert seen == [f"Question {number}" for number in range(45)]
    assert third.context["following"] is None


def test_navigation_tells_how_many_wait(as_owner, content, course, student):
    ask(student, content)
    answer(course.owner, ask(student, content))

    assertContains(as_owner.get(reverse("manage_course_list")), "Questions (1)")
    assertContains(
        as_owner.get(reverse("course_edit", args=[course.pk])),
        "(1 open question)",
    )


def test_queue_takes_as_many_queries_with_ten_questions_as_with_one(
    as_owner, content, course, student, queue, django_assert_max_num_queries
):
    reply(course.owner, ask(student, content))
    as_owner.get(queue)
    with django_assert_max_num_queries(12) as one:
        as_owner.get(queue)
    for number in range(9):
        reply(course.owner, ask(student, make_content(content.module), f"Question {number}"))

    with django_assert_max_num_queries(len(one)):
        as_owner.get(queue)


def test_instructor_of_no_course_sees_an_empty_queue(client, queue):
    client.force_login(make_instructor())

    assertContains(client.get(queue), "No question waits for an answer")
