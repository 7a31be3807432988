"""`educa host` as an operator meets it: real processes behind a proxy that is not there."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.management import CommandError
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from educa.config import hosting
from educa.config.tests.commands import KEY, PACKAGE, run_educa, scrubbed
from educa.lib.tests.test_children import PATIENCE, runs, until
from tests.migrated import copy_migrated

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="needs the children of Linux"),
]

NAME = "learn.example.org"
# Nobody is there: what is asked of the site here needs neither cache nor layer.
SITE = {
    "EDUCA_SITE_URL": f"https://{NAME}",
    "EDUCA_PROXY": "yes",
    "EDUCA_SECRET_KEY": KEY,
    "CACHE_URL": "memcached://127.0.0.1:9",
    "CHANNEL_LAYER_URL": "redis://127.0.0.1:9/0",
}
PARTS = ("educa-pages", "educa-sockets", "educa-work")


@dataclass
class Host:
    """A running site, and where it is."""

    process: "subprocess.Popen[bytes]"
    pages: int
    sockets: int
    log: Path

    def children(self, pid: int | None = None) -> list[int]:
        """The processes right below one, or below the parent of all."""
        pid = pid or self.process.pid
        return [int(child) for child in words(f"/proc/{pid}/task/{pid}/children")]

    def family(self) -> list[int]:
        """All of its processes."""
        found = [self.process.pid]
        for pid in found:
            found += self.children(pid)
        return found

    def parts(self) -> dict[str, int]:
        """The processes below the parent, by name; without one that ends while it is looked at."""
        return {name: pid for pid in self.children() for name in words(f"/proc/{pid}/comm")}

    def status(self, path: str, port: int | None = None) -> int:
        """What is answered to a proxy; 0 when nobody is there."""
        connection = HTTPConnection("127.0.0.1", port or self.pages, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Host": NAME, "X-Forwarded-Proto": "https"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def socket_status(self) -> int:
        """What is answered to who opens a socket where there is none."""
        with pytest.raises(InvalidStatus) as refused:
            connect(
                f"ws://{NAME}/ws/nowhere",
                sock=socket.create_connection(("127.0.0.1", self.sockets), timeout=PATIENCE),
                origin=f"https://{NAME}",
                additional_headers={"X-Forwarded-Proto": "https"},
            )
        return refused.value.response.status_code

    def is_whole(self) -> bool:
        """Whether everything is there: the parts, the workers, and background work that has begun."""
        parts = self.parts()
        return (
            sorted(parts) == sorted(PARTS)
            and len(self.children(parts["educa-pages"])) == 2
            and self.status("/healthz") == 200
        )


def words(path: str) -> list[str]:
    """What stands in a file of the kernel; nothing when its process has just ended."""
    try:
        return Path(path).read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in taken]


@pytest.fixture(scope="module")
def data(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a site that has its tables."""
    return copy_migrated(migrated, tmp_path_factory.mktemp("site"))


@contextmanager
def site(data: Path, *options: str) -> Iterator[Host]:
    """A site that runs until the end of the block, however that comes."""
    pages, sockets = free_ports(2)
    log = data / "log"
    addresses = ("--pages", f"127.0.0.1:{pages}", "--sockets", f"127.0.0.1:{sockets}")
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "educa", "host", *addresses, "--workers", "2", *options],
            cwd=PACKAGE,
            env=scrubbed(data, **SITE),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    host = Host(process, pages, sockets, log)
    try:
        until(lambda: process.poll() is not None or host.status("/healthz") == 200, 120)
        assert process.poll() is None, log.read_text()
        yield host
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def host(data: Path) -> Iterator[Host]:
    """One site for all tests that leave it whole."""
    with site(data) as host:
        until(host.is_whole)
        yield host


def test_pages_and_sockets_are_served_at_their_addresses(host: Host) -> None:
    assert host.status("/accounts/login/") == 200
    assert host.socket_status() == 404


def test_background_work_comes_after_pages_and_sockets(host: Host) -> None:
    until(lambda: "Educa is at work" in host.log.read_text())
    priorities = {name: os.getpriority(os.PRIO_PROCESS, pid) for name, pid in host.parts().items()}

    ours = os.getpriority(os.PRIO_PROCESS, 0)

    assert priorities == {
        "educa-pages": ours,
        "educa-sockets": ours,
        "educa-work": min(19, ours + 5),
    }


