"""What students do: enroll, ask to be let in, leave."""

from django.db import transaction

from educa.accounts.models import User
from educa.courses.actions.locking import lock_outline
from educa.courses.models import Course
from educa.courses.models.codes import is_same_code
from educa.students.actions.places import (
    current_place,
    locked,
    open_place,
    refuse_instructors,
    refuse_unless_published,
)
from educa.students.models import Enrollment, EnrollmentRequest, places_left
from educa.students.refusals import APPROVAL, CLOSED, FULL, NO_CODE, WRONG_CODE, Refused
from educa.students.signals import enrollment_ended
from educa.students.throttling import WRONG_CODES


def join(*, student: User, course: Course, code: str = "") -> Enrollment | EnrollmentRequest:
    """Enroll the student, or ask the instructors to, as the course wants it; twice is once.

    Raises what `enroll` and `ask` raise.
    """
    try:
        return enroll(student=student, course=course, code=code)
    except Refused as refusal:
        if refusal.code != APPROVAL:
            raise
    return ask(student=student, course=course)


@transaction.atomic
def enroll(*, student: User, course: Course, code: str = "") -> Enrollment:
    """Open a place for the student, or the one that they left, with all that they had finished; twice is once.

    Raises Refused when the course does not let this person in, TooManyRequests after too many wrong codes,
    Course.DoesNotExist for a course that is gone.
    """
    course = locked(course)
    if place := current_place(student, course):
        return place
    refuse_unless_published(course)
    refuse_instructors([student], course)
    if course.admission == Course.Admission.CLOSED:
        raise Refused(CLOSED, course)
    if course.admission == Course.Admission.APPROVAL:
        raise Refused(APPROVAL, course)
    if course.admission == Course.Admission.CODE:
        _check_code(student, course, code)
    return open_place(student, course)


@transaction.atomic
def ask(*, student: User, course: Course) -> Enrollment | EnrollmentRequest:
    """Ask the instructors to enroll the student; twice is once. Who is enrolled by now gets that place.

    Raises Refused where there is nobody to be asked or no place left, Course.DoesNotExist for a course that
    is gone.
    """
    course = locked(course)
    if place := current_place(student, course):  # they have just been approved
        return place
    refuse_unless_published(course)
    refuse_instructors([student], course)
    if course.admission != Course.Admission.APPROVAL:
        raise Refused(CLOSED, course)
    if places_left(course) == 0:
        raise Refused(FULL, course)
    request, _new = EnrollmentRequest.objects.get_or_create(student=student, course=course)
    return request


@transaction.atomic
def leave(*, student: User, course: Course) -> None:
    """Give up the place, or the request for one; what was finished is kept for a return. Twice is once.

    A course in the trash can be left, too.
    """
    lock_outline(course.pk)  # the same row as `locked`
    if Enrollment.objects.leave(student, course):
        enrollment_ended.send(Enrollment, course=course.pk, student=student.pk)
    EnrollmentRequest.objects.filter(student=student, course=course).delete()


def _check_code(student: User, course: Course, code: str) -> None:
    if not code.strip():
        raise Refused(NO_CODE, course)
    WRONG_CODES.spend(str(student.pk))
    if not is_same_code(code, course.invitation_code):
        raise Refused(WRONG_CODE, course)
    WRONG_CODES.refund(str(student.pk))
