"""The settings of the site with a cache that keeps nothing, to see what a page costs that is not cached."""

from educa.config.settings import *  # noqa: F403

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