def test_the_parent_has_neither_threads_nor_connections(host: Host) -> None:
    mine = Path(f"/proc/{host.process.pid}")
    files = [str(each.readlink()) for each in (mine / "fd").iterdir()]

    assert len(list((mine / "task").iterdir())) == 1
    assert sum(each.startswith("socket:") for each in files) == 1  # it listens for the sockets
    assert not [each for each in files if "sqlite3" in each]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_is_killed_comes_back_and_the_others_go_on(host: Host, name: str) -> None:
    before = host.parts()

    os.kill(before[name], signal.SIGKILL)
    until(lambda: host.parts().get(name) not in {None, before[name]} and host.is_whole())

    after = host.parts()
    assert {part: after[part] for part in PARTS if part != name} == {
        part: before[part] for part in PARTS if part != name
    }
    assert f"{name} was ended by signal 9" in host.log.read_text()
    assert (host.status("/healthz"), host.socket_status()) == (200, 404)


def test_a_worker_that_is_killed_comes_back_and_the_other_goes_on(host: Host) -> None:
    pages = host.parts()["educa-pages"]
    killed, other = host.children(pages)

    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in host.children(pages) and len(host.children(pages)) == 2)

    assert other in host.children(pages)
    assert host.parts()["educa-pages"] == pages


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_all_its_processes_when_it_is_told_to(data: Path, number: int) -> None:
    with site(data) as host:
        until(host.is_whole)
        family = host.family()
        host.process.send_signal(number)
        status = host.process.wait(PATIENCE)

    assert status == 0
    assert not any(map(runs, family))
    assert not re.search(r"killed|Traceback|ended", host.log.read_text())


def test_none_of_its_processes_outlives_a_parent_that_is_killed(data: Path) -> None:
    with site(data) as host:
        until(host.is_whole)
        family = host.family()
        host.process.kill()
        host.process.wait()

        until(lambda: not any(map(runs, family)))


def test_sockets_and_background_work_can_be_left_to_other_machines(data: Path) -> None:
    with site(data, "--no-sockets", "--no-duties") as host:
        assert list(host.parts()) == ["educa-pages"]
        assert host.status("/healthz", host.sockets) == 0


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"EDUCA_PROXY": "", "EDUCA_TLS": "yes"}, "is for a proxy in front"),
        ({"EDUCA_TLS": "yes"}, "is for a proxy in front"),
        ({"CACHE_URL": ""}, "several processes need CACHE_URL; `educa serve` is one"),
        ({"CHANNEL_LAYER_URL": ""}, "several processes need CHANNEL_LAYER_URL;"),
    ],
)
def test_a_site_that_is_for_one_process_is_refused(
    data: Path, changed: dict[str, str], reason: str
) -> None:
    done = run_educa(data, "host", **{**SITE, **changed})

    assert done.returncode == 2
    assert reason in done.stderr


def test_tables_of_another_version_are_refused(tmp_path: Path) -> None:
    done = run_educa(tmp_path / "data", "host", **SITE)

    assert done.returncode == 2
    assert "the database is not of this version" in done.stderr


def test_known_passwords_are_refused(migrated: Path, tmp_path: Path) -> None:
    copy_migrated(migrated, tmp_path)
    run_educa(tmp_path, "demo")

    done = run_educa(tmp_path, "host", **SITE)

    assert done.returncode == 2
    assert "everybody knows the password of" in done.stderr


def test_an_unknown_variable_is_named(tmp_path: Path) -> None:
    done = run_educa(tmp_path / "data", "host", **SITE, EDUCA_SIDE_URL="https://x.example")

    assert "EDUCA_SIDE_URL" in done.stderr


def test_a_server_of_pages_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "granian", None)
    monkeypatch.delitem(sys.modules, "granian.server", raising=False)

    with pytest.raises(CommandError, match=r"needs the package granian"):
        hosting.load()


@pytest.mark.parametrize("option", ["--pages", "--sockets"])
def test_an_address_that_is_in_use_is_named(data: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        free = ("--pages", "127.0.0.1:0", "--sockets", "127.0.0.1:0")
        done = run_educa(data, "host", *free, option, address, **SITE)

    assert done.returncode == 2
    assert f"educa: {address} is in use by another program" in done.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--pages", "8001"), "'8001' is no address"),
        (("--sockets", "127.0.0.1:port"), "'127.0.0.1:port' is no address"),
        (("--pages", "127.0.0.1:65536"), "'127.0.0.1:65536' is no address"),
        (("--workers", "0"), "'0' is no number from 1"),
    ],
)
def test_an_option_that_is_not_understood_is_named(
    data: Path, words: tuple[str, str], reason: str
) -> None:
    done = run_educa(data, "host", *words, **SITE)

    assert done.returncode == 2
    assert reason in done.stderr
