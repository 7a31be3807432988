"""Who may have webhooks, and of which courses they may be told."""

from educa.accounts.models import User
from educa.courses.models import Course
from educa.courses.models.course import CourseQuerySet, sees_all_courses
from educa.courses.permissions import can_teach


def may_have_webhooks(user: User) -> bool:
    """Whether this person teaches, or looks after the site."""
    return can_teach(user) or sees_all_courses(user)


def courses_to_hear_of(user: User) -> CourseQuerySet:
    """The courses that this person may be told of now: those they teach, or look after."""
    if sees_all_courses(user):
        return Course.objects.present()
    return Course.objects.editable_by(user)
