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

    def close(self, **kwargs: Any) -> None:
        """Keep the connections for the next request: Django asks for this after each one."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError when there is nothing to add to, or nobody who could."""
        count = super().incr(key, delta, version)
        if count is False:  # pymemcache's word for a dead server, which Django takes for a number
            raise ValueError(f"no answer for {key!r}")
        return count
