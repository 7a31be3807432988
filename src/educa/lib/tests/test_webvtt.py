"""What is WebVTT, and what is not."""

import pytest
from django.core.exceptions import ValidationError

from educa.lib.webvtt import MAX_BYTES, checked_captions, from_subrip

pytestmark = pytest.mark.once

GOOD = {
    "plain": "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
    "title": "WEBVTT - A title\n\n00:01.000 --> 00:02.000\nHello\n",
    "hours and settings": "WEBVTT\n\n100:00:01.000 --> 100:00:02.000 align:start\nHello\n",
    "ids, notes and styles": "WEBVTT\n\nSTYLE\n::cue {}\n\nNOTE no cue\n\n1\n00:01.000 --> 00:02.000\nHello\n",
    "Windows": "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nHello\r\n",
    "nothing said": "WEBVTT",
}
BAD = {
    "SubRip": ("1\n00:00:01,000 --> 00:00:02,000\nHello\n", "header"),
    "SubRip with a header": ("WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nHello\n", "timing"),
    "no header": ("00:01.000 --> 00:02.000\nHello\n", "header"),
    "header that goes on": ("WEBVTTX\n", "header"),
    "61 seconds": ("WEBVTT\n\n00:61.000 --> 00:62.000\nHello\n", "timing"),
    "no end": ("WEBVTT\n\n00:01.000 -->\nHello\n", "timing"),
    "empty": ("", "header"),
}


@pytest.mark.parametrize("what", GOOD)
def test_captions_are_accepted(what):
    assert checked_captions(GOOD[what].encode()) == GOOD[what]


def test_byte_order_mark_is_left_out():
    assert checked_captions(b"\xef\xbb\xbfWEBVTT\n") == "WEBVTT\n"


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_webvtt_is_refused(what):
    text, code = BAD[what]

    with pytest.raises(ValidationError) as refusal:
        checked_captions(text.encode())

    assert refusal.value.code == code


def test_refusal_names_the_line():
    with pytest.raises(ValidationError, match="Line 3"):
        checked_captions(b"WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nHello\n")


@pytest.mark.parametrize("data", ["WEBVTT\n".encode("utf-16"), b"WEBVTT\n\xff"])
def test_captions_in_another_encoding_are_refused(data):
    with pytest.raises(ValidationError) as refusal:
        checked_captions(data)

    assert refusal.value.code == "encoding"


def test_captions_have_a_largest_size():
    with pytest.raises(ValidationError) as refusal:
        checked_captions(b"WEBVTT\n" + b"x" * MAX_BYTES)

    assert refusal.value.code == "size"


def test_subrip_becomes_webvtt():
    text = from_subrip("\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nHello, you\r\n")

    assert text == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nHello, you\n"
    assert checked_captions(text.encode()) == text


@pytest.mark.parametrize("text", ["", "Hello", GOOD["plain"], "WEBVTT\n\n00:00:01,000 --> x\n"])
def test_what_is_no_subrip_stays_as_it_is(text):
    assert from_subrip(text) == text
