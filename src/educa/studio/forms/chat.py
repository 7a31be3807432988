"""Forms of those who keep order in a room."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.chat.models import Room
from educa.chat.models.moderating import span_in_words
from educa.courses.models import Course

PAUSES = (0, 10, 30, 60, 300, 900, 3600)  # seconds
DURATIONS = [
    ("10", _("10 minutes")),
    ("60", _("1 hour")),
    ("1440", _("1 day")),
    ("10080", _("1 week")),
    ("", _("Until I let them write again")),
]


def pause_in_words(seconds: int) -> str:
    """How long a student waits between two messages."""
    return span_in_words(seconds) if seconds else str(_("Off"))


class RoomForm(forms.Form):
    """How a room is set."""

    is_closed = forms.BooleanField(
        label=_("Closed"),
        required=False,
        help_text=_("Everybody reads on; only instructors write."),
    )
    slow_seconds = forms.TypedChoiceField(
        label=_("Slow mode"),
        coerce=int,
        help_text=_("How long a student waits between two messages."),
    )
    shows_people = forms.BooleanField(
        label=_("Show who is here"),
        required=False,
        help_text=_("Members see who else has the room open, and who is typing."),
    )

    def __init__(self, *args: Any, room: Room | None = None, **kwargs: Any) -> None:
        """Without a room, the form checks what was posted, whatever pause there was before."""
        if room is not None:
            kwargs["initial"] = {
                "is_closed": room.is_closed,
                "slow_seconds": room.slow_seconds,
                "shows_people": room.shows_people,
            }
        super().__init__(*args, **kwargs)
        now = self.initial.get("slow_seconds", 0)
        pauses = sorted({*PAUSES, now})
        choices = [(seconds, pause_in_words(seconds)) for seconds in pauses]
        self.fields["slow_seconds"].choices = choices  # type: ignore[attr-defined]


class MuteForm(forms.Form):
    """Who may not write, and for how long; gives `person`, and `minutes` or None."""

    person = forms.CharField(
        label=_("User name or name"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long"), choices=DURATIONS, coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course

    def clean_person(self) -> User:
        """Somebody who studies the course, or has said something in its room.

        By the user name or the name that is shown. Raises ValidationError for nobody, and for several.
        """
        name = self.cleaned_data["person"].strip().removeprefix("@")
        part = Q(enrollments__course=self.course) | Q(chat_messages__room=self.course.pk)
        members = User.objects.filter(part).distinct()
        for named in (Q(username=name.lower()), Q(display_name__iexact=name)):
            found = list(members.filter(named)[:2])
            if len(found) > 1:
                raise ValidationError(
                    _("Several people have this name. Type the user name."), code="several"
                )
            if found:
                return found[0]
        raise ValidationError(_("Nobody of that name is in this room."), code="nobody")
