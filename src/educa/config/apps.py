"""The site as an app of Django, so that its commands are found; and its administration."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ConfigConfig(AppConfig):
    name = "educa.config"
    label = "site_config"
    default = True


class EducaAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "educa.config.admin_site.EducaAdminSite"
