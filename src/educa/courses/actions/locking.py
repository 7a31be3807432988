"""The lock under which the outline of a course changes, and the mark that it has."""

from django.utils import timezone

from educa.courses.models import Course


def lock_outline(course_pk: int) -> None:
    """Let nobody else change the outline of the course before the transaction ends.

    Whoever changes an outline takes this lock first, so that two of them never wait for each other.
    On SQLite the transaction itself (IMMEDIATE) is the lock.
    """
    rows = Course.objects.filter(pk=course_pk).select_for_update(no_key=True)
    list(rows.order_by().values_list("pk"))


def touch(course_pk: int) -> None:
    """Note that something in the course has changed just now."""
    Course.objects.filter(pk=course_pk).update(updated=timezone.now())
