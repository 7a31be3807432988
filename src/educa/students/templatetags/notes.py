"""Notes in templates."""

from django import template

from educa.students.models import Note
from educa.students.note_forms import state_of

register = template.Library()


@register.filter
def state(note: Note | None) -> dict[str, str]:
    """What `state_of` tells of a note, and `open`, an attribute of what folds it away."""
    told = state_of(note)
    return {**told, "open": " open" if told["body"] else ""}
