"""Clients in one room, in a process of their own: `python -m bench.sockets`, driven by `bench.chat`.

Input is a line of JSON: where, who, how long. Output is a line of JSON with the figures. Frames are
parsed here and only as far as needed, so that the clients cost less than the server.
"""

import asyncio
import json
import os
import resource
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import uvloop

from bench.processes import cpu_of, family, pss_of

MARK, END = b"~T", b"~"  # around the time at which a text was sent
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
SHORT, MEDIUM = 126, 127  # lengths with which a frame says that its length follows, in 2 or 8 bytes
DRAIN = 15.0  # seconds for the last deliveries
MASK = bytes(4)  # a mask of zeros changes nothing, and is allowed
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Cookie: session={session}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass(frozen=True)
class Load:
    """What `bench.chat` asks for."""

    port: int
    pid: int
    path: str
    sessions: list[str]
    is_bare: bool
    size: int
    seconds: float
    rate: float
    window: int
    at_once: int


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A frame as a client sends it."""
    if len(payload) < SHORT:
        return bytes((0x80 | opcode, 0x80 | len(payload))) + MASK + payload
    return bytes((0x80 | opcode, 0x80 | SHORT)) + len(payload).to_bytes(2, "big") + MASK + payload


class Tally:
    """What arrives, and what is still to arrive."""

    def __init__(self) -> None:
        self.left: dict[bytes, int] = {}
        self.took: list[int] = []
        self.lost = 0
        self.last = 0
        self.done = asyncio.Event()

    def see(self, data: bytes, start: int, end: int) -> None:
        """Count the deliveries in a frame."""
        while (at := data.find(MARK, start, end)) >= 0:
            start = data.find(END, at + 2, end)
            key, now = data[at + 2 : start], time.perf_counter_ns()
            self.took.append(now - int(key))
            left = self.left.get(key, 0) - 1
            if left > 0:
                self.left[key] = left
            elif left == 0:
                del self.left[key]
                self.last = now
                self.done.set()


class Listener(asyncio.Protocol):
    """One client."""

    def __init__(self, load: Load, session: str, tally: Tally) -> None:
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hello = HANDSHAKE.format(path=load.path, port=load.port, session=session)
        self._tally = tally
        self._is_open = False
        self._rest = b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self._hello.encode())

    def connection_lost(self, exc: Exception | None) -> None:
        self._tally.lost += 1
        if not self.greeted.done():
            self.greeted.set_exception(exc or ConnectionResetError("hung up"))

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        at = 0
        if not self._is_open:
            head = data.find(b"\r\n\r\n")
            if head < 0:
                self._rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                raise ConnectionRefusedError(data[:40])
            self._is_open, at = True, head + 4
        self._rest = data[self._read(data, at) :]

    def _read(self, data: bytes, at: int) -> int:
        """Take the frames that are whole; where the rest begins."""
        end = len(data)
        while at + 2 <= end:
            length, start = data[at + 1], at + 2
            if length == SHORT:
                length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
            elif length == MEDIUM:
                length, start = int.from_bytes(data[start : start + 8], "big"), start + 8
            if start + length > end:
                break
            self._take(data[at] & 15, data, start, start + length)
            at = start + length
        return at

    def _take(self, opcode: int, data: bytes, start: int, end: int) -> None:
        if opcode == TEXT:
            if self.greeted.done():
                self._tally.see(data, start, end)
            else:
                self.greeted.set_result(None)
        elif opcode == PING:
            self.transport.write(frame(data[start:end], PONG))


class Clients:
    """Everybody in the room."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.tally = Tally()
        self.all: list[Listener] = []
        self._spoken = 0

    async def connect(self) -> float:
        """Let everybody in; the seconds until all were greeted."""
        began, gate = time.perf_counter(), asyncio.Semaphore(self.load.at_once)
        await asyncio.gather(*(self._connect(session, gate) for session in self.load.sessions))
        return time.perf_counter() - began

    async def _connect(self, session: str, gate: asyncio.Semaphore) -> None:
        loop = asyncio.get_running_loop()
        async with gate:
            _transport, listener = await loop.create_connection(
                lambda: Listener(self.load, session, self.tally), "127.0.0.1", self.load.port
            )
            await listener.greeted
        self.all.append(listener)

    def say(self) -> None:
        """Somebody says something, each in turn."""
        key = str(time.perf_counter_ns()).encode()
        self.tally.left[key] = len(self.all)
        text = (MARK + key + END).decode().ljust(self.load.size, "x")
        told = text
        if not self.load.is_bare:
            told = f'{{"message":"{text}","client_id":"{uuid.uuid4()}"}}'
        self.all[self._spoken % len(self.all)].transport.write(frame(told.encode()))
        self._spoken += 1

    async def at_rate(self) -> None:
        """So many messages a second, whatever happens (open loop)."""
        began = time.perf_counter()
        for number in range(int(self.load.rate * self.load.seconds)):
            await asyncio.sleep(max(0.0, began + number / self.load.rate - time.perf_counter()))
            self.say()

    async def at_full_speed(self) -> None:
        """The next message when one has come to everybody (closed loop)."""
        end = time.perf_counter() + self.load.seconds
        while time.perf_counter() < end:
            while len(self.tally.left) < self.load.window:
                self.say()
            self.tally.done.clear()
            async with asyncio.timeout(DRAIN):
                await self.tally.done.wait()

    async def measure(self, speak: Any) -> dict[str, float]:
        """What a loop gives."""
        tally, spoken = self.tally, self._spoken
        tally.took.clear()
        own, server, began = time.process_time(), self._server_cpu(), time.perf_counter()
        await speak()
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN):
                while tally.left:
                    tally.done.clear()
                    await tally.done.wait()
        seconds = tally.last / 1e9 - began
        own, server = time.process_time() - own, self._server_cpu() - server
        took = sorted(tally.took)
        return {
            "messages": self._spoken - spoken,
            "missing": (self._spoken - spoken) * len(self.all) - len(took),
            "deliveries_s": len(took) / seconds,
            "p50_ms": took[len(took) // 2] / 1e6,
            "p99_ms": took[int(len(took) * 0.99)] / 1e6,
            "cpu_ms_per_1000": 1e6 * server / len(took),
            "server_cpu": server / seconds,
            "driver_cpu": own / seconds,
        }

    def _server_cpu(self) -> float:
        return sum(cpu_of(pid) for pid in family(self.load.pid))


async def run(load: Load) -> dict[str, Any]:
    """Connect, then both loops."""
    clients = Clients(load)
    before, cpu = _memory(load), clients._server_cpu()
    seconds = await clients.connect()
    cpu = clients._server_cpu() - cpu
    await asyncio.sleep(1)
    amount = len(clients.all)
    found: dict[str, Any] = {
        "connects_s": amount / seconds,
        "connect_cpu_ms": 1e3 * cpu / amount,
        "kb_per_client": (_memory(load) - before) / amount,
        "open": await clients.measure(clients.at_rate),
        "closed": await clients.measure(clients.at_full_speed),
        "broken": clients.tally.lost,
        "load_average": os.getloadavg()[0],
    }
    for client in clients.all:
        client.transport.abort()
    return found


def _memory(load: Load) -> int:
    return sum(pss_of(pid) for pid in family(load.pid))


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(json.dumps(uvloop.run(run(Load(**json.loads(sys.stdin.readline()))))))
