"""The live room of each course."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "educa.chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        """Listen for courses that are deleted for good."""
        from educa.chat import receivers  # noqa: PLC0415 - needs the apps
        from educa.courses.signals import course_doomed  # noqa: PLC0415 - needs the apps

        course_doomed.connect(receivers.empty_room, dispatch_uid="chat.empty_room")
