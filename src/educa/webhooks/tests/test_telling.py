"""What a delivery says, and what it does not say any more."""

import json
from typing import Any

import pytest

from educa.accounts.actions import erase
from educa.accounts.tests.factories import make_instructor, make_user
from educa.chat.actions import delete
from educa.chat.frames import message_frame
from educa.chat.log import shown
from educa.chat.models import Message
from educa.chat.tests.factories import make_member, say
from educa.courses.actions import publish_course, trash_course, unpublish_course
from educa.courses.models import Course
from educa.courses.tests.factories import make_content
from educa.students.actions import enroll, leave
from educa.students.events import Event
from educa.students.models import Enrollment
from educa.students.progressing import note_event
from educa.webhooks.models import Delivery, EventType
from educa.webhooks.telling import TOLD, body_of
from educa.webhooks.tests.factories import make_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(db: None, settings: Any) -> Course:
    """A published course with one content, whose owner has a webhook for everything."""
    settings.EDUCA_SITE_URL = "https://learn.example.org"
    course = make_content(title="Sound").module.course
    make_webhook(course.owner)
    return course


@pytest.fixture
def ada(course) -> Any:
    """A student whom everything names, with a secret that nobody is to be told."""
    return make_member(course, username="ada", display_name="Ada L.", email="canary@example.com")


def told(event: EventType) -> Any:
    """What would be sent now of the newest event of this type; None for nothing."""
    row = Delivery.objects.filter(event=event).latest("pk")
    body = body_of(row)
    return body and json.loads(body)


def brief(course: Course) -> dict[str, Any]:
    url = f"https://learn.example.org/course/{course.slug}/"
    return {"id": course.pk, "url": url, "title": course.title, "slug": course.slug}


def finish(student: Any, course: Course) -> Enrollment:
    place = Enrollment.objects.get(student=student, course=course)
    content = course.modules.get().contents.get()
    note_event(enrollment=place, content=content, event=Event(done=True))
    place.refresh_from_db()
    return place


def test_every_type_of_event_has_something_to_tell():
    assert set(TOLD) == set(EventType)


def test_an_enrollment_tells_the_course_the_person_and_times(course):
    ada = make_user(username="ada", display_name="Ada L.", email="canary@example.com")
    enroll(student=ada, course=course)

    body = told(EventType.ENROLLMENT_MADE)

    assert set(body) == {"id", "type", "created_at", "data"}
    assert body["created_at"].endswith("Z")
    enrolled_at = body["data"].pop("enrolled_at")
    assert enrolled_at.endswith("Z")
    assert body["data"] == {
        "course": brief(course),
        "user": {"username": "ada", "name": "Ada L."},
        "left_at": None,
        "completed_at": None,
    }


def test_who_left_is_told_with_the_time(course, ada):
    leave(student=ada, course=course)

    assert told(EventType.ENROLLMENT_ENDED)["data"]["left_at"].endswith("Z")


def test_a_finished_content_is_told_with_its_kind_and_title(course, ada):
    finish(ada, course)

    data = told(EventType.CONTENT_COMPLETED)["data"]

    content = course.modules.get().contents.get()
    assert data["content"] == {"id": content.pk, "kind": "text", "title": "Sound"}
    assert set(data) == {"course", "user", "content", "completed_at"}
    assert told(EventType.COURSE_COMPLETED)["data"]["completed_at"].endswith("Z")


def test_a_published_course_is_told_as_the_api_shows_it(course, client):
    unpublish_course(course=course)
    publish_course(course=course)

    data = told(EventType.COURSE_PUBLISHED)["data"]["course"]

    shown_by_api = client.get(f"/api/courses/{course.pk}/").json()
    left_out = {"url", "is_enrolled", "modules", "created", "updated", "published_at", "cover"}
    assert set(shown_by_api) - set(data) == {"cover", "is_enrolled", "modules"}
    assert {name: data[name] for name in set(data) - left_out} == {
        name: shown_by_api[name] for name in set(shown_by_api) - left_out
    }


def test_a_message_is_told_as_the_room_shows_it(course, ada):
    message = say(course, "Why?", author=ada)

    data = told(EventType.MESSAGE_POSTED)["data"]

    assert data == {"course": brief(course), "message": message_frame(shown(message.pk))}


def test_no_address_of_anybody_is_told(course, ada):
    finish(ada, course)
    say(course, author=ada)
    leave(student=ada, course=course)

    bodies = [body_of(row) or b"" for row in Delivery.objects.all()]

    assert len(bodies) == 4
    assert all(b"canary" not in body for body in bodies)
    assert all(course.owner.email.encode() not in body for body in bodies)


def test_a_message_that_was_deleted_meanwhile_is_told_without_its_words(course, ada):
    message = say(course, "A secret", author=ada)
    delete(person=ada, course=course.pk, sequence=message.sequence)

    data = told(EventType.MESSAGE_POSTED)["data"]["message"]

    assert (data["deleted"], data["message"]) == (True, "")


def test_of_somebody_erased_nothing_waits_and_nothing_is_in_the_log(course, ada):
    finish(ada, course)
    say(course, author=ada)
    other = make_user()
    enroll(student=other, course=course)

    erase(ada)

    assert [row.person for row in Delivery.objects.all()] == [other]
    assert Message.objects.filter(author=None).exists()


def test_the_webhooks_of_somebody_erased_go_with_their_log(course):
    assistant = make_instructor()
    course.co_instructors.add(assistant)
    make_webhook(assistant)
    enroll(student=make_user(), course=course)

    erase(assistant)

    assert {row.webhook.owner for row in Delivery.objects.all()} == {course.owner}


def test_of_a_course_in_the_trash_and_a_content_that_is_gone_nothing_is_told(course, ada):
    finish(ada, course)
    course.modules.get().contents.all().delete()
    gone = told(EventType.CONTENT_COMPLETED)
    still = told(EventType.COURSE_COMPLETED)
    trash_course(course=course, by=course.owner)

    assert (gone, still is None) == (None, False)
    assert told(EventType.COURSE_COMPLETED) is None
