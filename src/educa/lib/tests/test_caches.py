"""On which server of the cache a key is."""

import pytest
from pymemcache.client.rendezvous import RendezvousHash

from educa.lib.caches import Places

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
