"""A client as docs/reference/chat.md describes it: it loses nothing, doubles nothing and never gives up."""

import asyncio
import json
import random
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus

from tests.torture.pages import get

FINAL = {"empty", "too-long", "characters", "malformed"}  # sent again, it would be refused again
LEFT_FOR_GOOD = {4401, 4403}
FORBIDDEN = 403
SILENCE = 2.0  # seconds after which it asks whether the server is there
DEAD = 12.0  # seconds of silence after which it is taken for gone
SHORTEST, LONGEST = (
    0.2,
    3.0,
)  # seconds between two attempts, faster than browsers so that a run is short
PAGE = 100


@dataclass
class Span:
    """What came without a break: events after `after`, each with the time at which it arrived."""

    after: int
    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.after + len(self.events)


@dataclass
class Stay:
    """One connection, from the first frame until it was lost."""

    since: float
    until: float = float("inf")
    code: int | None = None
    reason: str = ""


@dataclass
class Person:
    """Who a client is."""

    username: str
    session: str


class Client:
    """One browser. What it has seen is in `spans` and `pages`; what it holds against the server in `wrong`."""

    def __init__(self, person: Person, port: int, room: int, chance: random.Random) -> None:
        self.person, self.room = person, room
        self.spans: list[Span] = []
        self.stays: list[Stay] = []
        self.pages: list[tuple[int, list[dict[str, Any]]]] = []
        self.acknowledged: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.pending: dict[str, str] = {}
        self.wrong: list[str] = []
        self.left: tuple[int, float] | None = None
        self.last_frame = 0.0
        self._epoch = ""
        self._port, self._chance = port, chance
        self._address = f"127.0.0.1:{port}"
        self._cookie = f"session={person.session}"
        self._connection: ClientConnection | None = None
        self._attempts = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def position(self) -> int | None:
        """The number of the last event that it has; None before it was ever in the room."""
        return self.spans[-1].last if self.spans else None

    @property
    def is_connected(self) -> bool:
        return bool(self.stays) and self.stays[-1].until == float("inf")

    # What a person does

    async def say(self, text: str, *, twice: bool = False) -> str:
        """Write a message, which stays pending until it is acknowledged or refused for good."""
        key = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self.pending[key] = text
        await self._send(key)
        if twice:
            await self._send(key)
        return key

    async def say_again(self, keys: list[str], texts: dict[str, str]) -> None:
        """Send what was acknowledged long ago once more."""
        for key in keys:
            self.pending.setdefault(key, texts[key])
            await self._send(key)

    # The connection

    async def run(self) -> None:
        """Be in the room, and come back whenever the connection is lost, until one is told to stay away."""
        while self.left is None:
            try:
                await self._visit()
            except InvalidStatus as refusal:
                if refusal.response.status_code == FORBIDDEN:
                    self.left = (FORBIDDEN, time.time())
            except (OSError, InvalidHandshake, InvalidMessage, ConnectionClosed, EOFError):
                pass  # it is tried again
            longest = min(LONGEST, SHORTEST * 2**self._attempts)
            self._attempts += 1
            await asyncio.sleep(longest * self._chance.uniform(0.5, 1))

    async def _visit(self) -> None:
        query = (
            f"?{urlencode({'after': self.position, 'epoch': self._epoch})}" if self.spans else ""
        )
        async with connect(
            f"ws://{self._address}/ws/chat/room/{self.room}/{query}",
            additional_headers={"Cookie": self._cookie},
            origin=f"http://{self._address}",  # type: ignore[arg-type]
            compression=None,
            ping_interval=None,
            open_timeout=10,
            close_timeout=0.2,
            proxy=None,
        ) as connection:
            await self._stay(connection)

    async def _stay(self, connection: ClientConnection) -> None:
        async with asyncio.timeout(DEAD):
            hello = json.loads(await connection.recv())
        if hello["type"] != "hello":
            self.wrong.append(f"the first frame is {hello['type']}")
        self._attempts = 0
        stay = Stay(time.time())
        self.stays.append(stay)
        self._connection = connection
        try:
            await self._begin(hello)
            for key in list(self.pending):
                await self._send(key)
            await self._listen(connection)
        except ConnectionClosed as end:
            if end.rcvd:
                stay.code, stay.reason = end.rcvd.code, end.rcvd.reason
            if stay.code in LEFT_FOR_GOOD:
                self.left = (stay.code or 0, time.time())
        finally:
            stay.until = time.time()
            self._connection = None

    async def _begin(self, hello: dict[str, Any]) -> None:
        self._epoch = hello["epoch"]
        if not self.spans:
            self.spans.append(Span(hello["head"]))
        elif hello["limited"]:
            self.pages.append((hello["head"], await self._load_pages(hello["head"])))
            self.spans.append(Span(hello["head"]))

    async def _load_pages(self, head: int) -> list[dict[str, Any]]:
        """All messages up to a number, as they are now."""
        messages: list[dict[str, Any]] = []
        has_newer = True
        while has_newer:
            after = messages[-1]["sequence"] if messages else 0
            path = f"/chat/room/{self.room}/messages/?after={after}&limit={PAGE}"
            page = await get(self._port, path, self._cookie)
            messages += page["messages"]
            has_newer = page["has_newer"] and messages[-1]["sequence"] < head
        return [message for message in messages if message["sequence"] <= head]

    async def _listen(self, connection: ClientConnection) -> None:
        while True:
            try:
                async with asyncio.timeout(SILENCE):
                    text = await connection.recv()
            except TimeoutError:
                if time.time() - max(self.last_frame, self.stays[-1].since) > DEAD:
                    connection.transport.abort()
                    raise OSError("the server is silent") from None
                await connection.send('{"type":"ping"}')
                continue
            self.last_frame = time.time()
            self._take(json.loads(text), self.last_frame)

    # What the server says

    def _take(self, frame: dict[str, Any], now: float) -> None:
        kind = frame["type"]
        if kind == "history":
            for event in frame["events"]:
                self._see(event, now)
        elif kind == "ack":
            self._hear_ack(frame["client_id"], frame["sequence"])
        elif kind == "error":
            self._hear_error(frame)
        elif "sequence" in frame:
            self._see(frame, now)

    def _see(self, event: dict[str, Any], now: float) -> None:
        span = self.spans[-1]
        if event["sequence"] != span.last + 1:
            self.wrong.append(f"got {event['sequence']} after {span.last}")
        if event["sequence"] > span.last:
            span.events.append((now, event))

    def _hear_ack(self, key: str, sequence: int) -> None:
        before = self.acknowledged.setdefault(key, sequence)
        if before != sequence:
            self.wrong.append(f"{key} was acknowledged as {before} and as {sequence}")
        self.pending.pop(key, None)

    def _hear_error(self, frame: dict[str, Any]) -> None:
        key = frame.get("client_id")
        if key is None:  # about the connection as a whole
            return
        if frame["code"] in FINAL:
            self.refused[key] = frame["code"]
            self.pending.pop(key, None)
        elif frame.get("retry_after") is not None:
            task = asyncio.create_task(self._send_later(key, frame["retry_after"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self.wrong.append(f"{key} was refused: {frame['code']}")
            self.pending.pop(key, None)

    async def _send_later(self, key: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._send(key)

    async def _send(self, key: str) -> None:
        if self._connection is None or key not in self.pending:
            return
        frame = {"message": self.pending[key], "client_id": key}
        with suppress(ConnectionClosed):  # it is pending, and sent with the next connection
            await self._connection.send(json.dumps(frame))
