"""The server as a process of its own, and a small site to stop it with."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from educa.lib.serving.bodies import Room
from educa.lib.serving.bridge import WSGIBridge
from educa.lib.serving.entries import Lifespan, refuse
from educa.lib.serving.threads import Threads

PROGRAM = """
import sys, django
django.setup()
from educa.config import server
server.GRACE = 1
server.APPLICATION = sys.argv[3]
server.serve(sys.argv[1], int(sys.argv[2]), tls=server.tls_files(),
             on_ready=lambda address: print(address, flush=True))
"""
SMALL_SITE = "educa.config.tests.serving:small_site"


@dataclass
class Process:
    """A running server and its address."""

    process: "subprocess.Popen[str]"
    address: str

    @property
    def port(self) -> int:
        """The port that it says it listens on."""
        return urlsplit(self.address).port or 0

    def stop(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit status and what was said on stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@contextmanager
def serving(
    folder: Path, application: str, host: str = "127.0.0.1", **environment: str
) -> Iterator[Process]:
    """The server in a process, on a free port and with a data directory of its own."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, host, "0", application],
        env={
            **inherited,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "DJANGO_SETTINGS_MODULE": "educa.config.settings",
            "EDUCA_DATA_DIR": str(folder),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, process.communicate()[1]
        yield Process(process, address)
    finally:
        process.kill()
        process.communicate()


def pages(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """/ says hello, /never says nothing for ever, and there is nothing else."""
    if environ["PATH_INFO"] == "/never":
        print("busy", flush=True)
        Event().wait()
    found = environ["PATH_INFO"] == "/"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain")])
    return [b"hello" if found else b"nothing"]


def make_small_site(pages: Any = pages) -> Any:
    """Some pages, by default those above, and sockets at /echo that give back what they get."""
    crew = Threads(2, name="small-pages")
    bridge = WSGIBridge(pages, pages=crew, files=crew, most_body=lambda _: 2**20, room=Room(2**24))
    lifespan = Lifespan(crew, patience=0.1)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await (echo if scope["path"] == "/echo" else refuse)(scope, receive, send)
        else:
            await (lifespan if scope["type"] == "lifespan" else bridge)(scope, receive, send)

    return application


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Give back every text."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


small_site = make_small_site()
