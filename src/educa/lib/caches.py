"""Memcached that may die without taking the site along."""

from typing import Any

from django.core.cache.backends.memcached import PyMemcacheCache


class PatientMemcache(PyMemcacheCache):
    """Django's pymemcache backend with short timeouts and errors that read as misses.

    A server that does not answer within 0.2 s is left alone for 5 s; a site without its cache is
    slower, never broken.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        options = {
            "connect_timeout": 0.2,
            "timeout": 0.2,
            "ignore_exc": True,
            "retry_attempts": 1,
            "dead_timeout": 5,
            "use_pooling": True,
        }
        params["OPTIONS"] = {**options, **params.get("OPTIONS", {})}
        super().__init__(server, params)
