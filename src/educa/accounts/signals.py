"""What happens to people, for packages above to hear."""

from dataclasses import dataclass

from django.dispatch import Signal

arriving = Signal()
"""Somebody looks at the page for signing in or registering. Sent with `request`; a receiver may return an
Intention, or None."""


@dataclass(frozen=True)
class Intention:
    """What else will happen when somebody has signed in: the words that say so, and what the form carries."""

    words: str
    name: str
    value: str
