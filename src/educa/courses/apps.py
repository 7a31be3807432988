"""Subjects, courses, modules, contents and their kinds; the public catalogue; private media."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "educa.courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from educa.courses import signals  # noqa: F401, PLC0415 - the receivers need loaded models
