"""Letting people in: who come while others are being asked about are asked about together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from educa.chat.live import door

MOST = 100  # people in one question to the database


@dataclass(frozen=True)
class _Asking:
    session: str
    course: int
    answer: "asyncio.Future[door.Admission | None]"


class Admissions:
    """Asks about all who wait at the door at once, so that after a restart everybody is back soon."""

    def __init__(self, ask: Callable[..., Awaitable[Any]]) -> None:
        self._ask = ask
        self._waiting: list[_Asking] = []
        self._clerk: asyncio.Task[None] | None = None

    async def admit(self, session: str, course: int) -> door.Admission | None:
        """As `door.admit`. Raises what asking the database raises."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[door.Admission | None] = loop.create_future()
        self._waiting.append(_Asking(session, course, answer))
        if self._clerk is None:
            self._clerk = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._answer([asking for asking in batch if not asking.answer.done()])
        finally:
            self._clerk = None

    async def _answer(self, batch: list[_Asking]) -> None:
        try:
            found = await self._ask(door.admit_all, [(each.session, each.course) for each in batch])
        except Exception as fault:  # noqa: BLE001 - it is raised again where it is awaited
            for each in batch:
                if not each.answer.done():
                    each.answer.set_exception(fault)
            return
        for each, admission in zip(batch, found, strict=True):
            if not each.answer.done():
                each.answer.set_result(admission)
