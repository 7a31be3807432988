"""Load on one address: by wrk where it is installed, else by a small driver of our own."""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Load:
    """What a run of requests gave; times in milliseconds."""

    requests: int
    seconds: float
    median: float
    p99: float
    failed: int


def press(
    address: str, *, connections: int, seconds: float, headers: Mapping[str, str] | None = None
) -> Load:
    """Ask for the address over and over, each connection one request after the other."""
    lines = [f"{name}: {value}" for name, value in (headers or {}).items()]
    if wrk := shutil.which("wrk"):
        return press_with_wrk(wrk, address, connections, seconds, lines)
    return asyncio.run(press_with_asyncio(address, connections, seconds, lines))


def press_with_wrk(
    wrk: str, address: str, connections: int, seconds: float, lines: list[str]
) -> Load:
    """The figures of wrk; failed are answers over 399 and broken connections."""
    arguments = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", address]
    arguments[:0] = [word for line in lines for word in ("-H", line)]
    said = subprocess.run([wrk, *arguments], check=True, capture_output=True, text=True).stdout
    count, took, unit = find(r"(\d+) requests in ([\d.]+)(m|s)", said)
    broken = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Load(
        requests=int(count),
        seconds=float(took) * UNITS[unit] / 1e3,
        median=milliseconds(*find(r"50%\s+([\d.]+)(us|ms|s|m)", said)),
        p99=milliseconds(*find(r"99%\s+([\d.]+)(us|ms|s|m)", said)),
        failed=sum(map(int, broken.groups() if broken else ()))
        + (int(refused[1]) if refused else 0),
    )


def find(pattern: str, text: str) -> tuple[str, ...]:
    """The groups of a pattern that must be there."""
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"wrk said nothing like {pattern}:\n{text}")
    return found.groups()


def milliseconds(number: str, unit: str) -> float:
    """A time of wrk."""
    return float(number) * UNITS[unit]


async def press_with_asyncio(
    address: str, connections: int, seconds: float, lines: list[str]
) -> Load:
    """The same in Python, which tires before a fast server does."""
    times: list[float] = []
    failed: list[str] = []
    begin = time.perf_counter()
    end = begin + seconds
    clients = [client(address, end, times, failed, lines) for _ in range(connections)]
    await asyncio.gather(*clients)
    times.sort()
    took = time.perf_counter() - begin
    if not times:
        return Load(0, took, 0, 0, len(failed))
    p99 = times[int((len(times) - 1) * 0.99)]
    return Load(len(times), took, times[len(times) // 2], p99, len(failed))


async def client(
    address: str, end: float, times: list[float], failed: list[str], lines: list[str]
) -> None:
    """One connection, used until `end`."""
    parts = urlsplit(address)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    head = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", *lines]
    request = ("\r\n".join(head) + "\r\n\r\n").encode()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while (start := time.perf_counter()) < end:
        writer.write(request)
        status = await one_answer(reader)
        times.append((time.perf_counter() - start) * 1e3)
        if status >= HTTPStatus.BAD_REQUEST:
            failed.append(target)
    writer.close()


async def one_answer(reader: asyncio.StreamReader) -> int:
    """Read an answer of known length; its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    await reader.readexactly(int(length[1]) if length else 0)
    return int(head.split(None, 2)[1])
