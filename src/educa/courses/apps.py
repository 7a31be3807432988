"""Subjects, courses, modules, contents and their kinds; the public catalogue; private media."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "educa.courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from educa.courses import receivers  # noqa: F401, PLC0415 - they need loaded models
        from educa.courses.admin.item import register_other_kinds  # noqa: PLC0415 - it needs them too
        from educa.courses.instructors import grant_after_migrating  # noqa: PLC0415 - as above

        register_other_kinds()
        post_migrate.connect(grant_after_migrating)
