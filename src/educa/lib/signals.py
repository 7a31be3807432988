"""Signals that are waited for, in the place of being interrupted by them."""

import signal
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

STOPS = frozenset({signal.SIGINT, signal.SIGTERM})


@contextmanager
def held_back(signals: AbstractSet[signal.Signals]) -> Iterator[AbstractSet[int]]:
    """Keep signals waiting for whoever asks for them, in this thread and in those that begin here.

    Gives those that were held back before.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
