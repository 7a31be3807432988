"""Servers started for a measurement, and what they cost according to the kernel."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
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
    "EDUCA_API_PER_MINUTE": "10000000",
}


@dataclass(frozen=True)
class System:
    """One way to serve the pages; `{port}` in the command stands for a free port."""

    name: str
    command: tuple[str, ...]


UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}"),
    *("--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--no-access-log"),
)
GRANIAN = (
    *(sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", "{port}"),
    *("--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS)),
    *("--log-level", "error", "--no-access-log", "educa.config.wsgi:application"),
)
SYSTEMS = {
    "embedded": System("embedded", (sys.executable, "-m", "educa", "serve")),
    "granian": System("granian", GRANIAN),
    "a2wsgi": System("a2wsgi", (*UVICORN, "bench.adapters:through_a2wsgi")),
    "django": System("django", (*UVICORN, "bench.adapters:django_asgi")),
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


class Running:
    """A server between start and stop."""

    def __init__(self, system: System, folder: Path) -> None:
        self.name = system.name
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process = subprocess.Popen(
            [word.format(port=self.port) for word in system.command],
            cwd=ROOT,
            env=environment(folder, self.port),
            stdout=subprocess.DEVNULL,
        )

    def wait(self, path: str = "/healthz", patience: float = 60) -> None:
        """Return when the server answers. Raises RuntimeError when it does not."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.address + path, timeout=5):
                    return
            except urllib.error.HTTPError:
                raise
            except OSError:
                time.sleep(0.05)
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
        return sum(pss_of(pid) for pid in family(self._process.pid)) / 1024


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


def cpu_of(pid: int) -> float:
    """Seconds of CPU, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def pss_of(pid: int) -> int:
    """Kilobytes of memory by share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
