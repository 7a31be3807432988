"""Counting attempts, also when the shared cache is gone."""

import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing

import pytest
from django.core.cache.backends.locmem import LocMemCache

from educa.lib import throttle
from educa.lib.caches import PatientMemcache
from educa.lib.throttle import Limit, TooManyRequests
from tests.missing import miss

TWICE = Limit("twice", amount=2, seconds=60)


def attempts(limit, who, times):
    return [limit.allows(who) for _ in range(times)]


def test_attempts_are_limited_for_each_by_themselves():
    assert attempts(TWICE, "ada", 3) == [True, True, False]
    assert attempts(TWICE, "bob", 3) == [True, True, False]


def test_limit_with_a_step_tells_others_of_so_many_at_once():
    stepped = Limit("stepped", amount=10, seconds=60, step=5)
    attempts(stepped, "ada", 10)
    throttle.local_counters.clear()  # as another process

    assert attempts(stepped, "ada", 7) == [True] * 4 + [False] * 3


def test_limit_with_a_step_is_exact_in_one_process():
    stepped = Limit("stepped", amount=7, seconds=60, step=5)

    assert attempts(stepped, "ada", 9) == [True] * 7 + [False] * 2


def test_limits_of_different_names_count_apart():
    attempts(TWICE, "ada", 3)

    assert attempts(Limit("other", 1, 60), "ada", 2) == [True, False]


def test_a_refusal_says_when_to_try_again():
    attempts(TWICE, "ada", 2)

    with pytest.raises(TooManyRequests) as refusal:
        TWICE.spend("ada")

    assert 58 <= refusal.value.retry_after <= 60


def test_the_limit_ends_with_its_time(monkeypatch):
    monkeypatch.setattr(throttle, "cache", throttle.local_counters)  # Memcached keeps its own time
    attempts(TWICE, "ada", 3)

    later = time.time() + TWICE.seconds + 1
    monkeypatch.setattr(time, "time", lambda: later)

    assert TWICE.allows("ada")


@pytest.fixture
def clock(monkeypatch):
    """Moves the time; the shared cache is one that goes by it, too."""
    monkeypatch.setattr(throttle, "cache", LocMemCache("as shared", {}))
    throttle.cache.clear()
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def move(seconds):
        now[0] += seconds

    return move


def test_the_limit_with_a_step_ends_for_who_goes_on_asking(clock):
    stepped = Limit("stepped", amount=20, seconds=60, step=5)

    def let_through_in_a_minute():
        found = []
        for _ in range(60):
            found += attempts(stepped, "ada", 2)
            clock(1)
        return sum(found)

    assert [let_through_in_a_minute() for _ in range(3)] == [20, 20, 20]


def test_the_time_of_a_limit_with_a_step_begins_with_the_first_attempt(clock):
    stepped = Limit("stepped", amount=20, seconds=60, step=5)
    attempts(stepped, "ada", 1)
    clock(55)
    attempts(stepped, "ada", 18)
    clock(6)

    assert attempts(stepped, "ada", 21) == [True] * 20 + [False]


def test_what_others_have_counted_is_known_until_its_time_is_over(clock):
    stepped = Limit("stepped", amount=10, seconds=60, step=5)
    attempts(stepped, "ada", 10)
    throttle.local_counters.clear()  # as another process
    clock(30)
    attempts(stepped, "ada", 5)
    clock(31)

    assert attempts(stepped, "ada", 1) == [True]


def test_a_refunded_attempt_does_not_count():
    attempts(TWICE, "ada", 2)

    TWICE.refund("ada")

    assert attempts(TWICE, "ada", 2) == [True, False]


def test_a_refund_of_nothing_gives_nothing():
    TWICE.refund("ada")

    assert attempts(TWICE, "ada", 3) == [True, True, False]


def test_whoever_is_forgotten_starts_again():
    attempts(TWICE, "ada", 3)

    TWICE.forget("ada")

    assert attempts(TWICE, "ada", 3) == [True, True, False]


def test_a_flushed_cache_forgets_nothing():
    attempts(TWICE, "ada", 2)

    throttle.cache.clear()

    assert not TWICE.allows("ada")


def test_any_text_can_be_limited():
    assert TWICE.allows("blank space\nnewline:\ud800" + "x" * 500)


@pytest.fixture
def memcached():
    """A Memcached of this test's own, to be killed; gives the process and its address."""
    program = shutil.which("memcached") or miss("memcached is not installed")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([program, "-l", "127.0.0.1", "-p", str(port), "-u", "nobody"])
    address = ("127.0.0.1", port)
    _wait_for(address)
    yield process, f"127.0.0.1:{port}"
    process.kill()
    process.wait()


def _wait_for(address):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(address) == 0:
                return
    raise TimeoutError("memcached does not answer")


@pytest.fixture
def shared(memcached, monkeypatch):
    """The Memcached process, in use as the site's cache."""
    process, address = memcached
    cache = PatientMemcache(address, {})
    monkeypatch.setattr(throttle, "cache", cache)
    yield process
    cache.close()


def test_several_processes_share_one_count(shared):
    attempts(TWICE, "ada", 2)

    throttle.local_counters.clear()  # as if this were another process

    assert not TWICE.allows("ada")


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_the_limit_holds_while_the_cache_is_dead_or_frozen(shared, fault):
    assert TWICE.allows("ada")

    shared.send_signal(fault)
    began = time.monotonic()

    assert attempts(TWICE, "ada", 3) == [True, False, False]
    assert attempts(TWICE, "bob", 3) == [True, True, False]
    assert time.monotonic() - began < 3


def test_nobody_waits_for_a_frozen_cache_more_than_once(shared):
    TWICE.allows("ada")
    shared.send_signal(signal.SIGSTOP)
    TWICE.allows("bob")

    began = time.monotonic()
    attempts(TWICE, "eve", 20)

    assert time.monotonic() - began < 1
