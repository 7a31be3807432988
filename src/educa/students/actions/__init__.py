"""Steps over several models: one function per verb."""

from educa.students.actions.adding import add_students, remove_student, take_in_again
from educa.students.actions.answering import approve, refuse
from educa.students.actions.enrolling import ask, enroll, join, leave

__all__ = [
    "add_students",
    "approve",
    "ask",
    "enroll",
    "join",
    "leave",
    "refuse",
    "remove_student",
    "take_in_again",
]
