"""Who studies what: enrollments, and what belongs to them."""

from educa.students.models.completion import Completion
from educa.students.models.enrollment import Enrollment, EnrollmentQuerySet, places_left
from educa.students.models.note import LONGEST_NOTE, Note, NoteChanged
from educa.students.models.position import Position
from educa.students.models.request import EnrollmentRequest

__all__ = [
    "LONGEST_NOTE",
    "Completion",
    "Enrollment",
    "EnrollmentQuerySet",
    "EnrollmentRequest",
    "Note",
    "NoteChanged",
    "Position",
    "places_left",
]
