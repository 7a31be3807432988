"""Who gets into a course, and how many."""

from django.db import transaction

from educa.courses.actions.locking import lock_outline
from educa.courses.models import Course
from educa.courses.models.codes import new_code


@transaction.atomic
def change_admission(*, course: Course, admission: str, places: int | None) -> Course:
    """Let students in by another rule, or another number of them; gives the course as it is now.

    Who is enrolled stays, even where there are fewer places now. A code is made where one is needed and
    kept where there is one.
    """
    lock_outline(course.pk)
    current = Course.objects.present().get(pk=course.pk)
    current.admission, current.places = admission, places
    current.save(update_fields=["admission", "places", "updated"])
    return current


@transaction.atomic
def renew_code(*, course: Course) -> Course:
    """Give the course another invitation code; the old one opens nothing any more."""
    lock_outline(course.pk)
    current = Course.objects.present().get(pk=course.pk)
    current.invitation_code = new_code()
    current.save(update_fields=["invitation_code", "updated"])
    return current
