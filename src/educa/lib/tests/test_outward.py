"""Requests to other servers: where they may go, and what ends them."""

import socket
import ssl
import time
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from educa.lib import outward
from educa.lib.outward import Fault, Unreachable, checked_url, is_reachable, post, resolve
from educa.lib.tests.receiving import Receiver, receiving

pytestmark = pytest.mark.once

HERE = [ip_network("127.0.0.0/8")]
PUBLIC = "93.184.216.34"
PRIVATE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::a00:1",
    "2001:0:1:2:3:4:80ff:fffe",
    "not an address",
    "",
]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that keeps what it is sent, and answers what it is told to."""
    with receiving() as started:
        yield started


def send(receiver: Receiver, path: str = "/", **options: Any) -> outward.Answer:
    options = {"plain": True, "allowed": HERE} | options
    return post(receiver.url + path, b"{}", {"Content-Type": "application/json"}, **options)


def fault_of(url: str, **options: Any) -> Fault:
    with pytest.raises(Unreachable) as refused:
        post(url, b"{}", {}, **({"plain": True} | options))
    return refused.value.fault


# Where it may go


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_only_we_can_reach_is_none_to_send_to(address):
    assert not is_reachable(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
)
def test_a_public_address_may_be_sent_to(address):
    assert is_reachable(address)


def test_a_network_that_is_allowed_may_be_sent_to_and_no_other():
    allowed = [ip_network("10.0.5.0/24")]

    assert is_reachable("10.0.5.7", allowed)
    assert is_reachable("::ffff:10.0.5.7", allowed)
    assert not is_reachable("10.0.6.7", allowed)
    assert not is_reachable("127.0.0.1", allowed)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "127.1",
        "0",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "any.localhost",
        "169.254.169.254",
        "10.0.0.1.",
    ],
)
def test_a_spelling_of_an_inner_address_is_refused_before_anything_is_sent(host):
    asked = []

    assert fault_of(f"http://{host}/", resolve=lambda *name: asked.append(name) or []) is (
        Fault.ADDRESS
    )
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "https://",
        "//example.org/",
        "/path",
        "file:///etc/passwd",
        "gopher://example.org/",
        "ftp://example.org/",
        "unix:/run/socket",
        "http+unix://%2Frun%2Fsocket/",
        "javascript:alert(1)",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org\\@127.0.0.1/",
        "https://127.0.0.1%2f@example.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://example.org/\0",
        "https://exämple.org/",
        "https://example.org/ü",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://example.org/#part",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(url):
    assert fault_of(url) is Fault.URL


def test_without_tls_nothing_is_sent_unless_it_is_allowed():
    with pytest.raises(Unreachable) as refused:
        checked_url("http://example.org/")

    assert refused.value.fault is Fault.URL
    assert checked_url("http://example.org/", plain=True).hostname == "example.org"


def test_a_name_that_leads_to_an_inner_address_is_not_connected_to(receiver):
    inner = lambda _host, _port: ["127.0.0.1"]  # noqa: E731

    assert fault_of(f"http://inner.example:{receiver.port}/", resolve=inner) is Fault.ADDRESS
    assert receiver.requests == []


def test_a_name_that_leads_elsewhere_a_moment_later_does_not_lead_there(receiver, monkeypatch):
    """The name is asked for once, and the connection goes to what was judged."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    monkeypatch.setattr(socket, "getaddrinfo", _only_numbers(socket.getaddrinfo))

    answer = post(
        f"http://rebinding.example:{receiver.port}/",
        b"{}",
        {},
        plain=True,
        allowed=HERE,
        resolve=lambda _host, _port: next(answers),
    )

    assert answer.status == 200
    assert next(answers) == ["10.0.0.1"]
    assert receiver.requests[0].headers["Host"] == f"rebinding.example:{receiver.port}"


def _only_numbers(ask: Any) -> Any:
    """Whoever asks for a name after it was judged fails the test."""

    def guarded(host: str, *args: Any, **named: Any) -> Any:
        if host == "rebinding.example" and named.get("flags") != socket.AI_NUMERICHOST:
            raise AssertionError(f"{host} was asked for again")
        return ask(host, *args, **named)

    return guarded


def test_of_several_addresses_only_those_that_may_be_reached_are_tried(receiver):
    mixed = lambda _host, _port: ["10.0.0.1", "169.254.169.254", "127.0.0.1"]  # noqa: E731

    answer = post(
        f"http://mixed.example:{receiver.port}/", b"", {}, plain=True, allowed=HERE, resolve=mixed
    )

    assert answer.status == 200


def test_the_system_says_which_addresses_a_name_has():
    assert "127.0.0.1" in resolve("localhost", 80)


