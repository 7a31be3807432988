"""Webhooks for tests, and where they lead."""

from collections.abc import Iterable
from typing import Any

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Course
from educa.courses.tests.factories import make_course
from educa.webhooks.models import Delivery, EventType, Webhook

URL = "https://hooks.example/educa"


def make_webhook(
    owner: User | None = None, events: Iterable[str] = EventType.values, **fields: Any
) -> Webhook:
    """A webhook that is told everything; without an owner, somebody new teaches."""
    fields = {"url": URL} | fields
    return Webhook.objects.create(owner=owner or make_instructor(), events=list(events), **fields)


def make_delivery(course: Course | None = None, **fields: Any) -> Delivery:
    """That the course was published, for its owner."""
    webhook = fields.pop("webhook", None)
    course = course or (make_course(owner=webhook.owner) if webhook else make_course())
    webhook = webhook or make_webhook(course.owner)
    fields = {"event": EventType.COURSE_PUBLISHED} | fields
    return Delivery.objects.create(webhook=webhook, course=course, **fields)
