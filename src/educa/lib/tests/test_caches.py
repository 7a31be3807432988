"""On which server of the cache a key is, and what threads make of servers that are dead."""

import pickle
import sys
import threading
from collections import deque

import pytest
from pymemcache.client.base import Client
from pymemcache.client.rendezvous import RendezvousHash
from pymemcache.serde import FLAG_INTEGER, FLAG_PICKLE

from educa.lib.caches import FLAG_JSON, PatientMemcache, Places

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


@pytest.fixture
def shared(memcached_address):
    """A Memcached."""
    return PatientMemcache([memcached_address], {})


def test_a_server_that_is_tried_again_gets_new_connections_and_the_old_ones_are_closed(shared):
    client = shared._cache
    (before,) = client.clients.values()
    shared.get("key")
    assert before.client_pool.free

    client.add_server(before.server)

    shared.set("key", "value")
    assert (before.client_pool.free, shared.get("key")) == ((), "value")


@pytest.mark.parametrize(
    "value", [b"", b"bytes", "text", "Straße", 0, -7, 1.5, True, None, [1, "two"]]
)
def test_values_come_back_as_they_were(shared, value):
    shared.set("key", value)

    assert (type(shared.get("key", "none")), shared.get("key", "none")) == (type(value), value)


def test_what_is_counted_can_be_counted_on(shared):
    shared.set("key", 41)

    assert (shared.incr("key"), shared.get("key")) == (42, 42)


def test_what_only_python_knows_is_not_put_there(shared):
    shared.set("key", object())

    assert shared.get("key") is None


@pytest.mark.parametrize("flags", [FLAG_PICKLE, FLAG_INTEGER, FLAG_JSON, 1 << 12])
def test_what_somebody_else_has_put_there_is_nothing(shared, memcached_address, flags):
    stranger = Client(memcached_address)
    stranger.set(":1:key", pickle.dumps("canary"), flags=flags)
    stranger.close()

    assert shared.get("key") is None