def test_a_name_that_is_none_is_told_as_such():
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert fault_of("http://nowhere.example/", resolve=unknown) is Fault.NAME
    assert fault_of(f"http://{'x' * 70}.example/") is Fault.NAME


# What is sent


def test_a_body_arrives_with_its_headers_and_path(receiver):
    answer = send(receiver, "/hook?key=1")

    (request,) = receiver.requests
    assert answer.is_success
    assert (request.path, request.body) == ("/hook?key=1", b"{}")
    assert request.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Connection"] == "close"


def test_environment_variables_for_a_proxy_are_not_heeded(receiver, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    assert send(receiver).is_success


# What is answered


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver, status):
    receiver.answers_with(status, {"Location": f"{receiver.url}/elsewhere"})

    answer = send(receiver)

    assert (answer.status, answer.is_success, answer.is_redirection) == (status, False, True)
    assert [request.path for request in receiver.requests] == ["/"]


def test_of_an_answer_the_beginning_is_kept_without_what_can_not_be_shown(receiver):
    receiver.answers_with(500, body=b"\x00Fault:\n\xff" + b"x" * 5000)

    answer = send(receiver)

    assert answer.text.startswith("Fault: �xxx")
    assert len(answer.text) == outward.LONGEST_TEXT


def test_no_more_is_read_than_is_kept(receiver):
    receiver.answers_raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000_000)

    assert send(receiver).status == 200
    assert receiver.written < 10_000_000


def test_a_compressed_answer_is_not_unpacked(receiver):
    receiver.answers_with(400, {"Content-Encoding": "gzip"}, body=b"\x1f\x8b" + b"\0" * 100)

    assert len(send(receiver).text) < 100


def test_how_long_a_receiver_asks_to_wait_is_told(receiver):
    receiver.answers_with(503, {"Retry-After": "120"})
    waits = send(receiver).retry_after
    receiver.answers_with(503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})

    assert (waits, send(receiver).retry_after) == (120, None)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"HTTP/1.1",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 No\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 2000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    ],
)
def test_what_is_no_answer_is_told_as_such(receiver, answer):
    receiver.answers_raw(answer)

    assert fault_of(receiver.url, allowed=HERE) in {Fault.NO_HTTP, Fault.CONNECTION}


def test_a_connection_that_is_refused_is_told_as_such():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        port = taken.getsockname()[1]

        assert fault_of(f"http://127.0.0.1:{port}/", allowed=HERE) is Fault.CONNECTION


# What takes too long


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_allowed(receiver):
    receiver.stays_silent()

    assert _seconds_of(receiver) < 2


@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1"])
def test_a_server_that_answers_letter_by_letter_is_waited_for_no_longer(receiver, beginning):
    receiver.drips(beginning)

    assert _seconds_of(receiver) < 2


def test_a_status_counts_though_the_body_never_ends(receiver):
    receiver.drips(b"HTTP/1.1 200 OK\r\n\r\n")

    assert send(receiver, seconds=0.5).is_success


def test_a_name_server_that_says_nothing_is_waited_for_no_longer():
    begun = time.monotonic()
    silent = lambda _host, _port: _hang()  # noqa: E731

    assert fault_of("http://slow.example/", resolve=silent, seconds=0.3) is Fault.TIMEOUT
    assert time.monotonic() - begun < 2


def _hang() -> list[str]:
    """As long as a name server that does not answer, and no longer than the test."""
    one, other = socket.socketpair()
    with one, other:
        one.settimeout(3)
        one.recv(1)
    return []


def _seconds_of(receiver: Receiver) -> float:
    begun = time.monotonic()
    assert fault_of(receiver.url, allowed=HERE, seconds=0.5) is Fault.TIMEOUT
    return time.monotonic() - begun


# TLS


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Receiver]:
    """The same behind TLS, with a certificate that it made itself."""
    with receiving(tmp_path) as started:
        yield started


def test_a_certificate_that_nobody_vouches_for_ends_the_connection(secure):
    assert fault_of(secure.url, allowed=HERE) is Fault.CERTIFICATE
    assert secure.requests == []


def test_the_name_is_checked_against_the_certificate_though_the_connection_goes_to_an_address(
    secure, monkeypatch
):
    context = ssl.create_default_context(cafile=str(secure.certificate))
    monkeypatch.setattr(outward, "_tls", lambda: context)
    here = lambda _host, _port: ["127.0.0.1"]  # noqa: E731
    options: Any = {"allowed": HERE, "resolve": here}

    answer = post(f"https://hooks.example:{secure.port}/", b"{}", {}, **options)

    assert answer.is_success
    assert secure.server_names == ["hooks.example"]
    assert fault_of(f"https://other.example:{secure.port}/", **options) is Fault.CERTIFICATE
