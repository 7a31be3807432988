"""Deleting a file of a course."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeleteAttachmentForm(forms.Form):
    """Whether the file may go although texts show it."""

    even_if_used = forms.BooleanField(label=_("Delete it although it is used"), required=False)
