"""Static files in front of the pages."""

from wsgiref.util import setup_testing_defaults

import pytest

from educa.config import wsgi

# A page may find a connection that an earlier test left open, and looks whether it is usable.
pytestmark = pytest.mark.django_db

HASHED = "/static/base.0123456789ab.css"


@pytest.fixture
def ask(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    for name in ("base.css", "base.0123456789ab.css"):
        (settings.STATIC_ROOT / name).write_text("a{}")
    application = wsgi.make_application()

    def ask(path):
        answer = {}
        environ = {"PATH_INFO": path, "HTTP_HOST": "localhost"}
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


def test_what_is_no_static_file_is_a_page(ask):
    assert ask("/healthz")["body"].strip() == b"ok"


def test_a_site_without_static_files_serves_its_pages(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "missing"

    assert callable(wsgi.make_application())
