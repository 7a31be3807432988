"""Short transactions, one after another, for what nobody sees until all of it is there."""

import contextlib
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from django.db import connection, transaction

LONGEST = 1.0  # seconds of a transaction; on SQLite nobody else can write meanwhile
GAP = 0.12  # seconds between two; SQLite lets who waits for the lock look for it every 0.1 s


class OneTransaction:
    """Everything in the block is written, or nothing."""

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._atomic.__exit__(kind, error, trace)

    def breathe(self) -> None:
        """Called where it may be broken up."""

    @contextlib.contextmanager
    def outside(self) -> Iterator[None]:
        """For work that takes long and writes nothing into the database."""
        yield

    def _begin(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self._began = time.monotonic()


class Slices(OneTransaction):
    """What is in the block is written in parts; `between` is called without a transaction."""

    def __init__(self, between: Callable[[], None]) -> None:
        self._between = between

    def breathe(self) -> None:
        """Let others write, if it is time."""
        if time.monotonic() - self._began >= LONGEST:
            with self.outside():
                pass

    @contextlib.contextmanager
    def outside(self) -> Iterator[None]:
        """Commit, run the block without a transaction, and begin another one."""
        self._atomic.__exit__(None, None, None)
        try:
            self._between()
            if connection.vendor == "sqlite":
                time.sleep(GAP)
            yield
        finally:
            self._begin()
