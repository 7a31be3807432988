"""What a player may tell, and what is refused."""

import json

import pytest

from educa.students.events import MOST_BYTES, BadEvent, Event, event_in_form, event_in_json

pytestmark = pytest.mark.once


def test_what_is_told_is_understood():
    body = (
        b'{"age": 2.5, "opened": true, "paragraph": 3, "second": 12.7, "duration": 60.2,'
        b' "watched": [[0, 5.5]], "read": true, "done": false}'
    )

    assert event_in_json(body) == Event(
        age=2.5, opened=True, paragraph=3, second=12, duration=61,
        watched=[(0.0, 5.5)], read=True, done=False,
    )  # fmt: skip


def test_any_part_of_it_is_enough():
    assert event_in_json(b"{}") == Event()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"read"', b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 5000, b'{"a":' * 3000,
        b'{"user": 1}', b'{"completed_at": "2026-01-01"}', b'{"read": true, "read": true}',
        b'{"read": 1}', b'{"read": "true"}', b'{"read": null}', b'{"done": 0}', b'{"opened": []}',
        b'{"paragraph": -1}', b'{"paragraph": true}', b'{"paragraph": "3"}', b'{"paragraph": 1e9}',
        b'{"paragraph": 1.5}',
        b'{"second": NaN}', b'{"second": Infinity}', b'{"second": 1e999}', b'{"duration": -Infinity}',
        b'{"second": ' + b"9" * 400 + b"}", b'{"second": ' + b"9" * 5000 + b"}", b'{"second": {}}',
        b'{"watched": 5}', b'{"watched": {}}', b'{"watched": [5]}', b'{"watched": [[1]]}',
        b'{"watched": [[1, 2, 3]]}', b'{"watched": [[2, 1]]}', b'{"watched": [[1, 1]]}',
        b'{"watched": [[-1, 1]]}', b'{"watched": [[0, 1e9]]}', b'{"watched": [[0, "1"]]}',
        b'{"watched": [[[0], 1]]}', b'{"watched": [{"0": 1, "1": 2}]}', b'{"age": -1}', b'{"age": true}',
    ],
)  # fmt: skip
def test_anything_else_is_refused(body):
    with pytest.raises(BadEvent) as refusal:
        event_in_json(body)

    assert refusal.value.status == 400


def test_too_much_is_refused():
    with pytest.raises(BadEvent) as long:
        event_in_json(b" " * (MOST_BYTES + 1))
    with pytest.raises(BadEvent) as many:
        event_in_json(json.dumps({"watched": [[0, 1]] * 201}).encode())

    assert (long.value.status, many.value.status) == (413, 400)


def test_form_says_whether_the_content_is_done():
    assert event_in_form({"done": "true"}) == Event(done=True)
    with pytest.raises(BadEvent):
        event_in_form({"read": "true"})
