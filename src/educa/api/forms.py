"""The form by which somebody makes an access token."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from educa.accounts.forms import ConfirmForm
from educa.api.models import AccessToken, Scope

USUAL_DAYS = "90"
NEVER = "never"
LIFETIMES = [
    ("30", _("In 30 days")),
    (USUAL_DAYS, _("In 90 days")),
    ("365", _("In a year")),
    (NEVER, _("Never")),
]


def clean_name(name: str) -> str:
    """A token's name as it is kept. Raises ValidationError for signs that would disturb a page."""
    if not name.isprintable():
        raise ValidationError(_("A name is one line of letters and signs."), code="name")
    return name


class TokenForm(ConfirmForm):
    """What for, which scopes, how long; the password too, unless it was typed a moment ago."""

    name = forms.CharField(
        label=_("Name"),
        max_length=AccessToken.name.field.max_length,
        help_text=_("What it is for, so that you know it again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may be used for"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    lifetime = forms.ChoiceField(label=_("Expires"), choices=LIFETIMES, initial=USUAL_DAYS)
    field_order = ["name", "scopes", "lifetime", "password"]

    def __init__(self, *args: Any, is_confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_confirmed:
            del self.fields["password"]

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends, from now on; None for never."""
        days = self.cleaned_data["lifetime"]
        return None if days == NEVER else timezone.now() + timedelta(days=int(days))
