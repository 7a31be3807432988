"""The socket of a room (docs/reference/chat.md)."""

import asyncio
import logging
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import Error as DatabaseError

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions import Draft, Sent, send
from educa.chat.frames import encoded, mute_frame, room_frame, time
from educa.chat.live import door
from educa.chat.live.hub import Hub
from educa.chat.live.requests import MOST_NUMBER, Malformed, Ping, Read, Say, Typing, request_in
from educa.chat.live.room import LiveRoom, ready
from educa.chat.live.seat import NOT_A_MEMBER, SIGNED_OUT, TOO_MANY, TOO_SLOW, Seat
from educa.chat.models import ReadMark, Room
from educa.chat.refusals import FORBIDDEN, TOO_FAST, UNAVAILABLE, Refused
from educa.lib.serving.threads import Overloaded

logger = logging.getLogger(__name__)

MOST_FRAMES, SPAN = 60, 10.0  # frames that a socket may send in so many seconds
TYPING_PAUSE = 2.0  # seconds in which one tells only once that one is writing


class SignedOut(Exception):
    """The session has ended."""


class RoomConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """One socket: checks who comes, passes on what they say, and gives them the log by way of a seat.

    It has no channel of its own in the layer: one subscription serves all sockets of a process, and one
    encoded frame goes to all of them (docs/decisions/0020).
    """

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self.hub = hub
        self.seat: Seat | None = None
        self.typed_at = self.span_began = 0.0
        self.frames = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle what comes, one thing after another, until either side ends it."""
        self.scope, self.base_send = scope, send
        self.loop = asyncio.get_running_loop()
        try:
            while True:
                await self.dispatch_one(await receive())
        except StopConsumer:
            return
        except asyncio.CancelledError:
            if self.seat is None or self.seat.leave_code is None:
                raise
            await self._show_out(self.seat.leave_code)
        finally:
            if self.seat is not None:
                self.hub.let_go(self.seat)

    async def dispatch_one(self, message: dict[str, Any]) -> None:
        """What Channels' `dispatch` does, without a visit to a thread for each frame."""
        if message["type"] == "websocket.connect":
            await self.connect()
        elif message["type"] == "websocket.receive":
            await self.receive(message.get("text"), message.get("bytes"))
        else:
            raise StopConsumer

    async def connect(self) -> None:
        """Let somebody in, or refuse them before the socket is open."""
        self.hub.start()
        address = (self.scope.get("client") or [""])[0]
        if self.hub.is_full_from(address):
            await self._turn_away(TOO_MANY)
        session = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        course = self.scope["url_route"]["kwargs"]["course_id"]
        try:
            admission = await self.hub.admissions.admit(session, course)
        except (DatabaseError, Overloaded):
            logger.exception("Nobody can be let into room %s", course)
            await self._turn_away(TOO_SLOW)
        if admission is None:
            await self.close()  # before it is accepted: HTTP 403
            raise StopConsumer
        # Others may have come in while this one was asked about.
        if self.hub.is_full_for(admission.badge.user) or self.hub.is_full_from(address):
            await self._turn_away(TOO_MANY)
        await self._sit_down(admission, address)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Do what a frame asks for, or say why not."""
        await self._slow_down()
        try:
            request = request_in(text_data)
            if isinstance(request, Say):
                await self._say(request.draft)
            elif isinstance(request, Read):
                await self._read(request.sequence)
            elif isinstance(request, Typing):
                self._type()
            elif isinstance(request, Ping):
                await self._reply({"type": "pong", "head": self._seat.room.head})
        except Malformed as refusal:
            await self._refuse(refusal, refusal.client_id)
        except SignedOut:
            await self._show_out(SIGNED_OUT)
            raise StopConsumer from None

    @property
    def _seat(self) -> Seat:
        if self.seat is None:  # frames come only after a socket was accepted
            raise StopConsumer
        return self.seat

    async def _sit_down(self, admission: door.Admission, address: str) -> None:
        """Take the seat before anything is waited for: a room without seats is put away."""
        room = self.hub.room(admission.room)
        after, is_limited = self._wish(admission.room, room)
        head = max(room.head, after)
        self.seat = Seat(admission.badge, address, room, after, self.base_send)
        self.seat.mute = None if admission.keeps_order else mute_frame(admission.mute)
        self.hub.take_in(self.seat)
        await self.accept()
        await self._reply(hello(admission, head=head, is_limited=is_limited))
        self.seat.start()

    def _wish(self, stored: Room, room: LiveRoom) -> tuple[int, bool]:
        """The number after which somebody wants to go on, and whether that can't be done."""
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        text = query.get("after", [""])[0]
        if not text.isascii() or not text.isdecimal() or int(text[:20]) > MOST_NUMBER:
            return room.head, bool(text)
        after, epoch = int(text[:20]), query.get("epoch", [str(stored.epoch)])[0]
        head = max(stored.last_sequence, room.head)
        if epoch != str(stored.epoch) or after > head or head - after > log.FARTHEST:
            return room.head, True
        return after, False

    async def _say(self, draft: Draft) -> None:
        seat, key = self._seat, str(draft.client_id)
        try:
            async with seat.room.turn:
                sent = await self._ask(say, seat.badge, seat.room.pk, draft)
        except Refused as refusal:
            await self._refuse(refusal, key)
            if refusal.code == FORBIDDEN:
                await self._show_out(NOT_A_MEMBER)
                raise StopConsumer from None
            return
        except (DatabaseError, Overloaded):
            logger.exception("A message could not be stored")
            await self._refuse(Refused(UNAVAILABLE, retry_after=2), key)
            return
        message = sent.message
        await self._reply(
            {
                "type": "ack",
                "client_id": key,
                "sequence": message.sequence,
                "datetime": time(message.sent_at),
            }
        )

    async def _read(self, sequence: int) -> None:
        try:
            await self._ask(mark_read, self._seat.badge, self._seat.room.pk, sequence)
        except (DatabaseError, Overloaded):
            logger.exception("How far somebody has read could not be stored")
            await self._refuse(Refused(UNAVAILABLE, retry_after=2), None)

    async def _ask(self, work: Any, *args: Any) -> Any:
        return await self.hub.ask(work, *args)

    def _type(self) -> None:
        now = self.loop.time()
        if now - self.typed_at >= TYPING_PAUSE:
            self.typed_at = now
            self.hub.type(self._seat)

    async def _slow_down(self) -> None:
        """Who sends more frames than a program needs waits; their next ones are not even read."""
        now = self.loop.time()
        if now - self.span_began > SPAN:
            self.span_began, self.frames = now, 0
        self.frames += 1
        if self.frames > MOST_FRAMES:
            wait = self.span_began + SPAN - now
            await self._refuse(Refused(TOO_FAST, retry_after=max(1, round(wait))), None)
            await asyncio.sleep(wait)

    async def _refuse(self, refusal: Refused, client_id: str | None) -> None:
        frame: dict[str, Any] = {"type": "error", "code": refusal.code, "message": refusal.words}
        if client_id is not None:
            frame["client_id"] = client_id
        if refusal.retry_after is not None:
            frame["retry_after"] = refusal.retry_after
        await self._reply(frame)

    async def _reply(self, frame: dict[str, Any]) -> None:
        await self.base_send(ready(encoded(frame)))

    async def _turn_away(self, code: int) -> None:
        """Open the socket only to say with a code why it is closed; a browser sees no other reason."""
        await self.accept()
        await self.close(code)
        raise StopConsumer

    async def _show_out(self, code: int) -> None:
        """Close with a code, unless the socket takes nothing; then it just ends."""
        seat = self._seat
        is_stuck = bool(seat.writing_since)
        self.hub.let_go(seat)
        if not is_stuck:
            with suppress(Exception):
                await self.close(code)


def hello(admission: door.Admission, *, head: int, is_limited: bool) -> dict[str, Any]:
    """The first frame: where the log is, and what this person may do."""
    return {
        "type": "hello",
        "epoch": str(admission.room.epoch),
        "head": head,
        "limited": is_limited,
        "user": admission.badge.username,
        "room": room_frame(admission.room),
        "keeps_order": admission.keeps_order,
        **mute_frame(admission.mute),
        "read": admission.read,
    }


def say(badge: door.Badge, room: int, draft: Draft) -> Sent:
    """Store a message of whoever the session belongs to now. Raises SignedOut, and what `send` raises."""
    return send(author=_still_there(badge), course=room, draft=draft)


def mark_read(badge: door.Badge, room: int, sequence: int) -> None:
    """Remember how far somebody has read, while they may read there. Raises SignedOut."""
    user = _still_there(badge)
    found = Room.objects.open_to(user).filter(pk=room).first()
    if found is not None:
        ReadMark.objects.move(user, found, sequence)


def _still_there(badge: door.Badge) -> User:
    user = door.holder_of(badge)
    if user is None:
        raise SignedOut
    return user
