"""An ASGI application that runs a WSGI application in one hop to a standing crew of threads."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from educa.lib.serving.bodies import (
    BodyReader,
    ClientGone,
    NoRoom,
    Receive,
    Room,
    Scope,
    TooLarge,
    TooSlow,
)
from educa.lib.serving.environ import BadRequest, make_environ
from educa.lib.serving.exchange import Answer, Exchange, WSGIApplication, discard
from educa.lib.serving.files import BLOCK, FileWrapper
from educa.lib.serving.outbox import Outbox
from educa.lib.serving.threads import Overloaded, Threads

logger = logging.getLogger(__name__)

LINGER = 10.0  # seconds that a body which is not wanted is still taken in

Send = Callable[[dict[str, Any]], Awaitable[None]]


class WSGIBridge:
    """Pages of a WSGI application for an ASGI server.

    `pages` are the threads that run the application, `files` those that read and write files on
    its behalf. No thread waits for a client, neither for a slow sender nor for a slow reader.
    `most_body` gives the limit for the body of a request, `room` that for all of them together.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        pages: Threads,
        files: Threads,
        most_body: Callable[[Scope], int],
        room: Room,
        folder: Path | None = None,
    ) -> None:
        self._application = application
        self._pages = pages
        self._files = files
        self._folder = folder
        self._bodies = BodyReader(files, limit=most_body, room=room, folder=folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope, receive)
        except ClientGone:
            return
        except asyncio.CancelledError:
            # The server gives up waiting for us: it is stopping.
            answer = refusal(503, "The server is stopping", (b"retry-after", b"5"))
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": answer.headers,
            }
        )
        if answer.unread:
            await send({"type": "http.response.body", "body": answer.body, "more_body": True})
            await linger(receive)
            await send({"type": "http.response.body", "body": b""})
        elif answer.rest is None:
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await self._stream(answer, answer.rest, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        try:
            body, length = await self._bodies.read(scope, receive)
            try:
                exchange = Exchange(
                    self._application,
                    make_environ(scope, body, length),
                    self._files,
                    self._folder,
                )
                self._pages.submit(exchange.run)
            except BaseException:
                body.close()
                raise
        except BadRequest as error:
            return refusal(400, f"Bad request: {error}")
        except tuple(REFUSALS) as error:
            return REFUSALS[type(error)]
        except OSError:
            logger.exception("A request could not be stored")
            return refusal(507, "There is no room for the request")
        return await exchange.answer or refusal(500, "Internal server error")

    async def _stream(
        self, answer: Answer, rest: Outbox | FileWrapper, receive: Receive, send: Send
    ) -> None:
        """Send what is left as the client takes it. An answer that breaks off stays unfinished,
        which makes the server close the connection, so that the client notices."""
        watcher = asyncio.ensure_future(until_gone(receive))
        if isinstance(rest, Outbox):
            watcher.add_done_callback(lambda _: rest.abandon())
        try:
            block, sent = answer.body, 0
            while block and not watcher.done():
                await send({"type": "http.response.body", "body": block, "more_body": True})
                sent += len(block)
                block = await self._next(answer, rest, sent)
            if not watcher.done() and not (isinstance(rest, Outbox) and rest.failed):
                await send({"type": "http.response.body", "body": b""})
        except asyncio.CancelledError:
            logger.warning("An answer was cut off: the server is stopping")
        finally:
            watcher.cancel()
            discard(rest, self._files)

    async def _next(self, answer: Answer, rest: Outbox | FileWrapper, sent: int) -> bytes:
        if isinstance(rest, Outbox):
            return await rest.take()
        left = BLOCK if answer.length is None else min(BLOCK, answer.length - sent)
        return await self._files.call(rest.read, left) if left else b""


async def linger(receive: Receive) -> None:
    """Drop what still comes: a client busy with sending would find a reset instead of the answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (await receive()).get("more_body"):
                pass


async def until_gone(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


def refusal(status: int, text: str, *headers: tuple[bytes, bytes]) -> Answer:
    """An answer of the server itself, after which the connection closes."""
    body = f"{text}.\n".encode()
    return Answer(
        status,
        [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *headers,
        ],
        body,
    )


REFUSALS: dict[type[Exception], Answer] = {
    TooSlow: refusal(408, "The request took too long"),
    TooLarge: replace(refusal(413, "The request is too large"), unread=True),
    NoRoom: replace(
        refusal(503, "Too much is being uploaded", (b"retry-after", b"30")), unread=True
    ),
    Overloaded: refusal(503, "Too busy", (b"retry-after", b"5")),
}
