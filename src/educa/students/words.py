"""What is said to students in more than one place."""

from django.utils.translation import gettext as _

from educa.students.models import Enrollment, EnrollmentRequest


def words_of(joined: Enrollment | EnrollmentRequest) -> str:
    """What to say to who has joined a course: that they are in, or that they have asked."""
    if isinstance(joined, Enrollment):
        words = _("You are enrolled in “%(title)s”.")
    else:
        words = _("You have asked to be enrolled in “%(title)s”. Its instructors decide.")
    return words % {"title": joined.course.title}
