"""Naming another instructor."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.models import Course
from educa.courses.permissions import who_teach


class InstructorField(forms.CharField):
    """An instructor by user name or email address; gives the person.

    An address means who has confirmed it. The answer never tells whether somebody who does not teach has an account.
    """

    default_error_messages = {
        "unknown": _("There is no instructor with this user name or email address.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("User name or email address"),
                "max_length": 254,
                "widget": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
                **kwargs,
            }
        )

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for whoever does not teach, in the same words as for nobody."""
        login = super().clean(value)
        if not login:
            return None
        person = User.objects.named(login)
        # As many questions for nobody as for somebody, so that the time tells nothing either.
        found = who_teach(User.objects.filter(pk=person.pk if person else 0)).first()
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return found


class NewInstructorForm(forms.Form):
    """Who is to be a co-instructor."""

    person = InstructorField()


class HandOverForm(forms.Form):
    """To whom the course goes: one of its co-instructors, or somebody named."""

    chosen = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Co-instructor"),
        required=False,
        empty_label=_("Somebody else, named below"),
    )
    person = InstructorField(required=False)
    stay = forms.BooleanField(label=_("I go on as a co-instructor"), required=False, initial=True)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course
        others = course.co_instructors.all()
        if others:
            cast("forms.ModelChoiceField[User]", self.fields["chosen"]).queryset = others
        else:
            del self.fields["chosen"]

    def clean(self) -> dict[str, Any]:
        """Add `to`, the new owner. Raises ValidationError for nobody, two people, or the owner."""
        values = self.cleaned_data
        named = [person for name in ("chosen", "person") if (person := values.get(name))]
        if not named and not self.errors:
            raise ValidationError(_("Say who is to own the course."), code="nobody")
        if len(set(named)) > 1:
            raise ValidationError(
                _("Choose a co-instructor or name somebody, not both."), code="two"
            )
        if self.course.owner in named:
            self.add_error("person", _("The course is yours already."))
        return {**values, "to": named[0] if named else None}
