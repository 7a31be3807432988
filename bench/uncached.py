"""The settings of the site with a cache that keeps nothing, to see what a page costs that is not cached."""

from educa.config.settings import *  # noqa: F403
from educa.lib import remembering

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
remembering.have_at_hand(0)  # bytes: nor in the process
