"""Who studies what, and how far they have come."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudentsConfig(AppConfig):
    name = "educa.students"
    verbose_name = _("Students")

    def ready(self) -> None:
        """Listen for people who arrive from the page of a course."""
        from allauth.account.signals import user_logged_in  # noqa: PLC0415 - needs the apps

        from educa.accounts.signals import arriving  # noqa: PLC0415 - needs the apps
        from educa.students import receivers  # noqa: PLC0415 - needs the apps

        arriving.connect(receivers.announce_course, dispatch_uid="students.announce_course")
        user_logged_in.connect(receivers.join_wanted_course, dispatch_uid="students.join_wanted")
