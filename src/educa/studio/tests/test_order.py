"""What counts as an order: JSON with each index once, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from educa.studio.forms.order import MOST_BYTES, MOST_KEYS, BadOrder, keys_in_order

pytestmark = pytest.mark.once

KEYS = st.lists(st.integers(1, 2**63 - 1), min_size=1, max_size=30, unique=True)


def taken(body):
    """The keys in order, or None where they are refused."""
    try:
        return keys_in_order(body)
    except BadOrder:
        return None


@given(KEYS.flatmap(lambda keys: st.tuples(st.just(keys), st.permutations(keys))))
def test_keys_come_in_the_order_of_their_indexes(given_keys):
    keys, written = given_keys
    body = json.dumps({str(key): keys.index(key) for key in written})

    assert keys_in_order(body.encode()) == keys


@given(st.binary(max_size=200))
def test_bytes_are_an_order_or_refused(body):
    assert taken(body) != []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(JSON_VALUES | st.dictionaries(st.integers(0, 9).map(str), JSON_VALUES, max_size=4))
def test_json_is_an_order_or_refused(value):
    keys = taken(json.dumps(value).encode())

    assert keys is None or [value[str(key)] for key in keys] == list(range(len(value)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"1"',
        b"[[1, 0]]",
        b'[["1", 0]]',
        b'{"1": true}',
        b'{"1": false}',
        b'{"1": 0.0}',
        b'{"1": -1}',
        b'{"1": 1}',
        b'{"1": 1e400}',
        b'{"1": NaN}',
        b'{"1": Infinity}',
        b'{"1": -Infinity}',
        b'{"1": null}',
        b'{"1": "0"}',
        b'{"1": {"2": 0}}',
        b'{"1": [0]}',
        b'{"1": 0, "2": 0}',
        b'{"1": 0, "2": 2}',
        b'{"1": 0, "1": 1}',
        b'{"1": 0, "01": 1}',
        b'{"1": 0, "\\u0031": 1}',
        b'{"0": 0}',
        b'{"-1": 0}',
        b'{"+1": 0}',
        b'{" 1": 0}',
        b'{"1\\n": 0}',
        b'{"1.0": 0}',
        b'{"1_0": 0}',
        b'{"": 0}',
        b'{"one": 0}',
        b'{"\\u0661": 0}',
        b'{"\\ud800": 0}',
        b'{"1\\u0000": 0}',
        b'{"1": 0',
        b'{"1": 0} x',
        b'\xef\xbb\xbf{"1": 0}',
        '{"1": 0}'.encode("utf-16"),
        b'{"\xff": 0}',
        b'{"1": ' + b"9" * 5000 + b"}",
        b'{"' + b"9" * 40 + b'": 0}',
        b"[" * 100_000,
        b'{"1":' * 50_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_anything_else_is_refused_with_words(body):
    with pytest.raises(BadOrder) as refused:
        keys_in_order(body)

    assert refused.value.status == 400
    assert str(refused.value.words)


def test_as_many_as_allowed_are_taken_and_one_more_is_not():
    order = {str(key): key - 1 for key in range(1, MOST_KEYS + 1)}
    assert len(keys_in_order(json.dumps(order).encode())) == MOST_KEYS

    order[str(MOST_KEYS + 1)] = MOST_KEYS
    with pytest.raises(BadOrder) as refused:
        keys_in_order(json.dumps(order).encode())

    assert refused.value.status == 413


def test_long_body_is_refused_unread():
    with pytest.raises(BadOrder) as refused:
        keys_in_order(b" " * (MOST_BYTES + 1))

    assert refused.value.status == 413
