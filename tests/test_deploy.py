"""The files that an operator copies: nginx in front of pages and sockets, for real."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

import pytest
from django.conf import settings
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from educa.config import server
from educa.config.asgi import MULTIPART_OVERHEAD
from educa.config.tests.serving import SMALL_SITE, serving
from educa.lib.tls import ensure_certificate
from tests.missing import miss

NAME = "learn.example.org"
DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
MAIN = """
daemon off; {user} pid {folder}/nginx.pid; error_log {folder}/error.log warn; worker_processes 1;
events {{}}
http {{
    access_log off; default_type application/octet-stream; types {{ text/css css; }}
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/educa.conf;
}}
"""

HASHED = "/static/hashed.0123456789ab.css"
COMPRESSED = {"": b"b{}", ".gz": b"of gzip", ".br": b"of Brotli"}

pytestmark = pytest.mark.once


@pytest.fixture(scope="module", autouse=True)
def _nginx_is_here():
    if NGINX is None:
        miss("nginx is missing: install the Debian package nginx")


class Front:
    """nginx with our configuration, on free ports of this machine."""

    def __init__(self, folder, web, live):
        self.folder = folder
        self.files = ensure_certificate(folder / "tls", [NAME])
        self.port, plain = free_ports(2)
        text = (DEPLOY / "nginx.conf").read_text()
        for pattern, replacement in (
            (r"listen \[::\]:\d+[^;]*;", ""),
            (r"listen 443", f"listen 127.0.0.1:{self.port}"),
            (r"listen 80\b", f"listen 127.0.0.1:{plain}"),
            (r"127\.0\.0\.1:8001", f"127.0.0.1:{web}"),
            (r"127\.0\.0\.1:8002", f"127.0.0.1:{live}"),
            (r"/etc/ssl/educa/fullchain\.pem", str(self.files.certificate)),
            (r"/etc/ssl/educa/privkey\.pem", str(self.files.key)),
            (r"/var/lib/educa/static", str(folder / "static")),
            (r"/var/lib/educa/media", str(folder / "media")),
        ):
            text = re.sub(pattern, replacement, text)
        (folder / "educa.conf").write_text(text)
        user = "user root;" if Path("/root").owner() == Path.home().owner() else ""
        self.main = folder / "nginx.conf"
        self.main.write_text(MAIN.format(folder=folder, user=user))

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def context(self):
        return ssl.create_default_context(cafile=str(self.files.certificate))

    def ask(self, path, method="GET", **headers):
        """An answer for a client that asks for our name and trusts our certificate."""
        with closing(HTTPConnection(NAME)) as connection:
            connection.sock = self.context().wrap_socket(self.connect(), server_hostname=NAME)
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()


def free_ports(count):
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


@contextmanager
def nginx(front):
    process = subprocess.Popen([NGINX, "-c", front.main], stderr=subprocess.PIPE)
    try:
        wait_until_open(front.port, process)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=10)


def wait_until_open(port, process):
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(process.communicate()[1].decode())


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    folder = tmp_path_factory.mktemp("front")
    (folder / "static").mkdir()
    (folder / "static" / "plain.css").write_text("a{}")
    for ending, content in COMPRESSED.items():
        (folder / "static" / f"hashed.0123456789ab.css{ending}").write_bytes(content)
    environment = {"EDUCA_SITE_URL": f"https://{NAME}", "EDUCA_PROXY": "yes"}
    with ExitStack() as stack:
        web = stack.enter_context(serving(folder, SMALL_SITE, **environment))
        live = stack.enter_context(serving(folder, server.APPLICATION, **environment))
        front = Front(folder, web.port, live.port)
        stack.enter_context(nginx(front))
        yield front


def test_nginx_finds_nothing_wrong(front):
    said = subprocess.run(
        [NGINX, "-t", "-c", front.main], check=False, capture_output=True, text=True
    )

    assert said.returncode == 0
    assert "warn" not in said.stderr


def test_pages_come_from_the_web_service(front):
    answer, body = front.ask("/")

    assert (answer.status, body) == (200, b"hello")
    assert "/" not in answer.headers["Server"]


def test_sockets_come_from_the_live_service(front):
    with pytest.raises(InvalidStatus) as refused:
        connect(
            f"wss://{NAME}/ws/nowhere",
            sock=front.connect(),
            ssl=front.context(),
            origin=f"https://{NAME}",
        )

    assert refused.value.response.status_code == 404


def test_static_files_come_from_the_disk(front):
    plain, _ = front.ask("/static/plain.css")
    hashed, body = front.ask(HASHED)

    assert plain.headers["Cache-Control"] == "public, max-age=60"
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["X-Content-Type-Options"] == "nosniff"
    assert body == b"b{}"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5", "br"),
        ("BR", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip, brotli", "gzip"),
        ("identity", None),
    ],
)
def test_a_static_file_comes_as_small_as_the_browser_can_take_it(front, accepted, encoding):
    answer, body = front.ask(HASHED, **{"Accept-Encoding": accepted})

    assert answer.headers.get_all("Content-Encoding", [None]) == [encoding]
    assert body == COMPRESSED[{"br": ".br", "gzip": ".gz", None: ""}[encoding]]
    assert answer.headers.get_all("Vary") == ["Accept-Encoding"]
    assert answer.headers["Content-Type"].partition(";")[0] == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_has_a_compressed_file_gets_it_no_second_time(front):
    accepted = {"Accept-Encoding": "br"}
    etag = front.ask(HASHED, "HEAD", **accepted)[0].headers["ETag"]

    known, body = front.ask(HASHED, **accepted, **{"If-None-Match": etag})

    assert (known.status, body, known.headers["Vary"]) == (304, b"", "Accept-Encoding")


def test_nobody_asks_for_the_compressed_file_by_its_own_name(front):
    assert front.ask(f"{HASHED}.br")[0].status == 404


@pytest.mark.parametrize("path", ["/static/../educa.conf", "/static/..%2feduca.conf"])
def test_a_static_path_leads_nowhere_else(front, path):
    assert b"server {" not in front.ask(path)[1]


def test_other_names_are_not_answered(front):
    with pytest.raises(RemoteDisconnected):
        front.ask("/", Host="evil.example")


@pytest.mark.parametrize(
    ("path", "cookie", "megabytes", "status"),
    [
        ("/accounts/login/", "__Host-session=abc", 7, 413),
        ("/admin/", "theme=dark", 7, 413),
        ("/admin/", "theme=dark; __Host-session=abc", 600, 413),
        ("/uploads/0b7e0b7e-0000-4000-8000-00000000000a/", "theme=dark", 7, 413),
        (
            "/uploads/0b7e0b7e-0000-4000-8000-00000000000a/",
            "theme=dark; __Host-session=abc",
            600,
            413,
        ),
        ("/course/module/order/", "theme=dark; __Host-session=abc", 7, 413),
        ("/course/import/", "theme=dark; __Host-session=abc", 2100, 413),
    ],
)
def test_a_body_over_its_limit_is_refused_at_the_door(front, path, cookie, megabytes, status):
    answer, _ = front.ask(path, Cookie=cookie, **{"Content-Length": str(megabytes * 2**20)})

    assert answer.status == status


@pytest.mark.parametrize(
    ("path", "secret", "megabytes"),
    [
        ("/api/transfers/", "", 7),
        ("/api/transfers/", "Digest educa_abc", 7),
        ("/api/transfers/", "Bearer educa_abc", 2100),
        ("/api/contents/", "Bearer educa_abc", 600),
        ("/api/me/", "Bearer educa_abc", 7),
    ],
)
def test_a_program_sends_no_more_than_its_limit_either(front, path, secret, megabytes):
    length = {"Content-Length": str(megabytes * 2**20)}

    answer, _ = front.ask(path, Authorization=secret, **length)

    assert answer.status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/uploads/0b7e0b7e-0000-4000-8000-00000000000a/",
        "/course/create/",
        "/course/module/1/content/file/create/",
    ],
)
def test_an_upload_of_somebody_signed_in_is_let_through(front, path):
    head = f"POST {path} HTTP/1.1\r\nHost: {NAME}\r\nCookie: __Host-session=abc\r\n"
    with front.context().wrap_socket(front.connect(), server_hostname=NAME) as client:
        client.sendall(
            f"{head}Content-Length: {7 * 2**20}\r\nExpect: 100-continue\r\n\r\n".encode()
        )

        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")


@pytest.mark.parametrize("secret", ["Bearer educa_abc", "basic YTpi"])
def test_an_upload_of_a_program_is_let_through(front, secret):
    head = f"POST /api/transfers/ HTTP/1.1\r\nHost: {NAME}\r\nAuthorization: {secret}\r\n"
    with front.context().wrap_socket(front.connect(), server_hostname=NAME) as client:
        client.sendall(
            f"{head}Content-Length: {7 * 2**20}\r\nExpect: 100-continue\r\n\r\n".encode()
        )

        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")


def test_the_paths_that_take_uploads_are_those_of_the_site_with_its_limits():
    text = (DEPLOY / "nginx.conf").read_text()
    found = re.findall(r'location ~ "(.+)" \{\s+client_max_body_size (\d+)m;', text)
    limits = {pattern: int(size) * 2**20 - MULTIPART_OVERHEAD for pattern, size in found}

    assert limits == settings.UPLOAD_PATHS


def test_a_guest_asks_for_the_same_path(front):
    answer, body = front.ask("/admin/nothing%2F?a=b")

    assert (answer.status, body) == (404, b"nothing")


@pytest.mark.parametrize("name", ["staticfiles.json", ".collected"])
def test_how_the_files_were_collected_is_not_told(front, name):
    (front.folder / "static" / name).write_text("ours")

    assert front.ask(f"/static/{name}")[0].status == 404
