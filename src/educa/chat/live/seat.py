"""One socket in a room."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from educa.chat.frames import Frame
from educa.chat.live.begin import begin
from educa.chat.live.door import Badge
from educa.chat.live.room import LiveRoom, Ready, ready

logger = logging.getLogger(__name__)

MOST_NOTES = 8  # things outside of the log that wait for a slow socket; older ones are dropped

SIGNED_OUT, NOT_A_MEMBER, TOO_MANY, TOO_SLOW = 4401, 4403, 4429, 1013


class Seat:
    """Somebody's place in a room: `position` is the number of the last event that they were given.

    What the socket takes is written at once, the rest by a task; who reads slowly keeps nobody waiting but
    themselves, and holds no queue.
    """

    def __init__(
        self,
        badge: Badge,
        address: str,
        room: LiveRoom,
        position: int,
        send: Callable[[Ready], Awaitable[None]],
    ) -> None:
        self.badge = badge
        self.address = address
        self.room = room
        self.position = position
        self.writing_since = 0.0
        self.leave_code: int | None = None
        self.mute: Frame | None = None  # what they know of it; None for whom none holds
        self._send = send
        self._notes: deque[Ready] = deque(maxlen=MOST_NOTES)
        self._is_open = False
        self._is_writing = False
        self._loop = asyncio.get_running_loop()
        self._owner = asyncio.current_task()
        self._writer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._is_open = True
        self.wake()

    def stop(self) -> None:
        """Write nothing more."""
        self._is_open = False
        if self._writer is not None:
            self._writer.cancel()

    def wake(self) -> None:
        """There is something to write: it is written now, as far as the socket takes it."""
        if self._is_open and not self._is_writing:
            self._is_writing = True
            self._writer = begin(self._write())

    def note(self, note: Ready) -> None:
        """Write this besides the log, when there is room for it."""
        self._notes.append(note)
        self.wake()

    def hear_of_mute(self, mute: Frame) -> None:
        """Tell them that they may not write any more, or may again, where that is news."""
        if self.mute is not None and self.mute != mute:
            self.mute = mute
            self.note(ready({"type": "mute", **mute}))

    def is_stuck(self, now: float, patience: float) -> bool:
        """Whether the socket has taken nothing for so many seconds."""
        return bool(self.writing_since) and now - self.writing_since > patience

    def ask_to_leave(self, code: int) -> None:
        """End the connection: nothing is written any more, and the consumer closes it with this code."""
        if self.leave_code is None:
            self.leave_code = code
            self.stop()
            if self._owner is not None:
                self._owner.cancel()

    async def _write(self) -> None:
        try:
            while self.position < self.room.head or self._notes:
                await self._catch_up()
                if self._notes:
                    await self._give(self._notes.popleft())
        except OSError:
            # What a server raises for a connection that is gone; the consumer hears of it, too.
            self.writing_since = 0.0
        except Exception:
            logger.exception("Nothing can be written to a socket any more")
            self.ask_to_leave(TOO_SLOW)
        finally:
            self._is_writing = False

    async def _catch_up(self) -> None:
        room = self.room
        while self.position < room.head:
            frame, position = room.next_after(self.position) or await room.page_after(self.position)
            await self._give(frame)
            self.position = position

    async def _give(self, frame: Ready) -> None:
        self.writing_since = self._loop.time()
        await self._send(frame)
        self.writing_since = 0.0
