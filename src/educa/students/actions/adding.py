"""What instructors do about students: add them, remove them, take them in again."""

from collections.abc import Iterable

from django.db import transaction

from educa.accounts.models import User
from educa.courses.models import Course
from educa.students.actions.enrolling import leave
from educa.students.actions.places import (
    locked,
    open_places,
    refuse_instructors,
    refuse_unless_published,
    reopen_place,
)
from educa.students.models import Enrollment


@transaction.atomic
def add_students(*, course: Course, students: Iterable[User]) -> int:
    """Enroll these people, however the course admits others; how many were not enrolled before.

    All of them or nobody: raises Refused for a course that is not published, for who teaches it, and when
    there are not places enough.
    """
    course = locked(course)
    refuse_unless_published(course)
    people = list(students)
    refuse_instructors(people, course)
    return open_places(people, course)


def remove_student(*, course: Course, student: User) -> None:
    """Close the course to this student at once; what they finished is kept for a return. Twice is once."""
    leave(student=student, course=course)


@transaction.atomic
def take_in_again(*, course: Course, student: User) -> None:
    """Open again the place that this student had, which undoes `remove_student`; twice is once.

    So it works in a draft, in an archived course and beyond the number of places, where the student was, too.
    Raises Refused for who teaches the course by now, and Enrollment.DoesNotExist for who never had a place.
    """
    course = locked(course)
    place = Enrollment.objects.get(course=course, student=student)
    refuse_instructors([student], course)
    if place.left_at is not None:
        reopen_place(student, course)
