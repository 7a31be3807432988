"""What somebody may do with courses: for buttons, and for steps that name another person."""

from educa.courses.models import Viewer


def can_teach(user: Viewer) -> bool:
    """Whether courses can be this person's: an instructor, or a superuser, whose account is active."""
    return user.has_perm("courses.add_course") and user.has_perm("courses.change_course")
