"""A real server in a thread, and clients that speak to it over real sockets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn

from educa.lib.serving.bodies import Room
from educa.lib.serving.bridge import WSGIBridge
from educa.lib.serving.connections import Connection
from educa.lib.serving.threads import Threads

MEGABYTE = 2**20


class Running:
    """A WSGI application served by the bridge on a free port."""

    def __init__(
        self,
        application: Any,
        *,
        folder: Path | None = None,
        listener: socket.socket | None = None,
    ) -> None:
        self.pages = Threads(4, name="test-pages", most_waiting=50)
        self.files = Threads(2, name="test-files")
        self.bridge = WSGIBridge(
            application,
            pages=self.pages,
            files=self.files,
            most_body=lambda _: 256 * MEGABYTE,
            room=Room(300 * MEGABYTE),
            folder=folder,
        )
        self.listener = listener or socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.bridge,
                http=Connection,
                lifespan="off",
                log_config=None,
                timeout_graceful_shutdown=1,
            )
        )

    @contextmanager
    def running(self) -> Iterator["Running"]:
        """Serve for the time of the block."""
        self.pages.start()
        self.files.start()
        thread = threading.Thread(target=self.server.run, args=([self.listener],))
        thread.start()
        try:
            yield self
        finally:
            self.server.should_exit = True
            thread.join()
            self.pages.stop(1)
            self.files.stop(1)

    def ask(self, path: str, method: str = "GET", **options: Any) -> "Reply":
        """One request on a connection of its own, with http.client's options."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, **options)
            return Reply(connection)
        finally:
            connection.close()

    def say(self, request: bytes) -> bytes:
        """Everything that the server answers to these bytes until it closes the connection."""
        with self.connect() as client:
            client.sendall(request)
            return b"".join(iter(lambda: client.recv(65536), b""))

    def connect(self) -> socket.socket:
        """A plain connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


class Reply:
    """A whole answer."""

    def __init__(self, connection: HTTPConnection) -> None:
        response = connection.getresponse()
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


def memory() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
