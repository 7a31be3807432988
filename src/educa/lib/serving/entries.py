"""Small ASGI applications that stand beside the pages."""

import asyncio

from educa.lib.serving.bodies import Receive, Scope
from educa.lib.serving.bridge import Send
from educa.lib.serving.threads import Threads

PATIENCE = 3.0  # seconds that threads get to finish when the server stops


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a socket at an unknown path with 404, before it is accepted."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


class Lifespan:
    """Starts the threads with the server and stops them with it."""

    def __init__(self, *crews: Threads, patience: float = PATIENCE) -> None:
        self._crews = crews
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for crew in self._crews:
            crew.start()
        await send({"type": "lifespan.startup.complete"})
        try:
            await receive()
        except asyncio.CancelledError:  # the second Ctrl-C: no time for a good-bye
            self._stop(0)
        else:
            self._stop(self._patience)
            await send({"type": "lifespan.shutdown.complete"})

    def _stop(self, patience: float) -> None:
        for crew in self._crews:
            crew.stop(patience)
