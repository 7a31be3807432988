"""Asking a server for a page of the log."""

import asyncio
import json
from typing import Any

PATIENCE = 20.0  # seconds


async def get(port: int, path: str, cookie: str) -> dict[str, Any]:
    """The JSON at a path. Raises OSError where the answer is anything but that."""
    return await ask(port, f"GET {path} HTTP/1.1", cookie)


async def ask(port: int, line: str, cookie: str, body: bytes = b"", *more: str) -> dict[str, Any]:
    """The JSON that answers a request. Raises OSError for anything else."""
    head = [line, f"Host: 127.0.0.1:{port}", f"Cookie: {cookie}", "Accept: application/json", *more]
    head += ["Connection: close", f"Content-Length: {len(body)}", "", ""]
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write("\r\n".join(head).encode() + body)
            answer = await reader.read()
        finally:
            writer.close()
    return read(answer)


def read(answer: bytes) -> dict[str, Any]:
    """The JSON in an answer of a server that hangs up afterwards."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise OSError(head.partition(b"\r\n")[0].decode("latin-1") or "no answer")
    if b"transfer-encoding: chunked" in head.lower():
        body = unchunked(body)
    found: dict[str, Any] = json.loads(body)
    return found


def unchunked(body: bytes) -> bytes:
    """A body that was sent in chunks."""
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        parts.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]
    return b"".join(parts)
