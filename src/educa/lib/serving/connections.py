"""HTTP connections that wait neither for ever nor for any amount of headers."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 15.0  # seconds for the head of a request to arrive
MOST_HEAD = 2**16  # bytes of a head
MOST_HEADERS = 200  # a browser sends about twenty
AROUND = 4  # bytes of a header's colon, space and end of line

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HeadTooLarge(Exception):
    """The head of a request is longer, or has more headers, than any browser sends."""


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with a limit on the time and the size of a request's head.

    uvicorn limits only the pause between two requests; a client that sends one byte a minute, or
    headers without end, would keep its connection and its memory.
    """

    _timer: asyncio.TimerHandle | None = None
    _head_open = False
    _head_size = 0  # bytes of what is complete: the address, and each header
    _arrived = 0  # bytes of packets that brought the head no end, after the first
    _too_large = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        continued = self._head_open
        super().data_received(data)
        if not self._head_open:
            return
        self._wait()
        self._arrived += len(data) if continued else 0
        if self._arrived > MOST_HEAD:
            self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_open, self._head_size, self._arrived = True, 0, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._count(len(name) + len(value) + AROUND)

    def send_400_response(self, msg: str) -> None:
        """What uvicorn does when reading failed, also for our own reason."""
        self._rest()
        if self._too_large:
            self._refuse(TOO_LARGE)
        else:
            super().send_400_response(msg)

    def on_headers_complete(self) -> None:
        self._head_open = False
        self._rest()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _count(self, size: int) -> None:
        self._head_size += size
        if self._head_size > MOST_HEAD or len(self.headers) > MOST_HEADERS:
            self._too_large = True
            raise HeadTooLarge  # stops the parser, which has no other way

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(PATIENCE, self._refuse, TOO_SLOW)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, answer: bytes) -> None:
        self._rest()
        busy: Any = self.cycle is not None and not self.cycle.response_complete
        if not self.transport.is_closing():
            if not busy:  # another answer is on its way on this connection
                self.transport.write(answer)
            self.transport.close()
