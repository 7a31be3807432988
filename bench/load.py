"""Load on a server: by wrk where it is installed, else by a small driver of our own.

Both go through a list of requests; connections that are open each send one request after the other.
"""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle
from pathlib import Path

PATIENCE = 60  # seconds that wrk may take longer than it should
LUA = r"""
local requests, place = {}, 0
for line in io.lines("%(file)s") do requests[#requests + 1] = line:gsub("\1", "\r\n") end
function request()
  place = place %% #requests + 1
  return requests[place]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("FOUND %%d %%d %%d %%d %%d %%d\n", summary.requests, summary.duration,
    summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
"""


@dataclass(frozen=True)
class Load:
    """What a run of requests gave; times in milliseconds, `size` in bytes with the headers."""

    requests: int
    seconds: float
    median: float
    p99: float
    size: float
    failed: int


def press(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Send the requests in turn, over and over, for so long."""
    if wrk := shutil.which("wrk"):
        return press_with_wrk(wrk, port, requests, connections, seconds)
    return press_once(port, cycle(requests), connections=connections, seconds=seconds)


def press_once(port: int, requests: Iterable[bytes], *, connections: int, seconds: float) -> Load:
    """Send each request once, as many as there is time for; wrk has no way to do so."""
    return asyncio.run(press_with_asyncio(port, iter(requests), connections, seconds))


def statuses(port: int, requests: Iterable[bytes]) -> list[int]:
    """What each request is answered with, one after the other."""
    return asyncio.run(statuses_with_asyncio(port, requests))


async def statuses_with_asyncio(port: int, requests: Iterable[bytes]) -> list[int]:
    """On one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = []
    for request in requests:
        writer.write(request)
        found.append((await one_answer(reader))[0])
    writer.close()
    return found


def press_with_wrk(
    wrk: str, port: int, requests: Sequence[bytes], connections: int, seconds: float
) -> Load:
    """The figures of wrk; failed are answers over 399 and broken connections."""
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name:
        lines = Path(name, "requests")
        lines.write_bytes(b"\n".join(each.replace(b"\r\n", b"\1") for each in requests))
        script = Path(name, "script.lua")
        script.write_text(LUA % {"file": lines})
        arguments = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
        said = subprocess.run(
            [wrk, *arguments, "-s", script, f"http://127.0.0.1:{port}"],
            check=True,
            capture_output=True,
            text=True,
            timeout=seconds + PATIENCE,
        ).stdout
    found = re.search(r"FOUND (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", said)
    if found is None:
        raise RuntimeError(f"wrk said no figures:\n{said}")
    count, micro, size, median, p99, failed = map(int, found.groups())
    return Load(
        requests=count,
        seconds=micro / 1e6,
        median=median / 1e3,
        p99=p99 / 1e3,
        size=size / max(1, count),
        failed=failed,
    )


async def press_with_asyncio(
    port: int, source: Iterator[bytes], connections: int, seconds: float
) -> Load:
    """The same in Python, which tires before a fast server does."""
    found = Found()
    begin = time.perf_counter()
    clients = [client(port, source, begin + seconds, found) for _ in range(connections)]
    await asyncio.gather(*clients)
    took = time.perf_counter() - begin
    times = sorted(found.times) or [0.0]
    p99 = times[int((len(times) - 1) * 0.99)]
    count = len(found.times)
    return Load(count, took, times[len(times) // 2], p99, found.size / max(1, count), found.failed)


class Found:
    """What all connections have seen."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.size = 0
        self.failed = 0


async def client(port: int, source: Iterator[bytes], end: float, found: Found) -> None:
    """One connection, used until `end`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in source:
        start = time.perf_counter()
        if start > end:
            break
        writer.write(request)
        status, size = await one_answer(reader)
        found.times.append((time.perf_counter() - start) * 1e3)
        found.size += size
        found.failed += status >= HTTPStatus.BAD_REQUEST
    writer.close()


async def one_answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Read an answer, of known length or in chunks; its status and how many bytes it had."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    size = int(length[1]) if length else 0
    if re.search(rb"transfer-encoding: *chunked", head, re.IGNORECASE):
        size = await chunks(reader)
    else:
        await reader.readexactly(size)
    return int(head.split(None, 2)[1]), len(head) + size


async def chunks(reader: asyncio.StreamReader) -> int:
    """Read all chunks; how many bytes were in them."""
    total = 0
    while size := int(await reader.readline(), 16):
        total += size
        await reader.readexactly(size + 2)
    await reader.readline()
    return total
