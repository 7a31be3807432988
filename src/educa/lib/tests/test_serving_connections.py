"""Connections on which a request does not arrive as it should."""

from contextlib import suppress

import pytest

from educa.lib.serving import connections
from educa.lib.tests.serving import Running

pytestmark = pytest.mark.once


def hello(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]


@pytest.fixture(scope="module")
def server():
    with Running(hello).running() as running:
        yield running


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_a_request_that_never_arrives_does_not_keep_its_connection(server, monkeypatch, beginning):
    monkeypatch.setattr(connections, "PATIENCE", 0.1)

    assert server.say(beginning).startswith(b"HTTP/1.1 408 ")


def test_a_second_request_that_never_arrives_does_not_keep_its_connection(server, monkeypatch):
    monkeypatch.setattr(connections, "PATIENCE", 0.1)

    answers = server.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHo")

    assert answers.startswith(b"HTTP/1.1 200 ")


def test_a_connection_at_rest_between_requests_is_kept(server, monkeypatch):
    monkeypatch.setattr(connections, "PATIENCE", 0.1)
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    with server.connect() as client:
        client.sendall(request)
        client.recv(1000)
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.sendall(request)

        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_headers_without_end_are_refused(server):
    more = b"X-More: " + b"x" * 1000 + b"\r\n"

    with server.connect() as client, suppress(ConnectionError):
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + more * 4000)
        # The connection may be gone before the answer was read, but not stay open.
        assert client.recv(1000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "head",
    [
        b"X-Long: " + b"x" * 66_000 + b"\r\n",
        b"X-Many: x\r\n" * 1000,
        (b"X-Both: " + b"x" * 1000 + b"\r\n") * 67,
    ],
    ids=["long", "many", "both"],
)
def test_a_head_that_comes_at_once_has_the_same_limits(server, head):
    with server.connect() as client, suppress(ConnectionError):
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 431 ")


def test_a_long_address_counts_as_well(server):
    with server.connect() as client, suppress(ConnectionError):
        client.sendall(b"GET /?" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 431 ")


def test_a_head_within_the_limits_is_read(server):
    head = (b"X-More: " + b"x" * 600 + b"\r\n") * 100

    answer = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + head + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "request_line",
    [b"GET / HTTP/9.9", b"\x16\x03\x01", b"GET / HTTP/1.1\r\nHost : a"],
)
def test_what_is_not_http_is_refused(server, request_line):
    answer = server.say(request_line + b"\r\nConnection: close\r\n\r\n")

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 408 "))


def test_two_ways_to_say_the_length_are_refused(server):
    answer = server.say(
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 400 ")
