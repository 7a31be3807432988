"""A site of real processes that can be killed: servers, Redis, PostgreSQL, and a hand without sockets."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.servers import SERVERS, answer, free_port, spawn, start, unprivileged

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90.0  # seconds until something counts as broken
LIMITS = {  # nobody is too fast for a test, but for the limits that only a browser keeps
    "EDUCA_CHAT_BURST": "200",
    "EDUCA_CHAT_PER_MINUTE": "500",
    "EDUCA_CHAT_SOCKETS_PER_USER": "100",
    "EDUCA_CHAT_SOCKETS_PER_ADDRESS": "10000",
    "EDUCA_CHAT_LENGTH": "4000",
}


class Broken(Exception):
    """Something did not start, or does not answer."""


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that comes by itself. Raises Broken when it does not."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise Broken("waited for something that did not come")
        await asyncio.sleep(0.02)


class Dependency:
    """PostgreSQL, Redis or Memcached, which can be stopped and started again where they were."""

    def __init__(self, name: str, folder: Path) -> None:
        self._server = SERVERS[name]
        self.process, self.address = start(self._server, folder)
        self.port = int(self.address.rpartition(":")[2].partition("/")[0])
        (self._home,) = folder.glob(f"{name.lower()}-*")

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    async def down(self, number: signal.Signals) -> None:
        """Stop it, and wait until it has stopped."""
        self.tell(number)
        await until(lambda: self.process.poll() is not None)

    async def up(self) -> None:
        """Start it once more, on what it had stored."""
        command = [str(word) for word in self.process.args]  # type: ignore[union-attr]
        other = unprivileged() if self._server.name == "PostgreSQL" else {}
        self.process = self._server.spawn(self._home, *command, **other)
        await until(lambda: self._server.is_ready(self._home, self.port))


class Process:
    """One server of the site."""

    def __init__(self, site: "Site") -> None:
        self.port = free_port()
        self._site = site
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._site.folder / "servers.log").open("ab") as log:
            self.process = spawn(
                [sys.executable, "-m", "educa", "serve"],
                at_our_end=signal.SIGKILL,
                cwd=ROOT,
                env={**self._site.environment, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def is_ready(self) -> None:
        """Wait until it answers. Raises Broken when it does not."""
        assert self.process is not None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(OSError):
                _reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.05)
        raise Broken(f"a server does not answer: {self._site.last_words()}")

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        process = self.process
        assert process is not None
        process.send_signal(number)
        await until(lambda: process.poll() is not None)


class Site:
    """A site in a folder: one process on SQLite, or two with PostgreSQL and Redis."""

    def __init__(self, folder: Path, *, database: str | None, on_servers: bool) -> None:
        self.folder = folder
        self.redis = Dependency("Redis", self._home()) if on_servers else None
        self.cache = Dependency("Memcached", self._home()) if on_servers else None
        own = on_servers and database is None
        self.postgres = Dependency("PostgreSQL", self._home()) if own else None
        self.database = database or (self.postgres.address if self.postgres else None)
        self.environment = self._environment()
        if self.database:
            self._promise_what_is_written()
        self.processes = [Process(self) for _ in range(2 if on_servers else 1)]
        self.course = 0
        self._hand: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    def _home(self) -> Path:
        home = self.folder / "servers"
        home.mkdir(mode=0o711, exist_ok=True)
        return home

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        servers = {
            "DATABASE_URL": self.database,
            "CHANNEL_LAYER_URL": self.redis and self.redis.address,
            "CACHE_URL": self.cache and f"memcached://{self.cache.address}",
        }
        return {
            **kept,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "educa.config.settings",
            "EDUCA_DATA_DIR": str(self.folder / "data"),
            "EDUCA_SECRET_KEY": "a key for one run only, known to everybody who reads this line",
            **LIMITS,
            **{name: url for name, url in servers.items() if url},
        }

    def _promise_what_is_written(self) -> None:
        """The tests' PostgreSQL forgets its last commits when it is killed; this one must not."""
        with psycopg.connect(self.database or "", autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on')

    async def begin(self, people: int) -> list[dict[str, str]]:
        """Make so many students, and start to serve; who they are."""
        told = await self._program("tests.torture.people", str(people))
        made = json.loads(told)
        self.course = made["course"]
        for process in self.processes:
            process.start()
        self._hand = await self._start("tests.torture.hand")
        for process in self.processes:
            await process.is_ready()
        found: list[dict[str, str]] = made["people"]
        return found

    async def end(self) -> None:
        """Stop everything."""
        for process in self.processes:
            if process.process is not None:
                await process.kill()
        if self._hand is not None:
            self._hand.kill()
            await self._hand.wait()
        for dependency in (self.redis, self.cache, self.postgres):
            if dependency is not None:
                dependency.tell(signal.SIGCONT)
                await dependency.down(dependency._server.stop)

    async def hand(self, do: str, who: str, **told: Any) -> dict[str, Any]:
        """Do something from another process, again and again until the database has answered."""
        assert self._hand is not None
        assert self._hand.stdin
        assert self._hand.stdout
        line = json.dumps({"do": do, "who": who, "course": self.course, **told}) + "\n"
        end = time.monotonic() + PATIENCE
        async with self._turn:
            while time.monotonic() < end:
                self._hand.stdin.write(line.encode())
                answer: dict[str, Any] = json.loads(
                    await self._hand.stdout.readline() or '{"again": "gone"}'
                )
                if "again" not in answer:
                    return answer
                await asyncio.sleep(0.2)
        raise Broken(f"the database does not answer: {self.last_words()}")

    async def hang_up_on_database(self) -> None:
        """End every connection that anybody has to the database."""
        connection = await psycopg.AsyncConnection.connect(self.database or "", autocommit=True)
        async with connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def flush_redis(self) -> None:
        """Let Redis forget everything that it holds."""
        assert self.redis is not None
        answer(self.redis.port, b"FLUSHALL\r\n")

    def last_words(self) -> str:
        """The end of what the servers wrote."""
        log = self.folder / "servers.log"
        return " / ".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""

    async def _start(self, module: str, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *words),
            cwd=ROOT,
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**28,
        )

    async def _program(self, module: str, *words: str) -> str:
        process = await self._start(module, *words)
        told, _ = await process.communicate()
        if process.returncode:
            raise Broken(f"{module} failed")
        return told.decode()
