"""Who studies what, and how far they have come."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudentsConfig(AppConfig):
    name = "educa.students"
    verbose_name = _("Students")
