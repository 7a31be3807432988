"""The site as `educa serve` has it, for tests that need no style sheets: nothing is collected."""

from django.conf import settings

settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)

from educa.config.asgi import application as site  # noqa: E402 - sets Django up

__all__ = ["site"]
