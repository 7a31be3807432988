"""A room in the memory of a process: one reading for all, and a position for each."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from educa.chat.live.door import Badge
from educa.chat.live.room import RING, LiveRoom, Part, ready
from educa.chat.live.seat import MOST_NOTES, Seat

pytestmark = pytest.mark.once
BADGE = Badge(1, "key", "hash", "ada", "Ada")


class Stored(Part):
    """An event as it comes from the log."""

    def __init__(self, sequence: int, *, changes: int | None = None) -> None:
        self.sequence = sequence
        self.changes = changes
        self.about = {changes or sequence, None}
        self.text = json.dumps({"sequence": sequence})


class Log:
    """A log that counts how often it is read."""

    def __init__(self, length: int = 0) -> None:
        self.parts = [Stored(number) for number in range(1, length + 1)]
        self.reads = 0

    def add(self, part: Stored) -> int:
        self.parts.append(part)
        return part.sequence

    async def ask(self, _work: Any, _room: int, after: int, limit: int) -> list[Part]:
        self.reads += 1
        await asyncio.sleep(0)
        return [part for part in self.parts if part.sequence > after][:limit]


class Reader:
    """Somebody who takes what a seat gives them, or nothing while they are asleep."""

    def __init__(self, room: LiveRoom, position: int = 0) -> None:
        self.got: list[int] = []
        self.notes: list[str] = []
        self.frames = 0
        self.awake = asyncio.Event()
        self.news = asyncio.Event()
        self.awake.set()
        self.seat = Seat(BADGE, "::1", room, position, self._send)
        room.seats.add(self.seat)
        self.seat.start()

    async def _send(self, message: dict[str, Any]) -> None:
        await self.awake.wait()
        self.frames += 1
        frame = json.loads(message["text"])
        events = frame.get("events", [frame])
        self.got += [event["sequence"] for event in events if "sequence" in event]
        self.notes += [event["type"] for event in events if "sequence" not in event]
        self.news.set()

    async def has(self, number: int) -> None:
        while number not in self.got:
            await self.more()

    async def more(self) -> None:
        """Wait until something more has come."""
        self.news.clear()
        await self.news.wait()


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario()

    asyncio.run(bounded())


def test_the_log_is_read_once_for_all_sockets():
    async def scenario() -> None:
        log = Log()
        room = LiveRoom(1, 0, log.ask)
        readers = [Reader(room) for _number in range(50)]
        room.hear(log.add(Stored(1)))
        for reader in readers:
            await reader.has(1)

        assert log.reads == 1

    run(scenario)


def test_a_socket_that_takes_nothing_holds_no_queue_and_keeps_nobody_waiting():
    async def scenario() -> None:
        log = Log()
        room = LiveRoom(1, 0, log.ask)
        slow, quick = Reader(room), Reader(room)
        slow.awake.clear()
        for number in range(1, 3 * RING + 1):
            room.hear(log.add(Stored(number)))
            await quick.has(number)
        taken_before = slow.seat.position
        slow.awake.set()
        await slow.has(3 * RING)

        assert taken_before <= 1
        assert slow.got == quick.got == list(range(1, 3 * RING + 1))
        assert slow.frames < RING + 20  # what the ring has lost came in pages

    run(scenario)


def test_what_was_changed_is_read_anew_by_who_has_not_got_it_yet():
    async def scenario() -> None:
        log = Log()
        room = LiveRoom(1, 0, log.ask)
        quick = Reader(room)
        room.hear(log.add(Stored(1)))
        await quick.has(1)
        room.hear(log.add(Stored(2, changes=1)))
        await quick.has(2)

        assert room.next_after(0) is None
        assert room.next_after(1) is not None

    run(scenario)


def test_a_number_that_nobody_took_is_not_waited_for():
    async def scenario() -> None:
        log = Log(length=2)
        room = LiveRoom(1, 0, log.ask)
        reader = Reader(room)
        room.hear(7)
        await reader.has(2)
        room.hear(log.add(Stored(3)))
        await reader.has(3)

        assert reader.got == [1, 2, 3]

    run(scenario)


def test_a_log_that_can_not_be_read_for_a_moment_is_read_later(monkeypatch):
    async def scenario() -> None:
        log = Log(length=1)
        broken = [OSError("no database")]

        async def ask(*args: Any) -> list[Part]:
            if broken:
                raise broken.pop()
            return await log.ask(*args)

        room = LiveRoom(1, 0, ask)
        reader = Reader(room)
        room.hear(1)
        await reader.has(1)

        assert reader.got == [1]

    monkeypatch.setattr("educa.chat.live.room.PAUSE", 0.0)
    run(scenario)


def test_what_is_not_in_the_log_is_dropped_for_who_is_slow():
    async def scenario() -> None:
        log = Log()
        room = LiveRoom(1, 0, log.ask)
        slow = Reader(room)
        slow.awake.clear()
        for _number in range(1000):
            room.tell(ready({"type": "typing"}))
        room.hear(log.add(Stored(1)))
        slow.awake.set()
        await slow.has(1)

        assert len(slow.notes) <= MOST_NOTES + 1

    run(scenario)
