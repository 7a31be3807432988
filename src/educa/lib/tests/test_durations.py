"""How long films and sounds play."""

import io
import struct
import time
import wave

import pytest

from educa.lib.durations import duration_of

pytestmark = pytest.mark.once
FTYP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


def atom(name, data):
    return struct.pack(">I4s", len(data) + 8, name) + data


def mp4(duration, scale=1000, before=b""):
    """A film of no pictures; the part with its length may stand behind a great deal else."""
    head = bytes(12) + struct.pack(">II", scale, duration) + bytes(80)
    return FTYP + before + atom(b"moov", atom(b"mvhd", head))


def element(identifier, data):
    return bytes.fromhex(identifier) + struct.pack(">BI", 0x08, len(data)) + data


def webm(*info, before=b""):
    return element("1A45DFA3", b"") + element(
        "18538067", before + element("1549A966", b"".join(info))
    )


def length(kind, value):
    return element("4489", struct.pack(kind, value))


def wav(seconds):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(8000 * seconds))
    return out.getvalue()


# Frames of 128 kbit/s and 44.1 kHz, 417 bytes and 1,152 samples each: 100 of them play 2.6 seconds.
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 100


@pytest.mark.parametrize(
    ("media_type", "data", "seconds"),
    [
        ("video/mp4", mp4(61_400), 61),
        ("video/mp4", mp4(61_400, before=atom(b"mdat", bytes(3_000_000))), 61),
        ("video/webm", webm(length(">d", 61_400.0)), 61),
        ("video/webm", webm(element("2AD7B1", b"\x1e\x84\x80"), length(">f", 61_400.0)), 123),
        ("video/webm", webm(length(">d", 61_400.0), before=element("EC", bytes(9000))), 61),
        ("audio/wav", wav(3), 3),
        ("audio/mpeg", MP3, 3),
        ("audio/mpeg", b"ID3\x03\0\0\0\0\x08\0" + bytes(1024) + MP3, 3),
        ("video/mp4", mp4(200), 1),
    ],
)
def test_length_is_what_the_file_says(media_type, data, seconds):
    file = io.BytesIO(data)

    assert (duration_of(file, media_type), file.tell()) == (seconds, 0)


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("video/mp4", FTYP),
        ("video/mp4", mp4(0)),
        ("video/mp4", mp4(5, scale=0)),
        ("video/mp4", mp4(2**32 - 1, scale=1)),
        ("video/mp4", mp4(61_400)[:50]),
        ("video/mp4", FTYP + struct.pack(">I4s", 2**32 - 1, b"moov")),
        ("video/mp4", FTYP + atom(b"moov", struct.pack(">I4s", 2**31, b"mvhd"))),
        ("video/mp4", FTYP + struct.pack(">I4sQ", 1, b"free", 2**64 - 1)),
        ("video/webm", webm()),
        ("video/webm", webm(length(">d", float("nan")))),
        ("video/webm", webm(length(">d", float("inf")))),
        ("video/webm", webm(length(">d", -5.0))),
        ("video/webm", b"\x1a\x45\xdf\xa3"),
        ("video/webm", b"\0" * 100),
        ("video/webm", element("1A45DFA3", b"") + bytes.fromhex("1853806701ffffffffffffff")),
        ("audio/ogg", b"OggS" + bytes(40)),
        ("audio/wav", b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff"),
        ("audio/mpeg", b"\xff\xfb" + bytes(100)),
        ("audio/mpeg", b""),
    ],
)
def test_file_that_says_nothing_or_nonsense_has_no_length(media_type, data):
    assert duration_of(io.BytesIO(data), media_type) is None


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("video/mp4", FTYP + atom(b"free", b"") * 1_000_000),
        (
            "video/webm",
            element("1A45DFA3", b"")
            + bytes.fromhex("1853806701ffffffffffffff")
            + b"\xec\x80" * 2_000_000,
        ),
        ("audio/mpeg", b"\xff\xe0\0\0" * 2_000_000),
        ("audio/ogg", (b"OggS" + bytes(23)) * 300_000),
    ],
)
def test_file_made_to_be_read_for_ever_is_given_up_soon(media_type, data):
    begin = time.process_time()

    assert duration_of(io.BytesIO(data), media_type) is None
    assert time.process_time() - begin < 2
