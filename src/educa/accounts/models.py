"""People."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

INSTRUCTORS = "Instructors"
"""The name of the group whose members teach."""


class User(AbstractUser):
    """A person with an account: student, instructor, administrator, or several of these."""

    display_name = models.CharField(
        _("display name"),
        max_length=150,
        blank=True,
        help_text=_("What others see instead of your user name."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """The name to show to others: as chosen, or else made of first and last name; may be empty."""
        return self.display_name or super().get_full_name()

    @property
    def shown_name(self) -> str:
        """The name to show to others; never empty."""
        return str(self)
