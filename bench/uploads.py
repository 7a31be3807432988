"""What a large upload costs the server: `python -m bench.uploads --size 2048`.

A film is sent in parts, as one part, and in parts of which ten break off half-way; then it is made a
content, and its bytes are compared. Memory and disk are looked at every 20 ms.
"""

import argparse
import json
import os
import socket
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import file_digest
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.processes import SYSTEMS, Running, family, in_process

MEGABYTE = 2**20
PART = 8 * MEGABYTE
CUTS = 10
DONE = (200, 201, 204)
PAUSE = 0.02  # seconds between two looks
NOTICED = 0.2  # seconds after which a server knows that a client has hung up
TOKEN = "t" * 32
ROW = "{system:10} {way:8} {seconds:>7.1f} s {before:>6.0f} {peak:>6.0f} {after:>6.0f} {disk:>7.2f}"
HEAD = "system     sent       time  RSS MB before, peak, after   copies on disk at most"


def main() -> None:
    """Measure each system in each way."""
    parser = argparse.ArgumentParser(prog="python -m bench.uploads", description=__doc__)
    parser.add_argument("--size", type=int, default=2048, help="megabytes")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=["embedded"])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options = parser.parse_args()
    os.environ["EDUCA_MAX_UPLOAD_MB"] = str(options.size)
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name:
        film = make_film(Path(name, "film.mp4"), options.size * MEGABYTE)
        for system in options.systems:
            for way in options.ways:
                print(
                    ROW.format(**measure(system, way, film, Path(name, f"{system}-{way}"))),
                    flush=True,
                )


def make_film(path: Path, size: int) -> Path:
    """A sparse file with something in each megabyte that only stands there."""
    with path.open("wb") as file:
        for offset in range(0, size, MEGABYTE):
            file.seek(offset)
            file.write(b"\0\0\0\x18ftypmp42" if offset == 0 else str(offset).encode())
        file.truncate(size)
    return path


def measure(system: str, way: str, film: Path, folder: Path) -> dict[str, Any]:
    """Send the film in this way to a new site. Raises AssertionError where it does not arrive whole."""
    folder.mkdir()
    sender = Sender(film, **json.loads(in_process("bench.uploader", folder=folder)))
    server = Running(SYSTEMS[system], folder)
    server.wait()
    try:
        sender.port = server.port
        with looking(server, folder) as seen:
            began = time.monotonic()
            WAYS[way](sender, sender.announce())
            content = sender.add()
            seconds = time.monotonic() - began
            time.sleep(1)
    finally:
        server.stop()
    (stored,) = (folder / "media/video").iterdir()
    assert content == "video"
    assert digest(stored) == digest(film)
    disk = max(seen["disk"]) / film.stat().st_size
    memory = [rss / MEGABYTE for rss in seen["memory"]]
    return {
        "system": system,
        "way": way,
        "seconds": seconds,
        "before": memory[0],
        "peak": max(memory),
        "after": memory[-1],
        "disk": disk,
    }


class Sender:
    """Somebody's script that uploads one film."""

    def __init__(self, film: Path, session: str, course: int, module: int) -> None:
        self.film, self.size = film, film.stat().st_size
        self.course, self.module = course, module
        self.headers = {
            "Cookie": f"session={session}; csrf={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Tus-Resumable": "1.0.0",
        }
        self.port = 0
        self.path = ""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer, read to its end; its text is in `text`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(HTTPConnection("127.0.0.1", self.port, blocksize=MEGABYTE)) as connection:
            connection.request(method, path, body, self.headers | named)
            answer: Any = connection.getresponse()
            answer.text = answer.read().decode()
        assert answer.status in DONE, answer.text
        return answer

    def announce(self) -> int:
        """Say what comes; how many bytes the server has, which is none."""
        name = f"filename {b64encode(b'film.mp4').decode()}"
        path = f"/uploads/{self.course}/"
        answer = self.ask("POST", path, Upload_Length=str(self.size), Upload_Metadata=name)
        self.path = answer.headers["Location"]
        return 0

    def offset(self) -> int:
        """How many bytes the server has."""
        return int(self.ask("HEAD", self.path).headers["Upload-Offset"])

    def send(self, offset: int, length: int) -> int:
        """Send so many bytes; how many the server has then."""
        length = min(length, self.size - offset)
        answer = self.ask("PATCH", self.path, self.blocks(offset, length), **head(offset, length))
        return int(answer.headers["Upload-Offset"])

    def send_half(self, offset: int, length: int) -> None:
        """Begin to send so many bytes, and hang up."""
        lines = [f"PATCH {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        named = self.headers | {n.replace("_", "-"): v for n, v in head(offset, length).items()}
        lines += [f"{name}: {value}" for name, value in named.items()]
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            for block in self.blocks(offset, length // 2):
                connection.sendall(block)

    def blocks(self, offset: int, length: int) -> Iterator[bytes]:
        with self.film.open("rb") as file:
            file.seek(offset)
            while length:
                block = file.read(min(MEGABYTE, length))
                length -= len(block)
                yield block

    def add(self) -> str:
        """Make it a content; its kind."""
        fields = urlencode({"upload": self.path.split("/")[-2]})
        kind = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self.ask("POST", f"/course/module/{self.module}/content/upload/", fields, **kind)
        return str(json.loads(answer.text)["kind"])


def head(offset: int, length: int) -> dict[str, str]:
    """What a part says of itself."""
    return {
        "Content_Type": "application/offset+octet-stream",
        "Upload_Offset": str(offset),
        "Content_Length": str(length),
    }


def in_parts(sender: Sender, offset: int) -> None:
    while offset < sender.size:
        offset = sender.send(offset, PART)


def as_one(sender: Sender, offset: int) -> None:
    sender.send(offset, sender.size)


def with_cuts(sender: Sender, offset: int) -> None:
    for number in range(CUTS):
        while offset < (number + 1) * sender.size // (CUTS + 1):
            offset = sender.send(offset, PART)
        sender.send_half(offset, PART)
        time.sleep(NOTICED)
        offset = sender.offset()
    in_parts(sender, offset)


WAYS = {"parts": in_parts, "one": as_one, "cut": with_cuts}


@contextmanager
def looking(server: Running, folder: Path) -> Iterator[dict[str, list[int]]]:
    """Note memory and disk until the end of the block."""
    seen: dict[str, list[int]] = {"memory": [], "disk": []}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(PAUSE):
            pids = family(server.pid)
            seen["memory"].append(sum(map(rss_of, pids)))
            seen["disk"].append(sum(sizes_in(folder, pids).values()))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def rss_of(pid: int) -> int:
    """Bytes in memory."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def sizes_in(folder: Path, pids: list[int]) -> dict[tuple[int, int], int]:
    """Bytes of each file once, whatever it is called: uploads, stored files, and files without a name."""
    places = [folder / name for name in ("media", "uploads", "tmp")]
    paths = [path for place in places for path in place.rglob("*")]
    paths += [path for pid in pids for path in Path(f"/proc/{pid}/fd").iterdir()]
    sizes = {}
    for path in paths:
        try:
            found, name = path.stat(), path.resolve()
        except OSError:
            continue
        if path.is_file() and any(name.is_relative_to(place) for place in places):
            sizes[found.st_dev, found.st_ino] = found.st_size
    return sizes


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
