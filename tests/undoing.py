"""Tests that share a site, and leave it as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from educa.lib.remembering import forget
from educa.lib.throttle import local_counters


@contextmanager
def undone() -> Iterator[None]:
    """What is changed meanwhile is undone, and what was counted forgotten."""
    forget()
    local_counters.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
