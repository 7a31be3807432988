"""What is asked for and posted in rooms: numbers have bounds, and texts are judged by the steps."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from educa.chat.actions import Draft
from educa.lib.keys import BIGGEST_KEY

LONGEST_NAME = 150  # characters of a user name
LONGEST_REASON = 500  # characters of what is said with a report
LONGEST_MUTE = 366 * 24 * 60  # minutes
BIGGEST_PLACE = 2**31 - 1  # of a paragraph or a second
MOST_MESSAGES = 100  # on a page
USUAL_MESSAGES = 50


class TextField(forms.Field):
    """Text as it came; `texts.cleaned` judges it, and says why it is refused."""

    widget = forms.Textarea

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> str:
        return str(value or "")


class NumberField(forms.IntegerField):
    """The number of an event, or the key of a row."""

    def __init__(self, *, least: int = 1, most: int = BIGGEST_KEY, required: bool = False) -> None:
        super().__init__(min_value=least, max_value=most, required=required)


class FlagField(forms.TypedChoiceField):
    """`true` or `false`; None where it is not there."""

    def __init__(self, *, required: bool = True) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, coerce="true".__eq__, empty_value=None, required=required)


class PageForm(forms.Form):
    """Which messages are asked for: those before a number, those after one, or the last."""

    before = NumberField(least=0)
    after = NumberField(least=0)
    limit = NumberField(most=MOST_MESSAGES)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for both directions at once."""
        found = self.cleaned_data
        if found.get("before") is not None and found.get("after") is not None:
            raise ValidationError("one direction", code="both")
        return {**found, "limit": found.get("limit") or USUAL_MESSAGES}


class EventsForm(forms.Form):
    """After which number events are asked for, and in which counting."""

    after = NumberField(least=0, required=True)
    epoch = forms.UUIDField(required=False)


class MessageForm(forms.Form):
    """What somebody says."""

    message = TextField()
    client_id = forms.UUIDField()
    reply_to = NumberField()
    content = NumberField()
    paragraph = NumberField(least=0, most=BIGGEST_PLACE)
    second = NumberField(least=0, most=BIGGEST_PLACE)
    picture = forms.FileField(required=False, allow_empty_file=True)

    @property
    def draft(self) -> Draft:
        """What is to be sent, once the form is valid."""
        found = dict(self.cleaned_data)
        client_id: uuid.UUID = found.pop("client_id")
        return Draft(client_id=client_id, body=found.pop("message"), **found)


class TextForm(forms.Form):
    """What a message says from now on."""

    message = TextField()


class ReactionForm(forms.Form):
    """A sign, and whether it is put or taken away."""

    sign = forms.CharField()
    on = FlagField()


class SwitchForm(forms.Form):
    """Whether something is to be so."""

    on = FlagField()


class ReasonForm(forms.Form):
    """Why a message is reported."""

    reason = forms.CharField(max_length=LONGEST_REASON, required=False)


class AnswerForm(forms.Form):
    """Which message answers a question, or whether it needs an answer still."""

    answer = NumberField()
    settled = FlagField(required=False)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for both, and for neither."""
        found = self.cleaned_data
        if (found.get("answer") is None) == (found.get("settled") is None):
            raise ValidationError("one of both", code="both")
        return found


class ReadForm(forms.Form):
    """Up to which number somebody has read."""

    sequence = NumberField(least=0, required=True)


class PeopleForm(forms.Form):
    """The beginning of a name."""

    q = forms.CharField(max_length=LONGEST_NAME, required=False)


class PictureForm(forms.Form):
    """How wide a picture is shown, in pixels."""

    width = NumberField(most=BIGGEST_PLACE)


class MuteForm(forms.Form):
    """Who is muted, and for how long."""

    user = forms.CharField(max_length=LONGEST_NAME)
    minutes = NumberField(most=LONGEST_MUTE)


class UnmuteForm(forms.Form):
    """Who may write again."""

    user = forms.CharField(max_length=LONGEST_NAME)


class RoomForm(forms.Form):
    """How a room is; what is left out stays."""

    closed = FlagField(required=False)
    slow_seconds = NumberField(least=0)
    shows_people = FlagField(required=False)
