"""Who studies what, and how far they have come."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudentsConfig(AppConfig):
    name = "educa.students"
    verbose_name = _("Students")

    def ready(self) -> None:
        """Listen for people who arrive from the page of a course, and for what happens to courses."""
        from allauth.account.signals import user_logged_in  # noqa: PLC0415 - needs the apps

        from educa.accounts.signals import arriving  # noqa: PLC0415 - needs the apps
        from educa.courses.generations import Shown, shown  # noqa: PLC0415 - needs the apps
        from educa.courses.models import Facet  # noqa: PLC0415 - needs the apps
        from educa.courses.signals import (  # noqa: PLC0415 - needs the apps
            file_replaced,
            instructor_added,
        )
        from educa.students import receivers  # noqa: PLC0415 - needs the apps
        from educa.students.models import Enrollment  # noqa: PLC0415 - needs the apps

        arriving.connect(receivers.announce_course, dispatch_uid="students.announce_course")
        user_logged_in.connect(receivers.join_wanted_course, dispatch_uid="students.join_wanted")
        instructor_added.connect(
            receivers.close_place_of_instructor, dispatch_uid="students.close_place"
        )
        file_replaced.connect(receivers.forget_film, dispatch_uid="students.forget_film")
        counted = ("course_id", "student_id", "left_at")
        shown(Shown(Enrollment, "SELECT {row}.course_id", counted, Facet.STUDENTS))
