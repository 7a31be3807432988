"""A room as one process sees it: what was read of its log, and the sockets to which it goes."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import islice
from time import monotonic
from typing import Any

from educa.chat import log
from educa.chat.frames import Frame, encoded, frame_of
from educa.chat.models import Event

logger = logging.getLogger(__name__)

RING = 500  # events of a room that are held ready
MOST_JOINED = 50  # of them that go into one frame
LONGEST_REST = 0.2  # seconds
PAUSE = 1.0  # seconds until the log is read again after that failed

Ready = dict[str, Any]
"""A message of ASGI that any number of sockets can be given."""

Ask = Callable[..., Awaitable[Any]]
"""Runs a function in a thread that may use the database."""

Joined = tuple[int, tuple[Ready, int] | None]
"""A position, and what everybody gets who is there."""

NOTHING_JOINED: Joined = (-1, None)

CHANGES = {Event.Kind.EDIT, Event.Kind.DELETE}


class Part:
    """One event as it is sent, and which messages one can see in it."""

    def __init__(self, event: Event) -> None:
        frame = frame_of(event)
        quote = frame.get("reply_to") or {}
        self.sequence = event.sequence
        self.changes = frame["target"] if event.kind in CHANGES else None
        self.about = {frame.get("target", event.sequence), quote.get("sequence")}
        self.text = encoded(frame)


def read_log(room: int, after: int, limit: int) -> list[Part]:
    """The next events of a room, encoded in the thread that reads them."""
    return [Part(event) for event in log.events_after(room, after, limit=limit)]


def ready(frame: Frame | str) -> Ready:
    """What a socket is given to send."""
    text = frame if isinstance(frame, str) else encoded(frame)
    return {"type": "websocket.send", "text": text}


def history(texts: list[str]) -> str:
    """Several encoded events in one frame."""
    return f'{{"type":"history","events":[{",".join(texts)}]}}'


class LiveRoom:
    """The end of a room's log in memory, which is read once for all sockets of the process.

    `head` is the number of the last event that was read. A socket has a position and no queue: it takes what
    comes after its position from the ring, or from the log itself when it has fallen behind.

    Who stores a message takes `turn`: others would only hold a thread while they wait for the row of the room.
    """

    def __init__(self, pk: int, head: int, ask: Ask) -> None:
        self.pk = pk
        self.head = head
        self.seats: set[Any] = set()
        self.turn = asyncio.Lock()
        self._ask = ask
        self._wanted = head
        self._ring: deque[tuple[Ready | None, set[int | None]]] = deque(maxlen=RING)
        self._joined = NOTHING_JOINED
        self._soon: asyncio.TimerHandle | None = None
        self._rests_until = 0.0
        self._reader: asyncio.Task[None] | None = None

    def hear(self, sequence: int, part: Part | None = None) -> None:
        """The log is this long, as somebody says; who has just added to it brings what they added."""
        self._wanted = max(self._wanted, sequence)
        if part is not None and part.sequence == self.head + 1 and self._reader is None:
            self._take([part])
        if self._wanted > self.head and self._reader is None:
            self._reader = asyncio.create_task(self._read())

    def close(self) -> None:
        """Nobody is here any more."""
        if self._reader is not None:
            self._reader.cancel()
        if self._soon is not None:
            self._soon.cancel()

    def next_after(self, position: int) -> tuple[Ready, int] | None:
        """What is sent next, several events in one frame where several are there, and the position after it.

        None where only the log has it.
        """
        if position != self._joined[0]:
            texts = self._texts_after(position)
            if not texts:
                return None
            told = ready(texts[0]) if len(texts) == 1 else ready(history(texts))
            self._joined = position, (told, position + len(texts))
        return self._joined[1]

    def _texts_after(self, position: int) -> list[str]:
        """The next events that are held ready, as many as go into one frame."""
        place = len(self._ring) - (self.head - position)
        texts: list[str] = []
        if place >= 0:
            for frame, _about in islice(self._ring, place, place + MOST_JOINED):
                if frame is None:
                    break
                texts.append(frame["text"])
        return texts

    def badges(self) -> set[Any]:
        """Who is here."""
        return {seat.badge for seat in self.seats}

    async def page_after(self, position: int) -> tuple[Ready, int]:
        """A page of the log for who has fallen behind, and the position after it."""
        parts = await self._page(position)
        last = parts[-1].sequence if parts else self.head
        return ready(history([part.text for part in parts])), last

    def tell(self, note: Ready, *, but: Any = None) -> None:
        """Give everybody something that is not in the log, if they have room for it."""
        for seat in tuple(self.seats):
            if seat is not but:
                seat.note(note)

    async def _read(self) -> None:
        try:
            while self._wanted > self.head:
                parts = await self._page(self.head)
                if not parts:  # somebody told of a number that does not exist
                    self._wanted = self.head
                self._take(parts)
        finally:
            self._reader = None

    async def _page(self, after: int) -> list[Part]:
        """A page of the log, however often it has to be tried."""
        while True:
            try:
                return list(await self._ask(read_log, self.pk, after, log.PAGE))
            except Exception:
                logger.exception("The log of room %s can't be read", self.pk)
                await asyncio.sleep(PAUSE)

    def _take(self, parts: list[Part]) -> None:
        for part in parts:
            if part.changes is not None:
                self._forget(part.changes)
        for part in parts:
            self._ring.append((ready(part.text), part.about))
            self.head = part.sequence
        self._joined = NOTHING_JOINED
        if self._soon is None:
            wait = self._rests_until - monotonic()
            if wait <= 0:
                self._wake_all()
            else:
                self._soon = asyncio.get_running_loop().call_later(wait, self._wake_all)

    def _wake_all(self) -> None:
        """Let everybody write, and rest for as long as that took: what comes meanwhile goes out in one frame."""
        self._soon = None
        began = monotonic()
        for seat in tuple(self.seats):
            seat.wake()
        ended = monotonic()
        self._rests_until = ended + min(ended - began, LONGEST_REST)

    def _forget(self, sequence: int) -> None:
        """What shows an old state of this message is read anew by who has not got it yet."""
        for place, (frame, about) in enumerate(self._ring):
            if frame is not None and sequence in about:
                self._ring[place] = (None, about)
