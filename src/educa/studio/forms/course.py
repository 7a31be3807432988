"""What a course says of itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from educa.courses.forms import CoverFormMixin
from educa.courses.models import Course

DESCRIBING = ["title", "slug", "subject", "overview", "cover"]


class CoverInput(forms.ClearableFileInput):
    """A file to choose, below the picture that there is."""

    template_name = "studio/widgets/cover.html"
    clear_checkbox_label = _(  # type: ignore[assignment] # as lazy as Django's own
        "Take the picture away; a drawn one stands in for it"
    )


class CourseForm(CoverFormMixin, forms.ModelForm[Course]):
    """Title, address, subject, overview and cover; an address that is left out is made from the title."""

    class Meta:
        model = Course
        fields = DESCRIBING
        labels = {"slug": _("Address")}
        help_texts = {
            "slug": _(
                "The end of the course's address: small letters, digits and hyphens. Leave it empty to"
                " have it made from the title. Links to an old address stop working."
            ),
            "overview": _("What the course is about and for whom, in Markdown."),
            "cover": _("A PNG, JPEG, GIF or WebP picture, twice as wide as high."),
        }
        error_messages = {
            "slug": {"unique": _("Another course has this address already, or one in the trash.")}
        }
        widgets = {
            "overview": forms.Textarea(attrs={"rows": 10}),
            "cover": CoverInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["slug"].required = False
        self.fields["subject"].empty_label = _("Choose a subject")  # type: ignore[attr-defined] # a choice of rows

    def clean_overview(self) -> str:
        """The overview with plain line ends, whatever the browser makes of them."""
        overview: str = self.cleaned_data["overview"]
        return overview.replace("\r\n", "\n")
