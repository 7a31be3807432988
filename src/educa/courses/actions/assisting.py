"""Co-instructors: who edits a course beside its owner."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions.handing_over import hand_over, refuse_who_does_not_teach
from educa.courses.actions.locking import lock_outline
from educa.courses.models import Course
from educa.courses.signals import instructor_added


@transaction.atomic
def add_co_instructor(*, course: Course, user: User) -> None:
    """Let this person edit the course; twice is once.

    Raises ValidationError for the owner, and for somebody who does not teach.
    """
    lock_outline(course.pk)
    if Course.objects.get(pk=course.pk).owner_id == user.pk:
        raise ValidationError(
            _("%(name)s owns the course already."),
            code="owner",
            params={"name": user.shown_name},
        )
    refuse_who_does_not_teach(user)
    course.co_instructors.add(user)
    instructor_added.send(Course, course=course, user=user)


def remove_co_instructor(*, course: Course, user: User) -> None:
    """Take the course out of this person's studio; what they wrote stays."""
    course.co_instructors.remove(user)


@transaction.atomic
def hand_over_and_stay(*, course: Course, to: User) -> None:
    """As `hand_over`; who owned the course goes on as co-instructor. Raises what the two steps raise."""
    before = course.owner
    hand_over(course=course, to=to)
    add_co_instructor(course=course, user=before)
