"""What instructors answer to those who ask to be let in."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from educa.courses.models import Course
from educa.students.actions.places import (
    locked,
    open_places,
    refuse_unless_published,
)
from educa.students.models import EnrollmentRequest


@transaction.atomic
def approve(*, course: Course, requests: Iterable[int]) -> int:
    """Enroll who asked; keys that are no request of this course (any more) are passed over.

    Gives how many. Raises Refused when there are not places enough for all of them: then nobody is enrolled.
    """
    course = locked(course)
    refuse_unless_published(course)
    rows = _requests_of(course, requests).select_related("student")
    return open_places([row.student for row in rows], course)


@transaction.atomic
def refuse(*, course: Course, requests: Iterable[int]) -> int:
    """Take the requests away without enrolling anybody; how many there were."""
    number, _by_model = _requests_of(course, requests).delete()
    return number


def _requests_of(course: Course, keys: Iterable[int]) -> QuerySet[EnrollmentRequest]:
    return EnrollmentRequest.objects.filter(course=course, pk__in=list(keys))
