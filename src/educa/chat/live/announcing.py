"""Telling other processes, through the channel layer, that something has happened."""

import asyncio
import logging
import threading
import time
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds that a layer gets; what it does not take is found by polling
COMPLAINT = 60.0  # seconds between two complaints


def group_of(room: int) -> str:
    """The group of the layer in which the processes are that have the room open."""
    return f"chat_{room}"


class Complaints:
    """Says that the layer does not answer, and not again for a while."""

    def __init__(self) -> None:
        self._last = -COMPLAINT

    def say(self, fault: BaseException) -> None:
        """Log the fault, if none was logged lately."""
        now = time.monotonic()
        if now - self._last >= COMPLAINT:
            self._last = now
            reason = str(fault) or type(fault).__name__
            logger.warning("The channel layer does not answer; rooms are polled: %s", reason)


complaints = Complaints()


class Announcer:
    """Tells through the layer how far rooms have come: the latest number of each is enough."""

    def __init__(self) -> None:
        self._latest: dict[int, int] = {}
        self._notes: dict[tuple[int, str, str], dict[str, Any]] = {}
        self._news = asyncio.Event()

    def announce(self, room: int, sequence: int) -> None:
        """The log of the room is this long."""
        self._latest[room] = max(sequence, self._latest.get(room, 0))
        self._news.set()

    def note(self, room: int, kind: str, who: str, data: dict[str, Any]) -> None:
        """Something that is not in the log; of one kind and person the last one counts."""
        self._notes[room, kind, who] = data
        self._news.set()

    async def run(self) -> None:
        """Tell what there is to tell, for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._latest or self._notes:
                if self._latest:
                    room, sequence = self._latest.popitem()
                    await self._send(room, {"type": "chat.hint", "sequence": sequence})
                if self._notes:
                    (room, kind, who), data = self._notes.popitem()
                    await self._send(room, {"type": f"chat.{kind}", "who": who, **data})

    async def _send(self, room: int, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await get_channel_layer().group_send(group_of(room), {**message, "room": room})
        except Exception as fault:  # noqa: BLE001 - whatever it is, the log is there to be polled
            complaints.say(fault)


class Messenger:
    """Announces from a process that has no sockets, in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._announcer: Announcer | None = None

    def announce(self, room: int, sequence: int) -> None:
        """The log of the room is this long; returns at once."""
        if isinstance(get_channel_layer(), InMemoryChannelLayer):
            return  # there is no other process that could hear it
        loop, announcer = self._started()
        loop.call_soon_threadsafe(announcer.announce, room, sequence)

    def _started(self) -> tuple[asyncio.AbstractEventLoop, Announcer]:
        with self._lock:
            if self._loop is None or self._announcer is None:
                self._loop, self._announcer = asyncio.new_event_loop(), Announcer()
                work = self._announcer.run()
                threading.Thread(
                    target=self._loop.run_until_complete,
                    args=(work,),
                    name="educa-messenger",
                    daemon=True,
                ).start()
            return self._loop, self._announcer
