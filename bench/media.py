"""What it costs to read a film in parts: `python -m bench.media --size 200`.

Somebody with a session asks for pieces of a megabyte at places here and there, on a few connections,
from the embedded server, from nginx that Educa hands the film to (X-Accel-Redirect), and from nginx
that asks nobody. Rounds alternate; the table shows medians. CPU is that of the servers, nginx among them.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.processes import (
    BEHIND_PROXY,
    SYSTEMS,
    Running,
    cpu_of,
    family,
    free_port,
    in_process,
)

MEGABYTE = 2**20
PART = 206
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
CONFIGURATION = """
daemon off; {user} pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{
    access_log off; default_type application/octet-stream; sendfile on;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream web {{ server 127.0.0.1:{web}; keepalive 32; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host 127.0.0.1;
        }}
        location /protected-media/ {{ internal; alias {media}/; }}
        location /plain/ {{ alias {media}/; }}
    }}
}}
"""
HEAD = "way                        MB/s   pieces/s   p50 ms   p99 ms   CPU ms a piece"
ROW = "{way:22} {rate:>8.0f} {pieces:>10.0f} {p50:>8.1f} {p99:>8.1f} {cpu:>16.2f}"


@dataclass
class Way:
    """One way to the film: where it is asked for, and the processes that work for it."""

    name: str
    port: int
    path: str
    pids: list[int]

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return sum(cpu_of(each) for pid in self.pids for each in family(pid))


def main() -> None:
    """Measure each way, round after round."""
    parser = argparse.ArgumentParser(prog="python -m bench.media", description=__doc__)
    parser.add_argument("--size", type=int, default=200, help="megabytes")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if NGINX is None:
        raise SystemExit("nginx is missing: install the Debian package nginx")
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        film = json.loads(in_process("bench.film", str(options.size), folder=folder))
        ways = list(started(folder, film["name"], stack))
        for way in ways:  # what is loaded with the first request is no part of the measurement
            measured(way, film["session"], options)
        rounds = [
            (way.name, measured(way, film["session"], options))
            for _ in range(options.rounds)
            for way in ways
        ]
    print(HEAD)
    for way in ways:
        rows = [row for name, row in rounds if name == way.name]
        medians = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
        print(ROW.format(way=way.name, **medians))


def started(folder: Path, name: str, stack: ExitStack) -> Iterator[Way]:
    """The servers, until the stack is left."""
    embedded = Running(SYSTEMS["embedded"], folder)
    stack.callback(embedded.stop)
    embedded.wait()
    os.environ.update(BEHIND_PROXY)
    web = Running(SYSTEMS["granian"], folder)
    stack.callback(web.stop)
    web.wait()
    port, pid = stack.enter_context(nginx(folder, web.port))
    yield Way("embedded", embedded.port, f"/media/{name}", [embedded.pid])
    yield Way("nginx, X-Accel-Redirect", port, f"/media/{name}", [web.pid, pid])
    yield Way("nginx alone", port, f"/plain/{name}", [pid])


@contextmanager
def nginx(folder: Path, web: int) -> Iterator[tuple[int, int]]:
    """nginx in front of a web service, which sends files itself; its port and process."""
    port, place = free_port(), folder / "nginx"
    place.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    words = {"folder": place, "web": web, "port": port, "media": folder / "media", "user": user}
    (place / "nginx.conf").write_text(CONFIGURATION.format(**words))
    process = subprocess.Popen([str(NGINX), "-c", place / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def measured(way: Way, session: str, options: argparse.Namespace) -> dict[str, float]:
    """One round: what came in a second, how long a piece took, and what it cost."""
    times: list[float] = []
    end = time.monotonic() + options.seconds
    readers = [
        threading.Thread(target=read, args=(way, session, options.size, end, times))
        for _ in range(options.connections)
    ]
    before = way.cpu()
    began = time.monotonic()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    seconds = time.monotonic() - began
    times.sort()
    return {
        "rate": len(times) / seconds,
        "pieces": len(times) / seconds,
        "p50": times[len(times) // 2] * 1e3,
        "p99": times[len(times) * 99 // 100] * 1e3,
        "cpu": (way.cpu() - before) / len(times) * 1e3,
    }


def read(way: Way, session: str, size: int, end: float, times: list[float]) -> None:
    """Ask for one piece after the other on one connection. Raises RuntimeError for a wrong answer."""
    buffer = bytearray(MEGABYTE)
    with closing(HTTPConnection("127.0.0.1", way.port, timeout=30)) as connection:
        while time.monotonic() < end:
            first = random.randrange((size - 1) * MEGABYTE)
            headers = {
                "Cookie": f"session={session}",
                "Range": f"bytes={first}-{first + MEGABYTE - 1}",
            }
            began = time.monotonic()
            connection.request("GET", way.path, headers=headers)
            answer: Any = connection.getresponse()
            length = 0
            while count := answer.readinto(buffer):
                length += count
            times.append(time.monotonic() - began)
            if (answer.status, length) != (PART, MEGABYTE):
                raise RuntimeError(f"{way.name}: {answer.status}, {length} bytes")


if __name__ == "__main__":
    main()
