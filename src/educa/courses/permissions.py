"""What somebody may do with courses: for buttons, and for steps that name another person."""

from django.db.models import QuerySet

from educa.accounts.models import User
from educa.courses.models import Course, Viewer


def can_teach(user: Viewer) -> bool:
    """Whether courses can be this person's: an instructor, or a superuser, whose account is active."""
    return user.has_perm("courses.add_course") and user.has_perm("courses.change_course")


def who_teach(users: "QuerySet[User]") -> "QuerySet[User]":
    """Those among these people for whom `can_teach` holds, in one question to the database."""
    makers = User.objects.with_perm("courses.add_course")
    changers = User.objects.with_perm("courses.change_course")
    return users.filter(pk__in=makers.values("pk")).filter(pk__in=changers.values("pk"))


def can_edit(user: Viewer, course: Course) -> bool:
    """Whether this person may change the course: its owner or a co-instructor, while an instructor."""
    return user in course.instructors and user.has_perm("courses.change_course")


def can_dispose_of(user: Viewer, course: Course) -> bool:
    """Whether a course that this person may change is also theirs to delete and to hand over."""
    return course.owner_id == user.pk
