"""The live room of each course."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "educa.chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        """Tell sockets and other processes what is added to the logs."""
        from educa.chat.live.hearing import tell  # noqa: PLC0415 - needs the apps
        from educa.chat.signals import event_logged  # noqa: PLC0415 - needs the apps

        event_logged.connect(tell, dispatch_uid="chat.tell")
