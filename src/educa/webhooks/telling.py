"""What a delivery says: read from the database at the moment at which it is sent."""

import json
from collections.abc import Callable
from typing import Any

from educa.accounts.adapter import absolute
from educa.accounts.models import User
from educa.chat.frames import message_frame
from educa.chat.frames import time as written
from educa.chat.log import shown
from educa.chat.models import Message
from educa.courses.models import Content, Course
from educa.students.models import Completion, Enrollment
from educa.webhooks.models import PING, Delivery, EventType
from educa.webhooks.permissions import courses_to_hear_of

Data = dict[str, Any]


def body_of(delivery: Delivery) -> bytes | None:
    """The body as JSON; None when what it is about is gone, or the owner may not know of it any more."""
    data = _data_of(delivery)
    if data is None:
        return None
    body = {
        "id": str(delivery.uid),
        "type": delivery.event,
        "created_at": written(delivery.created),
        "data": data,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _data_of(delivery: Delivery) -> Data | None:
    if delivery.event == PING:
        return {"webhook": delivery.webhook_id, "events": delivery.webhook.events}
    rows = courses_to_hear_of(delivery.webhook.owner).select_related("owner")
    course = rows.filter(pk=delivery.course_id or 0).first()
    if course is None:
        return None
    return TOLD[EventType(delivery.event)](delivery, course)


def _of_enrollment(delivery: Delivery, course: Course) -> Data | None:
    rows = Enrollment.objects.filter(course=course, student=delivery.person_id)
    place = rows.select_related("student").first()
    if place is None:
        return None
    return {
        "course": _brief(course),
        "user": _person(place.student),
        "enrolled_at": written(place.enrolled_at),
        "left_at": written(place.left_at),
        "completed_at": written(place.completed_at),
    }


def _of_content(delivery: Delivery, course: Course) -> Data | None:
    rows = Content.objects.filter(pk=delivery.about["content"], module__course=course)
    content = rows.select_related("content_type").first()
    place = _of_enrollment(delivery, course)
    if content is None or place is None:
        return None
    done = Completion.objects.filter(
        content=content, enrollment__course=course, enrollment__student=delivery.person_id
    ).first()
    return {
        "course": place["course"],
        "user": place["user"],
        "content": {
            "id": content.pk,
            "kind": content.content_type.model,
            "title": str(content.item.title) if content.item else "",
        },
        "completed_at": written(done.completed_at) if done else None,
    }


def _of_course(_delivery: Delivery, course: Course) -> Data:
    counted = Course.objects.with_totals().get(pk=course.pk)
    return {
        "course": {
            **_brief(course),
            "subject": course.subject_id,
            "overview": course.overview,
            "owner": _person(course.owner),
            "status": course.status,
            "admission": course.admission,
            "places": course.places,
            "created": written(course.created),
            "updated": written(course.updated),
            "published_at": written(course.published_at),
            "total_contents": counted.total_contents,
            "total_students": counted.total_students,
        }
    }


def _of_message(delivery: Delivery, course: Course) -> Data | None:
    message = Message.objects.filter(pk=delivery.about["message"], room__course=course).first()
    if message is None:
        return None
    return {"course": _brief(course), "message": message_frame(shown(message.pk))}


def _brief(course: Course) -> Data:
    return {
        "id": course.pk,
        "url": absolute(course.get_absolute_url()),
        "title": course.title,
        "slug": course.slug,
    }


def _person(user: User) -> Data:
    return {"username": user.username, "name": user.shown_name}


TOLD: dict[EventType, Callable[[Delivery, Course], Data | None]] = {
    EventType.ENROLLMENT_MADE: _of_enrollment,
    EventType.ENROLLMENT_ENDED: _of_enrollment,
    EventType.CONTENT_COMPLETED: _of_content,
    EventType.COURSE_COMPLETED: _of_enrollment,
    EventType.COURSE_PUBLISHED: _of_course,
    EventType.MESSAGE_POSTED: _of_message,
}
"""What each event tells. A type that is not here fails a test."""
