"""Opening places in a course, under a lock, so that the last one goes to exactly one student."""

from collections.abc import Iterable

from educa.accounts.models import User
from educa.courses.models import Course
from educa.students.models import Enrollment, EnrollmentRequest, places_left
from educa.students.refusals import FULL, NOT_PUBLISHED, TEACHES, TOO_FEW, Refused
from educa.students.signals import enrollments_made


def locked(course: Course) -> Course:
    """The course as it is now, in which nobody else opens a place before the transaction ends.

    On SQLite the transaction itself (IMMEDIATE) is the lock. Raises Course.DoesNotExist for one that is gone.
    """
    rows = Course.objects.present().select_for_update(no_key=True)
    return rows.get(pk=course.pk)


def current_place(student: User, course: Course) -> Enrollment | None:
    """The place that this student has in the course now."""
    return Enrollment.objects.current().filter(student=student, course=course).first()


def refuse_unless_published(course: Course) -> None:
    """Raises Refused for a draft, and for an archived course, which takes nobody back either."""
    if not course.is_published:
        raise Refused(NOT_PUBLISHED, course)


def refuse_instructors(students: Iterable[User], course: Course) -> None:
    """Raises Refused when one of them teaches the course."""
    if set(course.instructors) & set(students):
        raise Refused(TEACHES, course)


def open_place(student: User, course: Course) -> Enrollment:
    """Enroll the student in a locked course; a request for it is answered by that. Raises Refused."""
    if places_left(course) == 0:
        raise Refused(FULL, course)
    return reopen_place(student, course)


def reopen_place(student: User, course: Course) -> Enrollment:
    """As `open_place`, whether there is a place left or not; for who has none now."""
    EnrollmentRequest.objects.filter(student=student, course=course).delete()
    place = Enrollment.objects.enroll(student, course)
    enrollments_made.send(Enrollment, course=course.pk, students=[student.pk])
    return place


def open_places(students: Iterable[User], course: Course) -> int:
    """Enroll all of them in a locked course, or nobody; how many were not enrolled before. Raises Refused."""
    keys = {student.pk for student in students}
    rows = Enrollment.objects.filter(course=course, student__in=keys)
    keys -= set(rows.current().values_list("student", flat=True))
    left = places_left(course)
    if left is not None and len(keys) > left:
        raise Refused(TOO_FEW, course)
    EnrollmentRequest.objects.filter(course=course, student__in=keys).delete()
    returning = set(rows.values_list("student", flat=True)) & keys
    rows.filter(student__in=returning).update(left_at=None)
    new = sorted(keys - returning)
    Enrollment.objects.bulk_create(Enrollment(course=course, student_id=key) for key in new)
    if keys:
        enrollments_made.send(Enrollment, course=course.pk, students=sorted(keys))
    return len(keys)
