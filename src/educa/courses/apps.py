"""Subjects, courses, modules, contents and their kinds; the public catalogue; private media."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "educa.courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from educa.courses import receivers  # noqa: F401, PLC0415 - they need loaded models
        from educa.courses.admin.item import register_other_kinds  # noqa: PLC0415 - it needs them too
        from educa.courses.instructors import grant_after_migrating  # noqa: PLC0415 - as above
        from educa.courses.triggers import (  # noqa: PLC0415 - as above
            drop_before_migrating,
            install_after_migrating,
        )

        register_other_kinds()
        post_migrate.connect(grant_after_migrating)
        pre_migrate.connect(drop_before_migrating, sender=self)
        post_migrate.connect(install_after_migrating, sender=self)
