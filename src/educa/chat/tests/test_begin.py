"""Doing at once what has not to wait."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from educa.chat.live.begin import begin

pytestmark = pytest.mark.once


class Work:
    """Something that waits as often as it is told, and says what happened."""

    def __init__(self, *waits: "asyncio.Future[str]") -> None:
        self.waits = waits
        self.said: list[str] = []

    async def do(self) -> None:
        self.said.append("begun")
        for wait in self.waits:
            try:
                self.said.append(await wait)
            except (OSError, asyncio.CancelledError) as fault:
                self.said.append(type(fault).__name__)
                raise
        self.said.append("done")


def run(scenario: Callable[[], Awaitable[list[str]]]) -> list[str]:
    async def bounded() -> list[str]:
        async with asyncio.timeout(10):
            return await scenario()

    return asyncio.run(bounded())


def test_what_does_not_wait_is_done_before_begin_returns():
    async def scenario() -> list[str]:
        work = Work()
        assert begin(work.do()) is None
        return work.said

    assert run(scenario) == ["begun", "done"]


def test_what_waits_goes_on_when_that_has_come():
    async def scenario() -> list[str]:
        first, second = (asyncio.get_running_loop().create_future() for _ in range(2))
        work = Work(first, second)
        task = begin(work.do())
        assert task is not None
        first.set_result("first")
        second.set_result("second")
        await task
        return work.said

    assert run(scenario) == ["begun", "first", "second", "done"]


def test_a_fault_while_it_waits_reaches_it_and_the_task():
    async def scenario() -> list[str]:
        wait = asyncio.get_running_loop().create_future()
        work = Work(wait)
        task = begin(work.do())
        assert task is not None
        wait.set_exception(OSError("gone"))
        with pytest.raises(OSError, match="gone"):
            await task
        return work.said

    assert run(scenario) == ["begun", "OSError"]


def test_it_can_be_cancelled_while_it_waits():
    async def scenario() -> list[str]:
        work = Work(asyncio.get_running_loop().create_future())
        task = begin(work.do())
        assert task is not None
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        return work.said

    assert run(scenario) == ["begun", "CancelledError"]
