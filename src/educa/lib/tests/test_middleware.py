"""What is done to every answer on its way out."""

import pytest
from django.http import FileResponse, HttpResponse

from educa.lib.middleware import CompressionMiddleware

LONG = b"<p>Tides and moons</p>" * 100


def answered(rf, response):
    request = rf.get("/", headers={"accept-encoding": "gzip"})
    return CompressionMiddleware(lambda _request: response)(request)


def test_pages_are_compressed(rf):
    response = answered(rf, HttpResponse(LONG))

    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) < len(LONG) / 2


@pytest.mark.parametrize("media_type", ["video/mp4", "image/png", "application/json", ""])
def test_nothing_else_is_compressed(rf, media_type):
    response = answered(rf, HttpResponse(LONG, content_type=media_type))

    assert "Content-Encoding" not in response.headers


@pytest.mark.django_db  # closing an answer looks after open connections
def test_files_keep_their_length(rf, tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(LONG)

    response = answered(rf, FileResponse(path.open("rb")))
    response.close()

    assert response.headers["Content-Length"] == str(len(LONG))
