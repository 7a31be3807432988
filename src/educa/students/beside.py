"""What apps above show beside a content in the player, read in the statement that finds the reader."""

from collections.abc import Callable
from typing import Any

from django.db.models import Subquery

_beside: dict[str, Callable[[Any], Subquery]] = {}


def beside(name: str, rows: Callable[[Any], Subquery]) -> None:
    """Let the player read `rows`, of the key of a content, for templates that ask for it by name.

    To be called when apps are ready.
    """
    _beside[name] = rows


def all_beside() -> dict[str, Callable[[Any], Subquery]]:
    """What the player reads, by name."""
    return _beside
