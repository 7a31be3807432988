"""Course packages in and out, one module per format."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterchangeConfig(AppConfig):
    name = "educa.interchange"
    verbose_name = _("Interchange")
