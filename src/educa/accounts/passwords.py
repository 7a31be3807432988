"""How long a password may be."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_PASSWORD_LENGTH = 4096  # hashing more would only cost time


class MaximumLengthValidator:
    """Refuses passwords that nobody types, before they are hashed."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError for a password of more than MAX_PASSWORD_LENGTH characters."""
        if len(password) > MAX_PASSWORD_LENGTH:
            raise ValidationError(
                _("This password is longer than %(most)d characters."),
                code="password_too_long",
                params={"most": MAX_PASSWORD_LENGTH},
            )

    def get_help_text(self) -> str:
        return str(_("At most %(most)d characters.") % {"most": MAX_PASSWORD_LENGTH})
