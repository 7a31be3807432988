"""A piece of network between one client and the servers, which can be made to fail."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

BLOCK = 65_536
SMALL = 8_192  # bytes that the network holds for a client, so that one who reads nothing is noticed
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: hang up with a reset


class Proxy:
    """Passes on what comes, in both directions, to the server that `choose` names at each connection."""

    def __init__(self, choose: Callable[[], int]) -> None:
        self.port = 0
        self._choose = choose
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._up.set()
        self._down.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._is_cut = False

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up, and listen no more."""
        if self._server is not None:
            self._server.close()
        self.reset()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        await asyncio.sleep(0)  # in which what was aborted is closed

    def reset(self) -> None:
        """Break every connection, as if the other side had crashed."""
        for writer in list(self._writers):
            with suppress(OSError):
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort()

    async def half_open(self, seconds: float) -> None:
        """Nothing passes any more, and nobody is told; then the connections break."""
        self._up.clear()
        self._down.clear()
        await asyncio.sleep(seconds)
        self.reset()
        self._up.set()
        self._down.set()

    async def read_nothing(self, seconds: float) -> None:
        """What the server sends stays where it is for a while."""
        self._down.clear()
        await asyncio.sleep(seconds)
        self._down.set()

    async def stay_away(self, seconds: float) -> None:
        """No connection holds or can be made for a while."""
        self._is_cut = True
        self.reset()
        await asyncio.sleep(seconds)
        self._is_cut = False

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        server = None
        try:
            server_reader, server = await self._connect()
            self._writers.add(server)
            up = asyncio.create_task(_pump(reader, server, self._up))
            down = asyncio.create_task(_pump(server_reader, writer, self._down))
            for pump in (up, down):
                self._pumps.add(pump)
                pump.add_done_callback(self._pumps.discard)
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            down.cancel()
        except OSError:
            pass  # the server is not there; the client sees a connection that ends
        finally:
            for each in (writer, server):
                if each is not None:
                    self._writers.discard(each)
                    each.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._is_cut:
            raise ConnectionRefusedError
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        connection.setblocking(False)
        try:
            address = ("127.0.0.1", self._choose())
            await asyncio.get_running_loop().sock_connect(connection, address)
        except BaseException:
            connection.close()
            raise
        return await asyncio.open_connection(sock=connection, limit=SMALL)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event
) -> None:
    with suppress(OSError):
        while data := await reader.read(BLOCK):
            await gate.wait()
            writer.write(data)
            await writer.drain()
