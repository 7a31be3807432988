"""Opening a course for students, and closing it again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from educa.courses.actions.locking import lock_outline
from educa.courses.models import Course
from educa.courses.publishing import problems_of
from educa.courses.signals import course_published


@transaction.atomic
def publish_course(*, course: Course) -> None:
    """Let everybody find the course and enroll; twice is once.

    Raises ValidationError, with a reason for each problem, for a course in which there is nothing to read.
    """
    lock_outline(course.pk)
    problems = problems_of(course)
    if problems:
        words = dict.fromkeys(str(problem.matter.reason) for problem in problems)
        raise ValidationError(
            _("The course can't be published yet. %(reasons)s"),
            code="problems",
            params={"reasons": " ".join(words)},
        )
    _change_status(course, Course.Status.PUBLISHED)


@transaction.atomic
def archive_course(*, course: Course) -> None:
    """Close the course for new students; who is enrolled reads on. Twice is once."""
    _change_status(course, Course.Status.ARCHIVED)


@transaction.atomic
def unpublish_course(*, course: Course) -> None:
    """Hide the course from all but those who teach it; who is enrolled stays so. Twice is once."""
    _change_status(course, Course.Status.DRAFT)


def _change_status(course: Course, status: Course.Status) -> None:
    lock_outline(course.pk)
    current = Course.objects.present().filter(pk=course.pk).exclude(status=status).first()
    if current:
        current.status = status
        current.save(update_fields=["status", "updated"])
        if current.is_published:
            course_published.send(Course, course=current)
