"""The live room of each course."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "educa.chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        """Tell sockets and other processes what is added to the logs; hear of courses that go for good."""
        from educa.chat import questions, receivers  # noqa: PLC0415 - needs the apps
        from educa.chat.live.hearing import tell  # noqa: PLC0415 - needs the apps
        from educa.chat.signals import event_logged  # noqa: PLC0415 - needs the apps
        from educa.courses.signals import course_doomed  # noqa: PLC0415 - needs the apps
        from educa.students.beside import beside  # noqa: PLC0415 - needs the apps

        event_logged.connect(tell, dispatch_uid="chat.tell")
        course_doomed.connect(receivers.empty_room, dispatch_uid="chat.empty_room")
        beside("questions", questions.counted_at)
