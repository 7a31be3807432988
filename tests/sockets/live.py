"""A running site with sockets, and people who sit at them."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from educa.config.tests.serving import serving

APPLICATION = "educa.config.asgi:application"
PATIENCE = 15.0  # seconds until something that was promised counts as missing


class Beside:
    """A process beside the site, with the same database and without sockets."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sockets.at_site"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**given: Any) -> Any:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps([name, given]) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
            assert "error" not in answer, answer.get("error")
            return answer["answer"]

        return call

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


class Place:
    """One socket in a room, and everything that came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []

    def say(self, message: str, client_id: str | None = None, **more: Any) -> str:
        """Send a message; its `client_id`."""
        key = client_id or str(uuid.uuid4())
        self.send(json.dumps({"message": message, "client_id": key, **more}))
        return key

    def send(self, frame: str | bytes) -> None:
        """Send a frame as it is."""
        self.socket.send(frame)

    def next(self, kind: str, *, within: float = PATIENCE, **fields: Any) -> dict[str, Any]:
        """The next frame of this kind with these fields; others before it are kept in `frames`."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            for frame in self._receive(left):
                if frame["type"] == kind and fields.items() <= frame.items():
                    return frame
        raise TimeoutError(f"no {kind} {fields} in {self.frames}")

    def messages(self, until: int) -> list[str]:
        """The texts of all messages that came, once number `until` has come."""
        while not any(frame.get("sequence") == until for frame in self.events()):
            self._receive(PATIENCE)
        return [frame["message"] for frame in self.frames if frame["type"] == "message"]

    def events(self) -> list[dict[str, Any]]:
        """All frames that are of the log."""
        kinds = {"message", "edit", "delete", "reaction", "pin", "answer", "room"}
        return [frame for frame in self.frames if frame["type"] in kinds]

    def code(self) -> int:
        """The code with which the server closes the socket."""
        try:
            while True:
                self._receive(PATIENCE)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def _receive(self, patience: float) -> list[dict[str, Any]]:
        """What comes next: one frame, or the events of a page of the log."""
        frame = json.loads(self.socket.recv(patience))
        came = frame["events"] if frame["type"] == "history" else [frame]
        self.frames += came
        return list(came)


class LiveSite:
    """A site that runs, with a process beside it."""

    def __init__(self, port: int, beside: Beside) -> None:
        self.port = port
        self.beside = beside

    @property
    def origin(self) -> str:
        """The origin of its own pages."""
        return f"http://127.0.0.1:{self.port}"

    def connect(
        self, course: int, who: dict[str, Any] | None, *, origin: str | None = "own", **query: Any
    ) -> ClientConnection:
        """An open socket. Raises InvalidStatus when it is refused."""
        address = f"ws://127.0.0.1:{self.port}/ws/chat/room/{course}/?{urlencode(query)}"
        cookie = {"Cookie": f"session={who['session']}"} if who else {}
        return connect(
            address,
            origin=self.origin if origin == "own" else origin,  # type: ignore[arg-type]
            additional_headers=cookie,
            max_queue=None,
            open_timeout=PATIENCE,
        )

    @contextmanager
    def sitting(self, course: int, who: dict[str, Any], **query: Any) -> Iterator[Place]:
        """Somebody in the room, who was told hello."""
        with self.connect(course, who, **query) as socket:
            place = Place(socket)
            place.next("hello")
            yield place


@contextmanager
def live_site(folder: Path, **environment: str) -> Iterator[LiveSite]:
    """A site in a process, on a database that has its tables."""
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "DJANGO_SETTINGS_MODULE": "educa.config.settings",
        "EDUCA_DATA_DIR": str(folder),
        "EDUCA_CHAT_BURST": "1000",
        "EDUCA_CHAT_PER_MINUTE": "1000",
        **environment,
    }
    beside = Beside(settings)
    try:
        with serving(folder, APPLICATION, **settings) as process:
            yield LiveSite(process.port, beside)
    finally:
        beside.stop()
