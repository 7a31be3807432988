"""What has not been read in rooms, in the templates of other apps."""

from collections.abc import Iterable
from typing import Any

from django import template

from educa.chat.unread import NOTHING, Unread, unread_in
from educa.students.models import Enrollment

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_in_courses(
    context: dict[str, Any], enrollments: Iterable[Enrollment]
) -> dict[int, Unread]:
    """What whoever looks at the page has not read in the rooms of these courses; one statement."""
    return unread_in(context["request"].user, [place.course_id for place in enrollments])


@register.filter
def of_course(unread: dict[int, Unread], course: int) -> Unread:
    """What is unread in the room of the course of that key."""
    return unread.get(course, NOTHING)
