"""The servers that the tests start for themselves, and what is left of them afterwards."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from pymemcache import Client

from tests import servers, services

pytestmark = pytest.mark.once

USE = """
import json, sys
from tests import services
with services.running(*sys.argv[1:]) as here:
    print(json.dumps([here.keeper, str(here.folder), here.addresses]), flush=True)
    sys.stdin.read()
"""


class Run:
    """A process that has every server of this machine running until it is killed."""

    def __init__(self) -> None:
        names = [name for name in servers.SERVERS if servers.SERVERS[name].program()]
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdout
        self.keeper, folder, addresses = json.loads(self.process.stdout.readline())
        self.folder = Path(folder)
        self.ports = [_port(place) for places in addresses.values() for place in places]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def is_silent(self) -> bool:
        """Whether none of its servers takes a connection any more."""
        return not any(_is_open(port) for port in self.ports)


def _port(address: str) -> int:
    return int(re.findall(r":(\d+)", address)[-1])


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def comes_true(condition: Callable[[], bool]) -> bool:
    """Wait for something; whether it came within ten seconds."""
    end = time.monotonic() + 10
    while not (true := condition()) and time.monotonic() < end:
        threading.Event().wait(0.05)
    return true


@pytest.fixture
def run() -> Iterator[Run]:
    run = Run()
    yield run
    run.kill()


def test_each_server_answers_as_soon_as_its_address_is_known(
    postgres_url: str, redis_url: str, memcached_address: str
) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert servers.answer(_port(redis_url), b"PING\r\n") == b"+PONG\r\n"
    memcached = Client(memcached_address)
    assert memcached.set("key", b"value", noreply=False)
    memcached.close()


def test_servers_end_and_leave_nothing_when_the_run_is_killed(run: Run) -> None:
    assert not run.is_silent()

    run.kill()

    assert comes_true(run.is_silent)
    assert comes_true(lambda: not run.folder.exists())


def test_servers_end_when_their_keeper_is_killed(run: Run) -> None:
    os.kill(run.keeper, signal.SIGKILL)

    assert comes_true(run.is_silent)


def test_a_folder_whose_keeper_was_killed_is_removed_by_the_next_one() -> None:
    left = Path(tempfile.mkdtemp(prefix=services.PREFIX, dir=services.TEMPORARY))

    with services.running() as here:
        assert not left.exists()
        assert here.folder.exists()


def test_two_runs_do_not_share_a_folder_or_a_server() -> None:
    with services.running("Memcached", "Memcached") as one, services.running("Memcached") as two:
        places = [*one.addresses.get("Memcached", []), *two.addresses.get("Memcached", [])]

    assert one.folder != two.folder
    assert len(set(places)) == len(places)


def test_a_server_that_is_not_installed_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers.Memcached, "program", lambda _: None)

    with services.running("Memcached") as here:
        assert here.missing == ["Memcached is missing: install the Debian package memcached"]
        assert here.addresses == {}


def test_a_server_that_stops_at_once_is_reported_with_its_own_words(tmp_path: Path) -> None:
    class Failing(servers.Redis):
        def start(self, home: Path, port: int) -> subprocess.Popen[bytes]:
            return self.spawn(home, "sh", "-c", "echo out of cheese; exit 3")

    with pytest.raises(servers.Broken, match=r"Redis did not start: .*out of cheese"):
        servers.start(Failing("Redis", ""), tmp_path)
