"""What a course says of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from educa.courses.forms import DescribingForm


class CoverInput(forms.ClearableFileInput):
    """A file to choose, below the picture that there is."""

    template_name = "studio/widgets/cover.html"
    clear_checkbox_label = _(  # type: ignore[assignment] # as lazy as Django's own
        "Take the picture away; a drawn one stands in for it"
    )


class CourseForm(DescribingForm):
    """Title, address, subject, overview and cover, in the words and with the inputs of a page."""

    class Meta(DescribingForm.Meta):
        labels = {"slug": _("Address")}
        help_texts = {
            "slug": _(
                "The end of the course's address: small letters, digits and hyphens. Leave it empty to"
                " have it made from the title. Links to an old address stop working."
            ),
            "overview": _("What the course is about and for whom, in Markdown."),
            "cover": _("A PNG, JPEG, GIF or WebP picture, twice as wide as high."),
        }
        widgets = {
            "overview": forms.Textarea(attrs={"rows": 10}),
            "cover": CoverInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].empty_label = _("Choose a subject")  # type: ignore[attr-defined] # a choice of rows
