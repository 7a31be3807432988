"""What is done to every answer on its way out."""

import pytest
from django.http import FileResponse, HttpResponse
from pytest_django.asserts import assertContains

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


def test_pages_come_plain_to_who_refuses_gzip(client, db):
    response = client.get("/accounts/login/", headers={"Accept-Encoding": "gzip;q=0, br"})

    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.django_db  # closing an answer looks after open connections
def test_files_keep_their_length(rf, tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(LONG)

    response = answered(rf, FileResponse(path.open("rb")))
    response.close()

    assert response.headers["Content-Length"] == str(len(LONG))


def test_method_that_a_page_does_not_know_gets_a_page_with_a_way_back(client, db):
    response = client.get("/students/enroll-course/")

    assertContains(response, 'href="/"', status_code=405)
    assertContains(response, "can't be used like that", status_code=405)


def test_answer_to_a_method_keeps_saying_which_ones_there_are(client, db):
    assert client.get("/students/enroll-course/").headers["Allow"] == "POST"
