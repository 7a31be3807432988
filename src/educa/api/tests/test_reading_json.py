"""JSON is read strictly: what is none is refused with problem details, and never breaks the server."""

import json

import pytest

from educa.accounts.tests.factories import make_user
from educa.api.tests.asking import basic

pytestmark = pytest.mark.django_db

DEEP = 100_000
BODIES = {
    "nothing": b"",
    "no JSON": b"{name: 1}",
    "cut off": b'{"name": "a',
    "two values": b"{} {}",
    "lists deep inside": b"[" * DEEP + b"]" * DEEP,
    "objects deep inside": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "a number beyond all": b'{"name": 1e999}',
    "a number of 5,000 digits": b'{"name": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"name": "a", "name": "b"}',
    "a key twice further inside": b'{"scopes": [{"a": 1, "a": 2}]}',
    "half a pair": rb'{"name": "\ud800"}',
    "half a pair as a key": rb'{"\ud800": 1}',
    "NUL": rb'{"name": "a\u0000b"}',
    "NUL as a key": rb'{"\u0000": 1}',
    "NUL as a byte": b'{"name": "a\x00b"}',
    "invalid UTF-8": b'{"name": "\xff"}',
    "Latin-1": '{"name": "é"}'.encode("latin-1"),
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a mark of the order of bytes": b'\xef\xbb\xbf{"name": "a"}',
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a text": b'"name"',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_what_is_no_object_of_json_is_refused(client, body):
    answer = client.post("/api/tokens/", body, "application/json", headers=basic(make_user()))

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["status"] == 400


def test_a_backslash_before_u0000_is_a_text(client):
    body = json.dumps({"name": r"a\u0000b", "scopes": ["read"], "expires_at": None})

    answer = client.post("/api/tokens/", body, "application/json", headers=basic(make_user()))

    assert (answer.status_code, answer.json()["name"]) == (201, r"a\u0000b")


def test_a_whole_pair_is_a_sign(client):
    body = rb'{"name": "\ud83d\ude00", "scopes": ["read"], "expires_at": null}'

    answer = client.post("/api/tokens/", body, "application/json", headers=basic(make_user()))

    assert (answer.status_code, answer.json()["name"]) == (201, "😀")


def test_a_body_that_is_too_long_is_refused(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = client.post("/api/tokens/", b" " * 101, "application/json", headers=basic(make_user()))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_refused(client, media_type):
    answer = client.post("/api/tokens/", b"{}", media_type, headers=basic(make_user()))

    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")
