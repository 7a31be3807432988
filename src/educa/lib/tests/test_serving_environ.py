"""What a WSGI application is told about a request, and about the client behind a proxy."""

import asyncio
from io import BytesIO

import pytest

from educa.lib.serving.environ import BadRequest, make_environ
from educa.lib.serving.proxy import behind_proxy, sockets_behind_proxy

pytestmark = pytest.mark.once


def scope(**fields):
    return {
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.1", 5000),
        "headers": [],
    } | fields


def environ_for(length=None, **fields):
    return make_environ(scope(**fields), BytesIO(), length)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"/%C3%A9/", "/\xc3\xa9/"),
        (b"/%ff", "/\xff"),
        (b"//evil.example/", "//evil.example/"),
        (b"/a%2Fb", "/a/b"),
        (b"/100%", "/100%"),
    ],
)
def test_the_path_is_the_bytes_of_the_wire_without_percent_signs(raw, expected):
    assert environ_for(raw_path=raw)["PATH_INFO"] == expected


def test_a_server_that_tells_no_raw_path_is_understood():
    assert environ_for(path="/é/", raw_path=None)["PATH_INFO"] == "/\xc3\xa9/"


def test_a_mounted_application_knows_its_place():
    environ = environ_for(root_path="/learn", raw_path=b"/learn/course/")

    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/learn", "/course/")


def test_tls_is_told():
    environ = environ_for(scheme="https", server=("learn.example.org", None))

    assert environ["wsgi.url_scheme"] == "https"
    assert environ["SERVER_PORT"] == "443"


def test_a_client_without_an_address_has_none():
    assert environ_for(client=None)["REMOTE_ADDR"] == ""


def test_the_length_is_that_of_the_body_that_was_received():
    environ = environ_for(length=7, headers=[(b"transfer-encoding", b"chunked")])

    assert environ["CONTENT_LENGTH"] == "7"
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_type_and_length_have_names_of_their_own():
    environ = environ_for(headers=[(b"content-type", b"text/plain"), (b"content-length", b"3")])

    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "3")
    assert "HTTP_CONTENT_TYPE" not in environ


@pytest.mark.parametrize("name", [b"host", b"authorization", b"content-type"])
def test_what_may_be_there_once_is_refused_twice(name):
    with pytest.raises(BadRequest):
        environ_for(headers=[(name, b"a"), (name, b"b")])


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_client_is_who_the_proxy_saw(forwarded, client):
    application = behind_proxy(lambda environ, _: [environ["REMOTE_ADDR"]])
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}

    assert application(environ, None) == [client]


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ([(b"x-forwarded-for", b"6.6.6.6, 198.51.100.7")], "198.51.100.7"),
        ([], "192.0.2.1"),
    ],
)
def test_behind_a_proxy_a_socket_is_of_who_the_proxy_saw(headers, client):
    seen = []

    async def application(scope, receive, send):
        seen.append(scope["client"][0])

    asyncio.run(sockets_behind_proxy(application)(scope(headers=headers), None, None))

    assert seen == [client]
