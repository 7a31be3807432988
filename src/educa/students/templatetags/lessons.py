"""The lesson of the player in templates: the private note, and how wide contents are."""

from django import template

from educa.students.models import Note
from educa.students.note_forms import state_of

register = template.Library()

WIDE = frozenset({"image", "video"})


@register.filter
def state(note: Note | None) -> dict[str, str]:
    """What `state_of` tells of a note, and `open`, an attribute of what folds it away."""
    told = state_of(note)
    return {**told, "open": " open" if told["body"] else ""}


@register.filter
def width(kind: str) -> str:
    """How wide a content of this kind is shown: as `text`, in a line that can be read, or `wide`."""
    return "wide" if kind in WIDE else "text"
