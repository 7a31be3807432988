"""People: who they are, how they sign in, and what they may do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "educa.accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Note when somebody signs in, in the place of Django, which has begun to listen before."""
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 - needs the apps

        from educa.accounts.models.user import note_sign_in  # noqa: PLC0415 - needs the apps

        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(note_sign_in, dispatch_uid="accounts.note_sign_in")
