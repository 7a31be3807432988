"""Forms about the students of a course."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from educa.courses.models import Course
from educa.studio.name_lists import Lines, lines_of_csv, typed_lines

SALT = "educa.studio.plan-of-students"
PLAN_HOLDS = 60 * 60  # seconds
LONGEST_KEY = 18  # digits that every database takes


class NamesForm(forms.Form):
    """User names or email addresses, one on each line; gives `lines`."""

    names = forms.CharField(
        label=_("User names or email addresses"),
        help_text=_("One on each line."),
        max_length=1_000_000,
        widget=forms.Textarea(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_names(self) -> Lines:
        """The lines with something on them. Raises ValidationError for too many."""
        return typed_lines(self.cleaned_data["names"])


class NamesFileForm(forms.Form):
    """A CSV file of students; gives `names`."""

    names = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "A column “User name” or “Email”, or names in the first column. Nothing happens before you have seen"
            " what would."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )

    def clean_names(self) -> Lines:
        """What the file says. Raises ValidationError for what is no list."""
        return lines_of_csv(self.cleaned_data["names"])


class PlanForm(forms.Form):
    """What the dry run has shown, signed, so that exactly this is done; gives `plan`, the keys of students."""

    plan = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, course: Course, person: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = [course.pk, person]

    def clean_plan(self) -> list[int]:
        """The keys. Raises ValidationError for a plan that is old, or was made for another course or person."""
        try:
            of, keys = signing.loads(self.cleaned_data["plan"], salt=SALT, max_age=PLAN_HOLDS)
        except signing.BadSignature:
            of, keys = None, []
        if of != self.of:
            raise ValidationError(_("This list is too old. Look at it again."), code="old")
        return list(keys)

    @staticmethod
    def signed(course: Course, person: int, keys: list[int]) -> str:
        """The word that stands for this plan."""
        return signing.dumps([[course.pk, person], keys], salt=SALT, compress=True)


class KeysField(forms.TypedMultipleChoiceField):
    """Keys of rows; whether there are such rows is for the queryset to say."""

    def __init__(self) -> None:
        super().__init__(coerce=int)

    def valid_value(self, value: Any) -> bool:
        """Whether this can be a key."""
        word = str(value)
        return word.isascii() and word.isdigit() and len(word) <= LONGEST_KEY


class RequestsForm(forms.Form):
    """Which requests are answered; gives their keys."""

    request = KeysField()


ADMISSIONS = [
    (Course.Admission.OPEN, _("Everybody who presses “Enroll”")),
    (Course.Admission.CODE, _("Whoever has the invitation code")),
    (Course.Admission.APPROVAL, _("Whoever asks and is approved by an instructor")),
    (Course.Admission.CLOSED, _("Only those whom an instructor adds")),
]


class AdmissionForm(forms.ModelForm[Course]):
    """Who gets in, and how many."""

    admission = forms.ChoiceField(
        label=_("Who is enrolled"), choices=ADMISSIONS, widget=forms.RadioSelect
    )

    class Meta:
        model = Course
        fields = ["admission", "places"]
        labels = {"places": _("Number of places")}
