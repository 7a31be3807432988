"""Keys of rows as they are written in addresses."""

from django import forms
from django.core.exceptions import ValidationError

BIGGEST_KEY = 2**63 - 1  # of any row, in every database


def key_in(text: str) -> int:
    """The key that the text is, or 0, which no row has, for what can be none."""
    field = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY)
    try:
        return int(field.clean(text))
    except ValidationError:
        return 0
