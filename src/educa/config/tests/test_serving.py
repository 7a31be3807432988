"""The server: its address, its sockets, TLS, and how it ends."""

import signal
import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPSConnection
from threading import Event

import pytest
from django.core.management import CommandError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from educa.config import server
from educa.config.tests.serving import SMALL_SITE, serving
from educa.lib.serving.sockets import MOST_PIECES
from educa.lib.tests.serving import Running

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data"), server.APPLICATION) as process:
        yield process


@pytest.fixture
def small_site(tmp_path):
    with serving(tmp_path, SMALL_SITE) as process:
        yield process


def ask(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_pages_are_served_and_say_nothing_of_the_server(site):
    response, body = ask(site.port, "/healthz")

    assert (response.status, body.strip()) == (200, b"ok")
    assert response.headers["Server"] is None


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        ("/accounts/login/", "session=abc", "413"),
        ("/admin/", "theme=dark", "413"),
        ("/admin/", "session=abc", "100"),
    ],
)
def test_only_an_upload_may_be_large(site, path, cookie, status):
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as client:
        client.sendall(f"{head}Content-Length: 7000000\r\nExpect: 100-continue\r\n\r\n".encode())

        assert client.recv(1000).decode().startswith(f"HTTP/1.1 {status} ")


def test_a_socket_at_an_unknown_path_is_refused_before_it_opens(site):
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{site.port}/nowhere", origin=f"http://127.0.0.1:{site.port}")

    assert refused.value.response.status_code == 404


@pytest.mark.parametrize(
    "origin", ["https://evil.example", None, "http://[\xff", "http://127.0.0.1:99999999"]
)
def test_a_socket_from_another_site_is_refused(site, origin):
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{site.port}/nowhere", origin=origin)

    assert refused.value.response.status_code == 403


def test_a_signal_ends_it_quietly(tmp_path):
    with serving(tmp_path, server.APPLICATION) as process:
        assert process.stop(signal.SIGINT) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_that_never_ends_does_not_keep_it_from_ending(small_site, number):
    with socket.create_connection(("127.0.0.1", small_site.port), timeout=10) as client:
        client.sendall(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
        assert small_site.process.stdout.readline() == "busy\n"

        status, errors = small_site.stop(number)

        assert status == 0
        assert "Traceback" not in errors
        assert client.recv(1000).startswith(b"HTTP/1.1 503 ")


def test_the_second_signal_ends_it_at_once_and_as_quietly(small_site):
    with socket.create_connection(("127.0.0.1", small_site.port), timeout=10) as client:
        client.sendall(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
        assert small_site.process.stdout.readline() == "busy\n"
        small_site.process.send_signal(signal.SIGINT)

        status, errors = small_site.stop(signal.SIGINT)

    assert status == 0
    assert "Traceback" not in errors


def test_open_sockets_are_told_that_the_server_goes(small_site):
    with connect(f"ws://127.0.0.1:{small_site.port}/echo") as client:
        assert small_site.stop(signal.SIGTERM) == (0, "")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv()

    assert closed.value.rcvd.code == 1012


def test_a_message_over_the_limit_closes_its_socket_only(small_site):
    address = f"ws://127.0.0.1:{small_site.port}/echo"
    with connect(address) as other, connect(address) as client:
        client.send("x" * (server.MOST_FRAME + 1))
        with pytest.raises(ConnectionClosed) as closed:
            client.recv()
        other.send("x" * server.MOST_FRAME)

        assert closed.value.rcvd.code == 1009
        assert len(other.recv()) == server.MOST_FRAME


def test_a_message_in_endless_pieces_closes_its_socket_only(small_site):
    address = f"ws://127.0.0.1:{small_site.port}/echo"
    with connect(address) as other, connect(address) as client:
        with suppress(ConnectionClosed):
            client.send([""] * (MOST_PIECES + 2))
        with pytest.raises(ConnectionClosed) as closed:
            client.recv()
        other.send(["x", *[""] * (MOST_PIECES - 2)])

        assert closed.value.rcvd.code == 1009
        assert other.recv() == "x"


def test_pages_and_sockets_are_served_over_tls(tmp_path):
    with serving(tmp_path, SMALL_SITE, EDUCA_TLS="yes") as process:
        trust = ssl.create_default_context(cafile=str(tmp_path / "tls" / "certificate.pem"))
        connection = HTTPSConnection("localhost", process.port, context=trust, timeout=10)
        connection.request("GET", "/")

        assert process.address.startswith("https://127.0.0.1:")
        assert connection.getresponse().read() == b"hello"
        with connect(f"wss://127.0.0.1:{process.port}/echo", ssl=trust) as client:
            client.send("through TLS")
            assert client.recv() == "through TLS"
        connection.close()


def test_a_port_in_use_is_refused_in_one_line():
    with server.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError) as refused:
            server.listen("127.0.0.1", port)

    assert str(refused.value).startswith(f"127.0.0.1:{port} is in use")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_refused(host):
    with pytest.raises(CommandError, match="HOST"):
        server.listen(host, 0)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("0.0.0.0", "127.0.0.1"),
        ("::1", "[::1]"),
        ("::", "[::1]"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host, shown):
    with server.listen(host, 0) as listener:
        port = listener.getsockname()[1]

        assert server.url_of(listener, host, secure=False) == f"http://{shown}:{port}/"
        assert server.url_of(listener, host, secure=True) == f"https://{shown}:{port}/"


def test_a_reader_who_takes_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(server, "SILENCE", 200)
    closed = Event()

    class Endless:
        def read(self, size):
            return bytes(size)

        def close(self):
            closed.set()

    def application(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](Endless())

    running = Running(application, listener=server.listen("127.0.0.1", 0))
    with running.running(), running.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.recv(1)

        assert closed.wait(5)


def test_all_addresses_of_both_kinds_are_served():
    with server.listen("::", 0) as listener:
        port = listener.getsockname()[1]
        with (
            socket.create_connection(("127.0.0.1", port)),
            socket.create_connection(("::1", port)),
        ):
            pass
