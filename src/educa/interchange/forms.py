"""What somebody says who imports a course."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Subject
from educa.interchange.judging import check_package

AS_PACKAGED = "-"  # no slug


class ImportForm(forms.Form):
    """A package, the subject of its course, and whether it shall only be looked at."""

    package = forms.FileField(
        label=_("Package"),
        widget=forms.FileInput(attrs={"accept": ".imscc,.zip"}),
    )
    subject = forms.ChoiceField(label=_("Subject"))
    is_look = forms.BooleanField(
        label=_("Only look"),
        required=False,
        help_text=_("You get the report of what would come in, and nothing is changed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = filesizeformat(settings.EDUCA_MAX_PACKAGE)
        self.fields["package"].help_text = _(
            "A Common Cartridge (.imscc or .zip) from Moodle, Canvas and others, or a package of"
            " Educa. At most %(most)s."
        ) % {"most": most}
        self.subjects = {subject.slug: subject for subject in Subject.objects.all()}
        self.fields["subject"].choices = [  # type: ignore[attr-defined] # it is a ChoiceField
            ("", _("Choose a subject")),
            (AS_PACKAGED, _("The one that the package names")),
            *((slug, subject.title) for slug, subject in self.subjects.items()),
        ]

    def clean_package(self) -> Any:
        """Raises ValidationError for what is too large, or no zip archive; the rest takes longer."""
        file = self.cleaned_data["package"]
        check_package(file)
        return file

    def clean_subject(self) -> Subject | None:
        """The subject; None for the one that the package names."""
        return self.subjects.get(self.cleaned_data["subject"])
