"""Where a request comes from."""

import pytest

from educa.lib.addresses import client_address, client_network, is_loopback

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "a.localhost", "LOCALHOST"]
)
def test_loopback_is_recognized(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "::", "192.0.2.1", "example.org", "localhost.example.org"]
)
def test_everything_else_is_not_loopback(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7", "192.0.2.7"),
        ("", "127.0.0.1"),
        (None, "127.0.0.1"),
    ],
)
def test_behind_a_proxy_only_what_it_appended_counts(rf, settings, forwarded, address):
    settings.EDUCA_PROXY = True
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}

    assert client_address(rf.get("/", headers=headers)) == address


def test_without_a_proxy_no_header_counts(rf, settings):
    settings.EDUCA_PROXY = False
    headers = {"x-forwarded-for": "6.6.6.6", "forwarded": "for=6.6.6.6", "x-real-ip": "6.6.6.6"}

    assert client_address(rf.get("/", headers=headers)) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_one_client_is_one_network(rf, address, network):
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network
