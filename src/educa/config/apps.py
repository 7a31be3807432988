"""The site as an app of Django, so that its commands are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "educa.config"
    label = "site_config"
