"""Servers started for a measurement, and what they cost according to the kernel."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
# What a server is told that stands behind nginx, where a measurement sets it.
BEHIND_PROXY = {
    "EDUCA_PROXY": "yes",
    "EDUCA_SITE_URL": "http://127.0.0.1",
    "EDUCA_PLAIN_HTTP": "yes",
    "EDUCA_ACCEL_REDIRECT": "/protected-media/",
}
THREADS = 4  # of each server that runs pages in threads
# A measurement is one address, and asks and says more than people do.
LIMITS = {
    "EDUCA_CHAT_BURST": "100000",
    "EDUCA_CHAT_PER_MINUTE": "1000",
    "EDUCA_CHAT_SOCKETS_PER_ADDRESS": "100000",
    "EDUCA_API_PER_MINUTE": "100000000",
    "EDUCA_API_VISITORS_PER_MINUTE": "100000000",
}


@dataclass(frozen=True)
class System:
    """One way to serve the pages; `{port}` in the command stands for a free port."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def shipped(unit: str) -> tuple[str, ...]:
    """The command of a service in `deploy/`, as this machine runs it: on free ports."""
    text = (ROOT / "deploy" / unit).read_text()
    line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    program, *words = shlex.split(line.removeprefix("ExecStart="))
    for name, value in {"--pages": "127.0.0.1:{port}", "--sockets": "127.0.0.1:0"}.items():
        words[words.index(name) + 1] = value
    return (sys.executable, "-m", Path(program).name, *words)


HOST = shipped("educa.service")
PAGES_ALONE = (*HOST, "--no-sockets", "--no-duties")
# What serves the pages there, for another application.
WORKERS = (
    *(sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", "{port}"),
    *("--interface", "wsgi", "--workers", str(os.cpu_count() or 1), "--backlog", "2048"),
    *("--blocking-threads", str(THREADS), "--no-access-log", "--respawn-failed-workers"),
)
EMBEDDED = (sys.executable, "-m", "educa", "serve")
UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}"),
    *("--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--no-access-log"),
)
GRANIAN = (
    *(sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", "{port}"),
    *("--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS)),
    *("--log-level", "error", "--no-access-log", "educa.config.wsgi:application"),
)
# On SQLite, with nothing configured.
SYSTEMS = {
    "embedded": System("embedded", EMBEDDED),
    "granian": System("granian", GRANIAN),
    "a2wsgi": System("a2wsgi", (*UVICORN, "bench.adapters:through_a2wsgi")),
    "django": System("django", (*UVICORN, "bench.adapters:django_asgi")),
}
# On the servers of production.
PRODUCTION = {
    "production": System("production", PAGES_ALONE),
    "uncached": System("uncached", PAGES_ALONE, {"DJANGO_SETTINGS_MODULE": "bench.uncached"}),
}
YARDSTICKS = {
    "trivial": System(
        "trivial", (*WORKERS, "bench.yardstick:trivial"), {"BENCH_YARDSTICK": "trivial"}
    ),
    "bare": System("bare", (*WORKERS, "bench.yardstick:bare")),
}


def environment(folder: Path, port: int = 0) -> dict[str, str]:
    """The environment of a measured server: where its data is, and how large an upload may be."""
    names = ("PATH", "HOME", "LANG", "EDUCA_MAX_UPLOAD_MB", *BEHIND_PROXY)
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {
        **kept,
        **LIMITS,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "educa.config.settings",
        "EDUCA_DATA_DIR": str(folder),
        "EDUCA_THREADS": str(THREADS),
        "PORT": str(port),
    }


def of_production(addresses: Mapping[str, list[str]]) -> dict[str, str]:
    """The environment of `deploy/educa.env`, with servers at these addresses."""
    lines = (ROOT / "deploy/educa.env").read_text().splitlines()
    named = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    of_this_machine = {"EDUCA_DATA_DIR", "EDUCA_SECRET_KEY", "EMAIL_URL"}
    return {
        **{name: value for name, value in named.items() if name not in of_this_machine},
        "DATABASE_URL": addresses["PostgreSQL"][0],
        "CACHE_URL": f"memcached://{addresses['Memcached'][0]}",
        "CHANNEL_LAYER_URL": addresses["Redis"][0],
    }


def in_process(
    module: str,
    *words: str,
    folder: Path,
    told: str = "",
    more: Mapping[str, str] | None = None,
) -> str:
    """What a program of ours prints, run on the data in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=environment(folder) | dict(more or {}),
        input=told,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


class Running:
    """A server between start and stop."""

    def __init__(self, system: System, folder: Path, more: Mapping[str, str] | None = None) -> None:
        self.name = system.name
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process = subprocess.Popen(
            [word.format(port=self.port) for word in system.command],
            cwd=ROOT,
            env=environment(folder, self.port) | dict(more or {}) | dict(system.environment),
            stdout=subprocess.DEVNULL,
        )

    def wait(self, path: str = "/healthz", patience: float = 120) -> None:
        """Return when the server answers. Raises RuntimeError when it does not."""
        if not answers_within(patience, self._process, self.address + path):
            self.stop()
            raise RuntimeError(f"{self.name} does not answer")

    def stop(self) -> None:
        """End the server and those that it started."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def cpu(self) -> float:
        """Seconds of CPU that the server and its children have used."""
        return sum(cpu_of(pid) for pid in family(self._process.pid))

    def memory(self) -> float:
        """Megabytes of memory, of which shared pages count by share (PSS)."""
        return memory_of(self._process.pid)


def answers_within(patience: float, process: "subprocess.Popen[bytes]", address: str) -> bool:
    """Whether a server that was started answers before so many seconds are over, while it lives.

    Raises HTTPError when it answers with an error.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.05)
    return False


def free_port() -> int:
    """A port that nobody used a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def family(pid: int) -> list[int]:
    """A process and all below it."""
    pids = [pid]
    for each in pids:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            pids += map(int, task.read_text().split())
    return pids


def child_named(pid: int, name: str) -> int:
    """The child of a process that runs this program. Raises LookupError."""
    for child in family(pid)[1:]:
        if Path(f"/proc/{child}/comm").read_text().strip() == name:
            return child
    raise LookupError(name)


def cpu_of(pid: int) -> float:
    """Seconds of CPU, in user and kernel mode; with those of children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def pss_of(pid: int) -> int:
    """Kilobytes of memory by share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def memory_of(pid: int) -> float:
    """Megabytes of memory of a process and all below it, by share."""
    return sum(pss_of(each) for each in family(pid)) / 1024
