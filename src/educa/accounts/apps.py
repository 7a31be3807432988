"""People: who they are, how they sign in, and what they may do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "educa.accounts"
    verbose_name = _("People")
