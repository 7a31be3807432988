"""Parts of a file over HTTP."""

from io import BytesIO

import pytest
from django.test import RequestFactory

from educa.lib.ranges import file_response

pytestmark = pytest.mark.once

DATA = bytes(range(100))


def answer(size: int = 100, **headers: str):
    request = RequestFactory().get("/", headers=headers)
    return file_response(request, BytesIO(DATA[:size]), size, "video/mp4", "tag")


def body(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=90-", 90, 99),
        ("bytes=-10", 90, 99),
        ("bytes=-500", 0, 99),
        ("bytes=50-500", 50, 99),
        ("bytes=99-99", 99, 99),
        ("bytes = 0 - 9", 0, 9),
    ],
)
def test_one_range_is_answered_with_that_part(wanted, first, last):
    response = answer(Range=wanted)

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/100"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == DATA[first : last + 1]


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "bytes=0-9,20-29",
        "bytes=-",
        "bytes=a-b",
        "lines=0-9",
        "bytes=5-3",
        "bytes=" + "9" * 30 + "-",
    ],
)
def test_anything_that_is_no_single_range_is_answered_with_the_whole(wanted):
    response = answer(Range=wanted)

    assert response.status_code == 200
    assert response["Content-Length"] == "100"
    assert body(response) == DATA


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=200-300", "bytes=-0"])
def test_range_outside_of_the_file_is_refused_with_its_size(wanted):
    response = answer(Range=wanted)

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */100"
    assert "Content-Type" not in response.headers


def test_nothing_can_be_asked_of_an_empty_file():
    assert answer(0, Range="bytes=0-").status_code == 416


def test_who_has_the_file_already_is_told_so():
    response = answer(**{"If-None-Match": '"tag"'})

    assert response.status_code == 304
    assert "Content-Type" not in response.headers


def test_part_of_another_version_is_answered_with_the_whole_of_this_one():
    response = answer(Range="bytes=0-9", **{"If-Range": '"other"'})

    assert body(response) == DATA
