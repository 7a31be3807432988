"""The settings of the site with a cache that keeps nothing, to see what a page costs that is not cached."""

from educa.config.settings import *  # noqa: F403
from educa.lib import remembering

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
remembering.AT_HAND = 0  # bytes: nor is anything at hand in the process
