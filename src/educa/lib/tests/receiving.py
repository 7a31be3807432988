"""A real server for tests: it keeps what it is sent, and answers well or badly as it is told."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from educa.lib.tls import ensure_certificate

Reply = Callable[[socket.socket, "Request"], None]


@dataclass
class Request:
    """What arrived."""

    path: str
    headers: Message
    body: bytes


class Receiver:
    """Listens on a port of its own; one thread for each connection."""

    def __init__(self, folder: Path | None = None) -> None:
        self.requests: list[Request] = []
        self.server_names: list[str | None] = []
        self.written = 0
        self.is_over = threading.Event()
        self.arrived = threading.Condition()
        self.most_at_once = self._now = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._context = self._with_certificate(folder) if folder else None
        self.url = f"{'https' if folder else 'http'}://127.0.0.1:{self.port}"
        self.answers_with(200)
        threading.Thread(target=self._accept, daemon=True).start()

    def _with_certificate(self, folder: Path) -> ssl.SSLContext:
        files = ensure_certificate(folder, ["hooks.example"])
        self.certificate = files.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        context.sni_callback = lambda _wire, name, _context: self.server_names.append(name)
        return context

    # How it answers

    def answers_with(
        self, status: int, headers: dict[str, str] | None = None, body: bytes = b"ok"
    ) -> None:
        """From now on with this."""
        lines = [f"HTTP/1.1 {status} Word", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.answers_raw("\r\n".join([*lines, "", ""]).encode() + body)

    def answers_raw(self, data: bytes) -> None:
        """From now on with these bytes."""
        self._reply: Reply = lambda wire, _request: self._write(wire, data)

    def answers_by(self, reply: Callable[[Request], int]) -> None:
        """From now on with the status that a function of the request gives."""

        def answer(wire: socket.socket, request: Request) -> None:
            status = reply(request)
            self._write(wire, f"HTTP/1.1 {status} Word\r\nContent-Length: 0\r\n\r\n".encode())

        self._reply = answer

    def stays_silent(self) -> None:
        """From now on it takes requests, and says nothing."""
        self._reply = lambda _wire, _request: self.is_over.wait(30) and None

    def drips(self, beginning: bytes) -> None:
        """From now on it says this, and then letter by letter without an end."""

        def drip(wire: socket.socket, _request: Request) -> None:
            self._write(wire, beginning)
            while not self.is_over.wait(0.05):
                self._write(wire, b"x")

        self._reply = drip

    # What it does

    def wait_for(self, number: int) -> None:
        """Until so many requests have arrived."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.requests) >= number, timeout=30)

    def close(self) -> None:
        self.is_over.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                wire, _address = self._listening.accept()
                threading.Thread(target=self._serve, args=[wire], daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError), plain:
            plain.settimeout(30)
            if self._context is None:
                self._take(plain)
                return
            with self._context.wrap_socket(plain, server_side=True) as secure:
                self._take(secure)

    def _take(self, wire: socket.socket) -> None:
        with wire.makefile("rb") as file:
            line = file.readline().decode()
            if not line:
                return
            headers = BytesParser().parsebytes(b"".join(iter(file.readline, b"\r\n")))
            body = file.read(int(headers["Content-Length"] or 0))
        with self.arrived:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            request = Request(line.split()[1], headers, body)
            self.requests.append(request)
            self.arrived.notify_all()
        try:
            self._reply(wire, request)
        finally:
            with self.arrived:
                self._now -= 1

    def _write(self, wire: socket.socket, data: bytes) -> None:
        for start in range(0, len(data), 65536):
            part = data[start : start + 65536]
            wire.sendall(part)
            self.written += len(part)


@contextmanager
def receiving(folder: Path | None = None) -> Iterator[Receiver]:
    """A server for as long as the block runs; with a folder for its certificate it speaks TLS."""
    receiver = Receiver(folder)
    try:
        yield receiver
    finally:
        receiver.close()
