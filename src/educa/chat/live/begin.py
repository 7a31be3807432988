"""Doing at once what has not to wait."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


def begin(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None] | None":
    """Run a coroutine up to where it first waits, and the rest as a task; None where it never waited.

    A task for each socket and message would cost as much as writing the message.
    """
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_rest(work, waits_for))


async def _rest(work: Coroutine[Any, Any, None], waits_for: Any) -> None:
    await _Rest(work, waits_for)


class _Rest:
    """What is left of a coroutine that has begun, which Python does not let one await again."""

    def __init__(self, work: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._work = work
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        while True:
            try:
                yield self._waits_for
            except BaseException as fault:  # noqa: BLE001 - it is for the coroutine to answer
                thrown: BaseException | None = fault
            else:
                thrown = None
            try:
                self._waits_for = self._work.throw(thrown) if thrown else self._work.send(None)
            except StopIteration:
                return
