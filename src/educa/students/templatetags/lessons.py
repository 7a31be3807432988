"""The lesson of the player in templates: the private note, and how wide contents are."""

from django import template
from django.template.loader import render_to_string

from educa.students.models import Enrollment, Note
from educa.students.note_forms import state_of

register = template.Library()

WIDE = frozenset({"image", "video"})


@register.filter
def state(note: Note | None) -> dict[str, str]:
    """What `state_of` tells of a note, and `open`, an attribute of what folds it away."""
    told = state_of(note)
    return {**told, "open": " open" if told["body"] else ""}


@register.simple_tag
def completed_words(enrollment: Enrollment | None, new: int) -> str:
    """When the course was completed, and how much has come since; "" where it is not."""
    told = {"enrollment": enrollment, "new": new}
    is_done = enrollment is not None and enrollment.completed_at
    return render_to_string("students/course/completed.html", told) if is_done else ""


@register.filter
def width(kind: str) -> str:
    """How wide a content of this kind is shown: as `text`, in a line that can be read, or `wide`."""
    return "wide" if kind in WIDE else "text"
