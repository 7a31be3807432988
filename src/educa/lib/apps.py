"""The helpers as an app of Django, so that their template tags are found."""

from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "educa.lib"
