"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from educa.accounts.forms import ConfirmForm
from educa.accounts.models import User
from educa.courses.models import Course
from educa.courses.models.course import sees_all_courses
from educa.webhooks.actions import refuse_unfit
from educa.webhooks.models import EventType
from educa.webhooks.models.webhook import LONGEST_URL


class WebhookForm(ConfirmForm):
    """Where to, what, of which courses; the password too, unless it was typed a moment ago."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Where your program listens, such as https://example.org/educa."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    course = forms.ModelChoiceField(
        label=_("Of which course"), queryset=Course.objects.none(), required=False
    )
    field_order = ["url", "events", "course", "password"]

    def __init__(self, *args: Any, user: User, is_confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if is_confirmed:
            del self.fields["password"]
        course: Any = self.fields["course"]
        course.queryset = Course.objects.editable_by(user).order_by("title", "pk")
        sees_all = sees_all_courses(user)
        course.empty_label = _("All courses") if sees_all else _("All courses that you teach")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        refuse_unfit(url)
        return url

    @property
    def values(self) -> dict[str, Any]:
        """What is to become of the webhook."""
        return {name: self.cleaned_data[name] for name in ("url", "events", "course")}
