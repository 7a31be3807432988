"""On which server of the cache a key is, and what threads make of servers that are dead."""

import sys
import threading
from collections import deque

import pytest
from pymemcache.client.rendezvous import RendezvousHash

from educa.lib.caches import PatientMemcache, Places

pytestmark = pytest.mark.once

SERVERS = ["a:11211", "b:11211", "c:11211"]
KEYS = [f"key-{number}" for number in range(100)]


def test_keys_are_where_rendezvous_hashing_has_them():
    usual = RendezvousHash(list(SERVERS))

    assert [*map(Places(list(SERVERS)).get_node, KEYS)] == [*map(usual.get_node, KEYS)]


def test_the_only_server_has_all_keys():
    assert {*map(Places(["a:11211"]).get_node, KEYS)} == {"a:11211"}


def test_without_a_server_a_key_is_nowhere():
    assert Places([]).get_node("key") is None


def test_a_server_that_went_and_one_that_came_are_noted_beside_who_is_looking():
    places = Places(["a:11211", "b:11211"])
    looking = iter(places.nodes)

    places.remove_node("a:11211")
    places.remove_node("a:11211")
    places.add_node("c:11211")

    assert [*looking] == ["a:11211", "b:11211"]
    assert places.nodes == ["b:11211", "c:11211"]


@pytest.fixture
def hasty():
    """Threads take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.00001)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("ports", [[1], [1, 2]])
def test_threads_that_find_all_servers_dead_at_once_get_nothing_and_no_error(hasty, ports):
    """They are tried again all the time, so that threads note together that they are back, and dead after all."""
    options = {"dead_timeout": 0.001, "retry_timeout": 0}
    cache = PatientMemcache([f"127.0.0.1:{port}" for port in ports], {"OPTIONS": options})
    found, faults = set(), []

    def ask():
        try:
            found.update(cache.get(f"key-{number % 50}") for number in range(10_000))
        except Exception as fault:  # noqa: BLE001 - whatever it is
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    deque(map(threading.Thread.start, threads), maxlen=0)
    deque(map(threading.Thread.join, threads), maxlen=0)

    assert (found, faults) == ({None}, [])
