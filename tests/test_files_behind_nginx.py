"""Files of courses that nginx sends itself, once Educa has said that it may: for real."""

from contextlib import ExitStack

import pytest

from educa.config import server
from educa.config.tests.serving import serving
from tests.missing import miss
from tests.test_deploy import NAME, NGINX, Front, nginx

pytestmark = pytest.mark.once

DATA = bytes(range(256)) * 4096
PDF = "file/0123456789abcdef0123456789abcdef.pdf"
ODD = "file/w\u00f6rter %2e ?#;'.txt"
PICTURE = "image/0123456789abcdef0123456789abcdef.1000x500.jpg"
SMALLER = f"{PICTURE}.w480.webp"
LOST = f"{PICTURE}.w960.webp"
SITE = "tests.files_site:site"


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """nginx in front of a site that hands out every file of its folder."""
    if NGINX is None:
        miss("nginx is missing: install the Debian package nginx")
    folder = tmp_path_factory.mktemp("files")
    (folder / "static").mkdir()
    for name in (PDF, ODD, PICTURE, SMALLER):
        (folder / "media" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "media" / name).write_bytes(DATA)
    environment = {
        "EDUCA_SITE_URL": f"https://{NAME}",
        "EDUCA_PROXY": "yes",
        "EDUCA_ACCEL_REDIRECT": "/protected-media/",
    }
    with ExitStack() as stack:
        web = stack.enter_context(serving(folder, SITE, **environment))
        live = stack.enter_context(serving(folder, server.APPLICATION, **environment))
        front = Front(folder, web.port, live.port)
        stack.enter_context(nginx(front))
        yield front


def test_file_comes_whole_with_every_word_that_keeps_a_browser_from_running_it(front):
    answer, body = front.ask(f"/media/{PDF}")

    assert (answer.status, body) == (200, DATA)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-site"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "filename*=utf-8''W%C3%B6rter" in answer.headers["Content-Disposition"]
    assert "X-Accel-Redirect" not in answer.headers


def test_each_word_is_said_once(front):
    answer, _ = front.ask(f"/media/{PDF}")

    names = [name.lower() for name, _value in answer.getheaders()]
    assert len(names) == len(set(names))


RANGES = {
    "bytes=100-199": (206, DATA[100:200], f"bytes 100-199/{len(DATA)}"),
    "bytes=-10": (206, DATA[-10:], f"bytes {len(DATA) - 10}-{len(DATA) - 1}/{len(DATA)}"),
    "bytes=1048000-": (206, DATA[1048000:], f"bytes 1048000-{len(DATA) - 1}/{len(DATA)}"),
    "bytes=0-1,5-6": (200, DATA, None),
}


@pytest.mark.parametrize("wanted", RANGES)
def test_nginx_sends_the_part_that_was_asked_for(front, wanted):
    answer, body = front.ask(f"/media/{PDF}", Range=wanted)

    assert (answer.status, body, answer.headers.get("Content-Range")) == RANGES[wanted]


def test_part_behind_the_end_is_refused(front):
    answer, _ = front.ask(f"/media/{PDF}", Range="bytes=9999999-")

    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{len(DATA)}")


def test_head_tells_the_size(front):
    answer, body = front.ask(f"/media/{PDF}", "HEAD")

    assert (answer.status, body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(DATA))


def test_who_has_the_file_gets_no_bytes_again_and_parts_only_of_the_same(front):
    etag = front.ask(f"/media/{PDF}", "HEAD")[0].headers["ETag"]
    part = {"Range": "bytes=0-9"}

    known, body = front.ask(f"/media/{PDF}", **{"If-None-Match": etag})
    same, _ = front.ask(f"/media/{PDF}", **part, **{"If-Range": etag})
    other, _ = front.ask(f"/media/{PDF}", **part, **{"If-Range": '"another"'})

    assert (known.status, body) == (304, b"")
    assert (same.status, other.status) == (206, 200)


def test_name_with_odd_characters_is_found(front):
    answer, body = front.ask("/media/file/w%C3%B6rter%20%252e%20%3F%23%3B%27.txt")

    assert (answer.status, body) == (200, DATA)
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_smaller_picture_comes_and_the_picture_in_its_place_where_it_is_lost(front):
    smaller, _ = front.ask(f"/media/{SMALLER}")
    instead, body = front.ask(f"/media/{LOST}")

    assert smaller.headers["Content-Type"] == "image/webp"
    assert (instead.status, body) == (200, DATA)
    assert instead.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    "path",
    [
        f"/protected-media/{PDF}",
        f"/protected-media/../protected-media/{PDF}",
        f"//protected-media/{PDF}",
        f"/static/../protected-media/{PDF}",
        f"/%70rotected-media/{PDF}",
        "/protected-media/",
        "/protected-media/../secret-key",
    ],
)
def test_nobody_asks_for_the_files_themselves(front, path):
    answer, body = front.ask(path)

    assert answer.status == 404
    assert DATA[:64] not in body


def test_file_that_is_not_there_is_not_found(front):
    assert front.ask("/media/file/ffffffffffffffffffffffffffffffff.pdf")[0].status == 404
