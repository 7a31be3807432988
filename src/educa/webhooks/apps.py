"""Webhooks: other programs are told what happens in courses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "educa.webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Listen for what happens to courses, their students and in their rooms."""
        from educa.chat.signals import message_posted  # noqa: PLC0415 - needs the apps
        from educa.courses.signals import (  # noqa: PLC0415 - needs the apps
            course_doomed,
            course_published,
        )
        from educa.students import signals as of_students  # noqa: PLC0415 - needs the apps
        from educa.webhooks import receivers  # noqa: PLC0415 - needs the apps

        of_students.enrollments_made.connect(receivers.tell_of_arrivals, dispatch_uid="webhooks")
        of_students.enrollment_ended.connect(receivers.tell_of_departure, dispatch_uid="webhooks")
        of_students.content_completed.connect(receivers.tell_of_content, dispatch_uid="webhooks")
        of_students.course_completed.connect(receivers.tell_of_course, dispatch_uid="webhooks")
        course_published.connect(receivers.tell_of_publication, dispatch_uid="webhooks")
        message_posted.connect(receivers.tell_of_message, dispatch_uid="webhooks")
        course_doomed.connect(receivers.forget_course, dispatch_uid="webhooks")
