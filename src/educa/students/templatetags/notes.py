"""Notes in templates."""

from typing import Any

from django import template

from educa.students.models import Note
from educa.students.note_forms import NoteForm, state_of

register = template.Library()


@register.simple_tag(takes_context=True)
def note_form(context: dict[str, Any], content: int) -> NoteForm:
    """The form with the note of whoever looks at the page on the content of that key; one statement."""
    notes = Note.objects.of(context["request"].user).filter(content=content)
    return NoteForm(initial=state_of(notes.first()), auto_id="note-%s")
