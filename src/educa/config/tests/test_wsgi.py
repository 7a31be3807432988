"""Static files in front of the pages."""

from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import Resolver404, resolve, set_urlconf

from educa.config import wsgi
from educa.lib.serving.media_type import without_charset

# A page may find a connection that an earlier test left open, and looks whether it is usable.
pytestmark = pytest.mark.django_db

HASHED = "/static/base.0123456789ab.css"
COMPRESSED = {"": b"a{color:red}", ".gz": b"of gzip", ".br": b"Brotli"}


@pytest.fixture
def kept_connection():
    """The connection of the test, which the end of a request would close on PostgreSQL."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ask(settings, tmp_path, kept_connection):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    for name in ("base.css", "base.0123456789ab.css", "staticfiles.json", ".collected"):
        (settings.STATIC_ROOT / name).write_text("a{}")
    for ending, content in COMPRESSED.items():
        (settings.STATIC_ROOT / f"packed.0123456789ab.css{ending}").write_bytes(content)
    application = wsgi.make_application()

    def ask(path, **more):
        answer = {}
        environ = {"PATH_INFO": path, **more}
        setup_testing_defaults(environ)
        environ["HTTP_HOST"] = "localhost"

        def start_response(status, headers, exc_info=None):
            answer.update(headers, status=status)

        body = application(environ, start_response)
        answer["body"] = b"".join(body)
        body.close()
        return answer

    return ask


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/static/base.css", "max-age=60, public"), (HASHED, "max-age=315360000, public, immutable")],
)
def test_a_name_with_a_hash_is_kept_for_ever_and_others_for_a_minute(ask, path, kept):
    answer = ask(path)

    assert answer["body"] == b"a{}"
    assert answer["Cache-Control"] == kept
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize(
    ("accepted", "encoding", "ending"),
    [
        ("gzip, deflate, br, zstd", "br", ".br"),
        ("br", "br", ".br"),
        ("gzip, deflate", "gzip", ".gz"),
        ("br;q=0, gzip", "gzip", ".gz"),
        ("br; Q=0.000 , gzip;q=0.5", "gzip", ".gz"),
        ("gzip;q=0,br;q=0", None, ""),
        ("br;q=0.01", "br", ".br"),
        ("", None, ""),
    ],
)
def test_a_file_comes_as_small_as_the_browser_can_take_it(ask, accepted, encoding, ending):
    answer = ask("/static/packed.0123456789ab.css", HTTP_ACCEPT_ENCODING=accepted)

    assert answer["body"] == COMPRESSED[ending]
    assert answer.get("Content-Encoding") == encoding
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["Content-Type"].startswith("text/css")
    assert answer["Cache-Control"] == "max-age=315360000, public, immutable"


@pytest.mark.parametrize("name", ["staticfiles.json", ".collected"])
def test_how_the_files_were_collected_is_not_told(ask, name):
    assert ask(f"/static/{name}")["status"].startswith("404 ")


@pytest.mark.parametrize("charset", ["idna", "hex", "undefined", "utf-7", "unicode_escape"])
@pytest.mark.parametrize("query", ["q=%ff", "q=%2B2AA-"])
def test_no_charset_of_a_request_can_break_a_page(ask, charset, query):
    answer = ask("/", CONTENT_TYPE=f"text/plain; charset={charset}", QUERY_STRING=query)

    assert answer["status"] == "200 OK"


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("text/plain", "text/plain"),
        ("text/plain; charset=UTF-8", "text/plain"),
        ('multipart/form-data; CHARSET="hex"; boundary=a', 'multipart/form-data; boundary="a"'),
        (
            r'multipart/form-data; boundary="a\"b;c"; charset=q',
            r'multipart/form-data; boundary="a\"b;c"',
        ),
        ("multipart/form-data; boundary=a", "multipart/form-data; boundary=a"),
        ("text/plain; charset*=utf-8''idna", "text/plain"),
        ("text/plain; x*=undefined''y; charset=hex", "text/plain"),
    ],
)
def test_a_media_type_keeps_everything_but_its_charset(value, left):
    assert without_charset(value) == left


def test_what_is_no_static_file_is_a_page(ask):
    assert ask("/healthz")["body"].strip() == b"ok"


def test_a_site_without_static_files_serves_its_pages(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "missing"

    assert callable(wsgi.make_application())


@pytest.mark.parametrize("path", ["/students/course/3/", f"/course/{'a' * 250}/"])
def test_a_page_is_found_as_django_finds_it_whatever_the_length_of_its_address(rf, path):
    request = rf.get(path)

    match = wsgi.Handler().resolve_request(request)

    assert (match.view_name, match.kwargs) == (resolve(path).view_name, resolve(path).kwargs)
    assert request.resolver_match is match


def test_what_a_request_says_of_the_addresses_of_the_site_counts(rf):
    request = rf.get("/metrics")
    request.urlconf = "educa.courses.urls"

    with pytest.raises(Resolver404):
        wsgi.Handler().resolve_request(request)
    set_urlconf(None)


def test_an_address_that_is_none_is_not_found(ask):
    assert ask("/nowhere/")["status"] == "404 Not Found"
