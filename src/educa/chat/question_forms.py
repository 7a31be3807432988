"""What is asked, replied and searched for at contents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from educa.chat.actions import Draft
from educa.lib.folding import LONGEST_QUERY
from educa.lib.keys import BIGGEST_KEY

BIGGEST_PLACE = 2**31 - 1  # of a paragraph or a second


class NumberField(forms.IntegerField):
    """A number that is sent by the page and typed by nobody."""

    widget = forms.HiddenInput

    def __init__(self, *, most: int = BIGGEST_KEY) -> None:
        super().__init__(min_value=0, max_value=most, required=False)


class PlaceForm(forms.Form):
    """Where in a content somebody is, which questions they look at, and what they type."""

    paragraph = NumberField(most=BIGGEST_PLACE)
    second = NumberField(most=BIGGEST_PLACE)
    before = NumberField()
    content = NumberField()
    q = forms.CharField(max_length=LONGEST_QUERY * 10, required=False)

    @property
    def found(self) -> dict[str, Any]:
        """What makes sense of it; the rest is as if it were not there."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


class QuestionForm(forms.Form):
    """A question at a place in a content, or, with `reply_to`, what somebody replies to one.

    `client_id` comes with the page, so that pressing twice asks once. The text is judged by the step.
    """

    message = forms.CharField(label=_("Your question"), required=False, strip=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    reply_to = NumberField()
    paragraph = NumberField(most=BIGGEST_PLACE)
    second = NumberField(most=BIGGEST_PLACE)
    answers = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def draft(self, content: int) -> Draft:
        """What is to be sent, once the form is valid."""
        said = self.cleaned_data
        if said["reply_to"]:
            return Draft(
                client_id=said["client_id"], body=said["message"], reply_to=said["reply_to"]
            )
        return Draft(
            client_id=said["client_id"],
            body=said["message"],
            content=content,
            paragraph=said["paragraph"],
            second=said["second"],
        )
