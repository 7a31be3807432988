"""The forms that kinds bring, as the studio shows them."""

from typing import TypeVar

from django.forms import BaseForm, ClearableFileInput

F = TypeVar("F", bound=BaseForm)


def with_file_inputs(form: F) -> F:
    """The form, with inputs for files that show which one is there, and how to do without it."""
    for field in form.fields.values():
        if isinstance(field.widget, ClearableFileInput):
            field.widget.template_name = "studio/widgets/file_input.html"
    return form
