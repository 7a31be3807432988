"""What is sent while somebody writes: words to be shown, words to be kept, files for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.text import WritingField
from educa.courses.models import Text, TextDraft
from educa.lib.keys import BIGGEST_KEY


class PreviewForm(forms.Form):
    """Words to be shown as a reader would see them."""

    content = WritingField(label=_("Text"), required=False)
    format = forms.ChoiceField(label=_("Format"), choices=Text.Format, required=False)

    def clean_format(self) -> str:
        """Markdown, unless the form says something else."""
        return self.cleaned_data["format"] or Text.Format.MARKDOWN


class DraftForm(forms.ModelForm[TextDraft]):
    """Words to be kept; `known` is the stamp of the draft before them, left out to overwrite any."""

    known = forms.CharField(required=False, max_length=40)

    class Meta:
        model = TextDraft
        fields = ["title", "content", "format", "seen"]
        field_classes = {"content": WritingField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].required = False

    def clean_format(self) -> str:
        """The format of the text, unless the form says something else."""
        text = self.instance.text
        return self.cleaned_data["format"] or (text.format if text else Text.Format.MARKDOWN)

    def clean_known(self) -> str | None:
        """As it was sent: an empty word says that the author has seen no draft."""
        return self.data.get("known") if "known" in self.data else None


class AttachmentForm(forms.Form):
    """A file for the texts of a course."""

    file = forms.FileField(label=_("File"))


class ComparisonForm(forms.Form):
    """Two versions of a text, by their keys."""

    old = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_KEY)
    new = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_KEY)
