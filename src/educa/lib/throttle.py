"""How often somebody may try something.

Attempts are counted in the shared cache and in this process, and the higher count decides: with the
cache dead, full or flushed each process still holds the limit by itself.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache

# Its own, so that a flood of other entries can't push the counters out.
local_counters = LocMemCache("throttle", {"OPTIONS": {"MAX_ENTRIES": 50_000}})


class TooManyRequests(Exception):
    """A limit was reached; the answer is 429, and worth another try in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many attempts; try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limit:
    """At most `amount` attempts in the `seconds` that follow the first one.

    With a `step`, this process tells the others of its attempts so many at a time, and may let that many pass that
    are too many: for what is asked for so often that telling costs as much as answering.
    """

    name: str
    amount: int
    seconds: int
    step: int = 1

    def spend(self, who: str) -> None:
        """Count one attempt of `who`. Raises TooManyRequests when it is one too many."""
        key = self._key(who)
        here, of_all = self._count(local_counters, key), 0
        if here % self.step == 0:
            of_all = self._count(cache, key, self.step)
        elif (
            here == 1
        ):  # the time of all begins with the first attempt, of which they are not told yet
            self._begin(cache, key)
        if of_all > max(here, self.amount) and self.step > 1:
            # The others are asked again in so many attempts only; until their time is over it is known here, too.
            rest = self._remaining(key, cache)
            local_counters.set(key, of_all, rest)
            local_counters.set(f"{key}:end", time.time() + rest, rest)
        if max(here, of_all) > self.amount:
            raise TooManyRequests(self._remaining(key))

    def allows(self, who: str) -> bool:
        """Count one attempt of `who`, and tell whether it is within the limit."""
        try:
            self.spend(who)
        except TooManyRequests:
            return False
        return True

    def refund(self, who: str) -> None:
        """Take back one attempt: it turned out to be none of those that are counted. With a step only here."""
        for store in _stores() if self.step == 1 else (local_counters,):
            try:
                store.decr(self._key(who))
            except ValueError:  # it has expired, or the store is dead
                continue

    def forget(self, who: str) -> None:
        """Let `who` start again from nothing."""
        for store in _stores():
            store.delete(self._key(who))

    def _key(self, who: str) -> str:
        return f"throttle:{self.name}:{sha256(who.encode('utf-8', 'replace')).hexdigest()}"

    def _count(self, store: Any, key: str, amount: int = 1) -> int:
        with suppress(ValueError):  # nothing is counted there yet, or the store is dead
            return int(store.incr(key, amount))
        self._begin(store, key)
        try:
            return int(store.incr(key, amount))
        except ValueError:  # the store is dead, so that there is nothing to add to
            return 0

    def _begin(self, store: Any, key: str) -> None:
        if store.add(key, 0, self.seconds):
            store.add(f"{key}:end", time.time() + self.seconds, self.seconds)

    def _remaining(self, key: str, *stores: Any) -> int:
        ends = [store.get(f"{key}:end") or 0.0 for store in stores or _stores()]
        return max(1, round(max(ends) - time.time()))


def _stores() -> tuple[Any, Any]:
    return local_counters, cache
