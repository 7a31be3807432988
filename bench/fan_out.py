"""The least that a chat can be: what anyone says goes to everybody. `python -m bench.fan_out PORT`.

The same server with the same options as Educa's, so that the difference is what Educa does: who is it,
may they, is it stored, what did they miss.
"""

import sys
from typing import Any

import django

everybody: set[Any] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Let everybody in, and pass on what they say."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})
    else:
        await receive()
        await sit(receive, send)


async def sit(receive: Any, send: Any) -> None:
    """One socket, from its beginning to its end."""
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "hello"})
    everybody.add(send)
    while (message := await receive())["type"] == "websocket.receive":
        for each in list(everybody):
            await each({"type": "websocket.send", "text": message["text"]})
    everybody.discard(send)


if __name__ == "__main__":
    django.setup()
    from educa.config import server

    server.APPLICATION = "bench.fan_out:application"
    server.serve("127.0.0.1", int(sys.argv[1]), on_ready=print)
