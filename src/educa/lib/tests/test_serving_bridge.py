"""Requests and answers on their way between an ASGI server and a WSGI application."""

import hashlib
import json
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from io import BytesIO
from pathlib import Path

import pytest

from educa.lib.serving import bodies, bridge, outbox
from educa.lib.tests.serving import MEGABYTE, Running, memory

pytestmark = pytest.mark.once

TEXT = ("Content-Type", "text/plain")
UPLOADS = {re.compile("^/admin/"): 100, re.compile("^/(pictures|films)/[0-9]+/$"): 1000}


class Pages:
    """The application under test, and what it saw."""

    def __init__(self):
        self.closed = threading.Event()
        self.started = threading.Event()
        self.release = threading.Event()
        self.most_memory = 0
        self.produced = 0

    def hello(self, environ, start_response):
        start_response("200 OK", [TEXT, ("Content-Length", "5")])
        return [b"hello"]

    def environ(self, environ, start_response):
        start_response("200 OK", [TEXT])
        plain = {key: value for key, value in environ.items() if isinstance(value, str | bool)}
        return [json.dumps(plain | {"thread": threading.current_thread().name}).encode()]

    def digest(self, environ, start_response):
        digest, length = hashlib.sha256(), 0
        while block := environ["wsgi.input"].read(65536):
            digest.update(block)
            length += len(block)
            self.most_memory = max(self.most_memory, memory())
        start_response("200 OK", [TEXT])
        return [f"{length} {environ['CONTENT_LENGTH']} {digest.hexdigest()}".encode()]

    def stream(self, environ, start_response):
        start_response("200 OK", [TEXT])
        try:
            yield b"first"
            self.release.wait(10)
            yield b"second"
        finally:
            self.closed.set()

    def flood(self, environ, start_response):
        start_response("200 OK", [TEXT])
        try:
            for _ in range(64 * 16):
                yield bytes(65536)
                self.produced += 65536
                self.most_memory = max(self.most_memory, memory())
        finally:
            self.closed.set()

    def endless(self, environ, start_response):
        start_response("200 OK", [TEXT])
        try:
            while True:
                self.started.set()
                yield bytes(65536)
        finally:
            self.closed.set()

    def file(self, environ, start_response):
        start_response("200 OK", [TEXT, ("Content-Length", str(64 * MEGABYTE))])
        return environ["wsgi.file_wrapper"](LargeFile(64 * MEGABYTE, self.closed))

    def small_file(self, environ, start_response):
        start_response("200 OK", [TEXT])
        return environ["wsgi.file_wrapper"](BytesIO(b"small"))

    def part_of_file(self, environ, start_response):
        start_response("206 Partial Content", [TEXT, ("Content-Length", "200000")])
        return environ["wsgi.file_wrapper"](LargeFile(MEGABYTE, self.closed))

    def written(self, environ, start_response):
        write = start_response("200 OK", [TEXT])
        write(b"one ")
        write(b"two ")
        return [b"three"]

    def unchanged(self, environ, start_response):
        start_response("304 Not Modified", [("ETag", '"x"'), ("Content-Length", "5")])
        return [b"hello"]

    def cookies(self, environ, start_response):
        start_response("200 OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return []

    def failing(self, environ, start_response):
        raise RuntimeError("a secret")

    def silent(self, environ, start_response):
        return []

    def changing(self, environ, start_response):
        start_response("200 OK", [TEXT])
        start_response("418 Teapot", [TEXT], (ValueError, ValueError(), None))
        return [b"short and stout"]

    def twice(self, environ, start_response):
        start_response("200 OK", [TEXT])
        start_response("200 OK", [TEXT])
        return [b"never"]

    def too_late(self, environ, start_response):
        write = start_response("200 OK", [TEXT])
        write(b"begun")
        try:
            start_response("500 Error", [TEXT], (KeyError, KeyError("late"), None))
        finally:
            self.closed.set()
        return [b"never"]

    def read_through(self, environ, start_response):
        start_response("200 OK", [TEXT])
        return list(environ["wsgi.file_wrapper"](BytesIO(b"in a list")))

    def breaking(self, environ, start_response):
        start_response("200 OK", [TEXT])
        yield b"begun"
        raise RuntimeError

    def waiting(self, environ, start_response):
        self.started.set()
        self.release.wait(10)
        start_response("200 OK", [TEXT])
        return [threading.current_thread().name.encode()]


class LargeFile:
    """A file of zeros."""

    def __init__(self, size, closed):
        self.left = size
        self.closed = closed

    def read(self, size):
        block = bytes(min(size, self.left))
        self.left -= len(block)
        return block

    def close(self):
        self.closed.set()


class Stage:
    """The application that the server runs; each test has its own pages on it."""

    pages: Pages

    def __call__(self, environ, start_response):
        page = environ["PATH_INFO"].strip("/")
        return getattr(self.pages, page)(environ, start_response)


@pytest.fixture(scope="module")
def stage():
    return Stage()


@pytest.fixture(scope="module")
def running(stage, tmp_path_factory):
    with Running(stage, folder=tmp_path_factory.mktemp("large")).running() as running:
        yield running


@pytest.fixture
def pages(stage):
    stage.pages = Pages()
    yield stage.pages
    stage.pages.release.set()


@pytest.fixture
def server(running, pages):
    return running


def test_a_page_is_answered_by_a_named_thread(server):
    reply = server.ask("/environ")

    assert reply.status == 200
    assert json.loads(reply.body)["thread"].startswith("test-pages-")


def test_the_environ_says_what_was_asked(server):
    path = "/environ?q=%C3%A9&n=%00"
    environ = json.loads(server.ask(path, headers={"X-Color": "red"}).body)

    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["QUERY_STRING"] == "q=%C3%A9&n=%00"
    assert environ["SCRIPT_NAME"] == ""
    assert environ["SERVER_NAME"] == "127.0.0.1"
    assert environ["SERVER_PORT"] == str(server.port)
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["HTTP_X_COLOR"] == "red"
    assert environ["wsgi.url_scheme"] == "http"
    assert "CONTENT_LENGTH" not in environ


def test_headers_with_an_underscore_do_not_pass_for_those_with_a_hyphen(server):
    environ = json.loads(server.ask("/environ", headers={"X_Forwarded_For": "1.2.3.4"}).body)

    assert "HTTP_X_FORWARDED_FOR" not in environ


def test_repeated_headers_are_joined(server):
    request = b"GET /environ HTTP/1.0\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n"
    environ = json.loads(server.say(request).partition(b"\r\n\r\n")[2])

    assert environ["HTTP_X_A"] == "1,2"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"


def test_two_hosts_are_refused(server):
    answer = server.say(b"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("size", [1, 65536, 65537, 3 * MEGABYTE + 1])
def test_a_body_arrives_whole(server, size):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    reply = server.ask("/digest", "POST", body=body)

    assert reply.body.decode() == f"{size} {size} {hashlib.sha256(body).hexdigest()}"


@pytest.mark.parametrize("blocks", [1, 40])
def test_a_body_of_unannounced_length_arrives_with_its_length(server, blocks):
    reply = server.ask("/digest", "POST", body=iter([b"x" * 65536] * blocks), encode_chunked=True)

    size = blocks * 65536
    assert reply.body.decode().startswith(f"{size} {size} ")


def test_a_large_body_takes_no_memory(server, pages):
    server.ask("/digest", "POST", body=b"warm")
    before = memory()

    reply = server.ask(
        "/digest", "POST", body=blocks_of(200), headers={"Content-Length": str(200 * MEGABYTE)}
    )

    assert reply.body.decode().startswith(f"{200 * MEGABYTE} ")
    assert pages.most_memory - before < 16 * MEGABYTE


def blocks_of(megabytes):
    block = bytes(MEGABYTE)
    for _ in range(megabytes):
        yield block


def test_a_body_over_the_limit_is_refused_unread(server, monkeypatch):
    monkeypatch.setattr(bridge, "LINGER", 0.1)

    answer = server.say(
        b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\nbeginning"
    )

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_who_sends_too_much_can_read_why(server, monkeypatch):
    monkeypatch.setattr(server.bridge._bodies, "_limit", lambda _: MEGABYTE)

    reply = server.ask("/digest", "POST", body=bytes(20 * MEGABYTE))

    assert reply.status == 413


def test_bodies_that_take_all_the_room_are_refused_until_one_is_gone(server, monkeypatch):
    room = bodies.Room(120_000)
    monkeypatch.setattr(server.bridge._bodies, "_room", room)
    with server.connect() as sender:
        sender.sendall(b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n")
        sender.sendall(bytes(89_999))
        # Who asks before that takes the room, and it is the sender who is refused.
        assert comes_true(lambda: room._left < 120_000)
        assert refused(server)
    assert comes_true(lambda: not refused(server))


def comes_true(condition):
    end = time.monotonic() + 10
    while not (held := condition()) and time.monotonic() < end:
        threading.Event().wait(0.02)
    return held


def refused(server):
    reply = server.ask("/digest", "POST", body=bytes(90_000))
    return reply.status == 503 and reply.headers["Retry-After"] == "30"


def test_the_room_of_a_body_is_given_back_with_the_answer(server, monkeypatch):
    monkeypatch.setattr(server.bridge._bodies, "_room", bodies.Room(MEGABYTE))

    for _ in range(3):
        assert server.ask("/digest", "POST", body=bytes(900_000)).status == 200


@pytest.mark.parametrize(
    ("path", "cookie", "limit"),
    [
        ("/admin/course/", b"theme=dark; session=abc", 100),
        ("/admin/course/", b"theme=dark; xsession=abc", 6),
        ("/%61dmin/", b"session=abc", 100),
        ("/films/12/", b"session=abc", 1000),
        ("/films/12/", b"", 6),
        ("/films/order/", b"session=abc", 6),
        ("/other/films/12/", b"session=abc", 6),
        ("/accounts/login/", b"session=abc", 6),
    ],
)
def test_only_who_has_a_session_may_send_much_and_only_where_it_belongs(path, cookie, limit):
    limits = bodies.BodyLimits(forms=6, uploads=UPLOADS, cookie="session")

    assert limits({"raw_path": path.encode(), "headers": [(b"cookie", cookie)]}) == limit


@pytest.mark.parametrize(
    ("header", "limit"),
    [
        (b"Bearer educa_abc", 1000),
        (b"basic YTpi", 1000),
        (b"Digest username=a", 6),
        (b"Bearereduca", 6),
        (b"", 6),
    ],
)
def test_programs_that_sign_in_may_send_much_where_it_belongs(header, limit):
    limits = bodies.BodyLimits(forms=6, uploads=UPLOADS, cookie="session")

    headers = [(b"authorization", header)]

    assert limits({"raw_path": b"/films/12/", "headers": headers}) == limit
    assert limits({"raw_path": b"/accounts/login/", "headers": headers}) == 6


def test_a_slow_sender_holds_no_thread(server):
    head = b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
    senders = [server.connect() for _ in range(10)]
    for sender in senders:
        sender.sendall(head + bytes(70000))

    assert server.ask("/hello").body == b"hello"

    for sender in senders:
        sender.close()


def test_a_body_that_comes_too_slowly_is_refused(server, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.1)

    answer = server.say(b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow")

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_full_disk_is_said(server, monkeypatch, caplog):
    monkeypatch.setattr(server.bridge._bodies, "_folder", Path("/dev/null/nowhere"))

    reply = server.ask("/digest", "POST", body=bytes(200000))

    assert reply.status == 507


def test_a_reader_too_far_behind_is_cut_off(server, pages, monkeypatch, caplog):
    monkeypatch.setattr(outbox, "MOST_BEHIND", MEGABYTE)
    with server.connect() as client:
        client.sendall(b"GET /flood HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

        assert pages.closed.wait(10)
        assert sum(map(len, iter(lambda: client.recv(2**20), b""))) < 64 * MEGABYTE


def test_a_sender_who_waits_for_permission_gets_it(server):
    with server.connect() as client:
        client.sendall(
            b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
        )
        permission = client.recv(100)
        client.sendall(b"body")

        assert permission == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_the_parts_of_an_answer_leave_when_they_are_made(server, pages):
    with server.connect() as client:
        client.sendall(b"GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        beginning = receive_until(client, b"first")
        pages.release.set()
        rest = receive_until(client, b"0\r\n\r\n")

    assert b"transfer-encoding: chunked" in beginning
    assert b"second" in rest
    assert pages.closed.wait(5)


def receive_until(client, end):
    received = b""
    while end not in received:
        block = client.recv(65536)
        assert block, f"the connection ended after {received!r}"
        received += block
    return received


def test_a_slow_reader_takes_neither_memory_nor_a_thread(server, pages):
    before = memory()
    with server.connect() as client:
        client.sendall(b"GET /flood HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

        assert pages.closed.wait(10), "the thread is still busy"
        assert pages.most_memory - before < 16 * MEGABYTE
        assert sum(map(len, iter(lambda: client.recv(2**20), b""))) > 64 * MEGABYTE


def test_a_file_is_sent_whole_and_closed(server, pages):
    before = memory()
    with server.connect() as client:
        client.sendall(b"GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        head = receive_until(client, b"\r\n\r\n")
        rest = sum(map(len, iter(lambda: client.recv(2**20), b"")))

    body = len(head.partition(b"\r\n\r\n")[2]) + rest
    assert body == 64 * MEGABYTE
    assert memory() - before < 16 * MEGABYTE
    assert pages.closed.wait(5)


def test_a_small_file_is_sent_at_once(server):
    assert server.ask("/small_file").body == b"small"


def test_no_more_of_a_file_is_sent_than_was_announced(server):
    assert len(server.ask("/part_of_file").body) == 200000


def test_a_reader_who_stops_holds_no_thread(server):
    readers = [server.connect() for _ in range(10)]
    for reader in readers:
        reader.sendall(b"GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
        reader.recv(100)

    assert server.ask("/hello").body == b"hello"

    for reader in readers:
        reader.close()


@pytest.mark.parametrize("page", ["endless", "file"])
def test_the_work_for_a_client_who_leaves_is_ended(server, pages, page):
    with server.connect() as client:
        client.sendall(f"GET /{page} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        client.recv(100)

    assert pages.closed.wait(5)


def test_an_upload_that_breaks_off_never_reaches_the_application(server, pages):
    with server.connect() as client:
        client.sendall(b"POST /waiting HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n")
        client.sendall(bytes(200000))

    assert server.ask("/hello").status == 200
    assert not pages.started.is_set()


@pytest.mark.parametrize("page", ["hello", "stream", "file", "small_file", "flood"])
def test_a_head_request_gets_no_body(server, pages, page):
    pages.release.set()

    answer = server.say(f"HEAD /{page} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")


def test_an_unchanged_page_has_no_body(server):
    request = b"GET /unchanged HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = server.say(request + b"GET /hello HTTP/1.0\r\nHost: a\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 304 ")
    assert answer.count(b"hello") == 1


def test_each_cookie_has_its_own_header(server):
    assert server.ask("/cookies").headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_written_bytes_come_first(server):
    assert server.ask("/written").body == b"one two three"


def test_a_file_can_be_read_through_its_wrapper(server):
    assert server.ask("/read_through").body == b"in a list"


def test_an_answer_on_its_way_can_not_become_an_error(server, pages, caplog):
    answer = server.say(b"GET /too_late HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert not answer.endswith(b"0\r\n\r\n")
    assert pages.closed.is_set()


@pytest.mark.parametrize("page", ["failing", "silent", "twice"])
def test_a_failing_application_tells_nothing(server, page, caplog):
    reply = server.ask(f"/{page}")

    assert reply.status == 500
    assert b"secret" not in reply.body


def test_a_failure_is_in_the_log(server, caplog):
    server.ask("/failing")

    assert "a secret" in caplog.text


def test_an_answer_not_sent_yet_can_become_an_error(server):
    assert server.ask("/changing").status == 418


def test_an_answer_that_breaks_off_does_not_look_whole(server, caplog):
    caplog.set_level(logging.CRITICAL)

    answer = server.say(b"GET /breaking HTTP/1.1\r\nHost: a\r\n\r\n")

    assert b"begun" in answer
    assert not answer.endswith(b"0\r\n\r\n")


def test_more_requests_than_threads_are_all_answered(server, pages):
    with ThreadPoolExecutor(20) as clients:
        asked = [clients.submit(server.ask, "/waiting") for _ in range(20)]
        assert pages.started.wait(5)
        pages.release.set()
        replies = [each.result() for each in asked]

    assert {reply.status for reply in replies} == {200}
    assert {reply.body for reply in replies} <= {b"test-pages-%d" % n for n in range(1, 5)}


def test_too_many_waiting_requests_are_sent_away(server, pages):
    with ThreadPoolExecutor(80) as clients:
        asked = [clients.submit(server.ask, "/waiting") for _ in range(80)]
        turned_away = next(as_completed(asked, timeout=10)).result()
        pages.release.set()

    assert turned_away.status == 503
    assert turned_away.headers["Retry-After"] == "5"
