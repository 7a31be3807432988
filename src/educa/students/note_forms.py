"""What somebody may write into a note."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import normalize_newlines
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from educa.students.models import LONGEST_NOTE, Note

# Line breaks and tabs are text; other controls, and halves of characters, can't be shown or stored.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class NoteField(forms.CharField):
    """Plain text with lines that end in "\\n", as long as a note may be."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False, "max_length": LONGEST_NOTE})

    def to_python(self, value: Any) -> str:
        """The text as it is kept. Raises ValidationError for characters that are none."""
        text = normalize_newlines(super().to_python(value) or "")
        if UNWRITABLE.search(text):
            raise ValidationError(
                _("There are characters in it that can't be kept. Take them out, and save again."),
                code="characters",
            )
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`, with which browsers cut off what is pasted and say nothing."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return {**attrs, "dir": "auto", "rows": 5}


class NoteForm(forms.Form):
    """A note, and the state of it that its author had seen."""

    body = NoteField(label=_("Your note"), required=False)
    seen = forms.CharField(required=False, max_length=50, widget=forms.HiddenInput)


def state_of(note: Note | None) -> dict[str, str]:
    """What a form or a script knows of a note; `saved` says when that was."""
    if note is None:
        return {"body": "", "seen": "", "saved": ""}
    return {"body": note.body, "seen": note.stamp, "saved": _when_saved(note)}


def _when_saved(note: Note) -> str:
    moment = localtime(note.updated_at)
    if moment.date() == localdate():
        return gettext("Saved at %(time)s") % {"time": date_format(moment, "TIME_FORMAT")}
    return gettext("Saved on %(date)s") % {"date": date_format(moment, "DATE_FORMAT")}
