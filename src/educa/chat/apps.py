"""The live room of each course."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "educa.chat"
    verbose_name = _("Chat")
