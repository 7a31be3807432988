"""What the steps of the outline's editor take."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 2**31 - 1  # places that a row can have


class ModuleForm(forms.Form):
    """A module in words; a form without a description leaves it as it is."""

    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(label=_("Description"), required=False)

    def clean_description(self) -> str | None:
        """The description, or None where none was sent."""
        sent: str = self.cleaned_data["description"]
        return sent if self.add_prefix("description") in self.data else None


class ContentTitleForm(forms.Form):
    """The title of a content's item."""

    title = forms.CharField(label=_("Title"), max_length=250)


class PlaceForm(forms.Form):
    """A place among siblings, counted from 0; beyond the end means last."""

    place = forms.IntegerField(label=_("Place"), min_value=0, max_value=MOST)


class ContentPlaceForm(PlaceForm):
    """A place in a module, by its key; without one, in the module where the content is."""

    module = forms.IntegerField(label=_("Module"), min_value=1, required=False)


class StartForm(forms.Form):
    """From which content of a module on, counted from 0."""

    start = forms.IntegerField(min_value=0, max_value=MOST, required=False)
