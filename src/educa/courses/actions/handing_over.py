"""Giving a course to another owner."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions.locking import lock_outline
from educa.courses.kinds.registry import kinds
from educa.courses.models import Course
from educa.courses.permissions import can_teach
from educa.courses.signals import instructor_added


@transaction.atomic
def hand_over(*, course: Course, to: User) -> None:
    """Give the course and every item in it to another owner, who is no co-instructor then.

    Of two that are given the same `course` at once, one succeeds: `course` has the owner who gives it
    away. Raises ValidationError when that person has not got it any more (code `meanwhile`), or when the
    new one does not teach; DoesNotExist when the course is gone.
    """
    refuse_who_does_not_teach(to)
    lock_outline(course.pk)
    _refuse_who_has_given_it_away(course)
    course.owner = to
    course.save(update_fields=["owner", "updated"])
    course.co_instructors.remove(to)
    instructor_added.send(Course, course=course, user=to)
    for kind in kinds():
        kind.model._base_manager.filter(contents__module__course=course).update(owner=to)


def _refuse_who_has_given_it_away(course: Course) -> None:
    current = Course.objects.select_related("owner").get(pk=course.pk)
    if current.owner_id != course.owner_id:
        raise ValidationError(
            _("“%(title)s” has just been handed over: it belongs to %(name)s now."),
            code="meanwhile",
            params={"title": current.title, "name": current.owner.shown_name},
        )


def refuse_who_does_not_teach(user: User) -> None:
    """Raises ValidationError for somebody to whom no course can belong."""
    if not can_teach(user):
        raise ValidationError(
            _("%(name)s is no instructor, and so can't own a course."),
            code="no_instructor",
            params={"name": user.shown_name},
        )
