"""What an uploaded file really is; SEC-U 1, 4 and 5."""

import random
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile

import PIL.Image
import PIL.ImageSequence
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from educa.lib.storage import random_name
from educa.lib.uploads import (
    INLINE,
    MAX_NAME,
    MEDIA_TYPES,
    checked_picture,
    media_type_of,
    shown_name,
)

pytestmark = pytest.mark.once

PNG = b"\x89PNG\r\n\x1a\n"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), **how: object) -> bytes:
    out = BytesIO()
    mode = how.pop("mode", "RGB")
    PIL.Image.new(str(mode), size).save(out, kind, **how)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as opened:
        for name in names:
            opened.writestr(name, "x")
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A tiny file whose header speaks of a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        PNG
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def notes() -> bytes:
    """Exif that names a place, as bytes."""
    exif = PIL.Image.Exif()
    exif[0x010E] = "GPSLatitude"
    return exif.tobytes().removeprefix(b"Exif\0\0")


NOTES = notes()


def frames_of(data: bytes) -> list[tuple[bytes, float]]:
    with PIL.Image.open(BytesIO(data)) as image:
        frames = PIL.ImageSequence.all_frames(image)
        return [(frame.convert("RGBA").tobytes(), frame.info["duration"]) for frame in frames]


def notes_in(data: bytes) -> set[str]:
    with PIL.Image.open(BytesIO(data)) as image:
        return {*image.info} & {"exif", "xmp"} | {str(tag) for tag in image.getexif()}


def judged(data: bytes, name: str) -> str:
    return media_type_of(ContentFile(data), name)


GENUINE = {
    "paper.pdf": (b"%PDF-1.7\n", "application/pdf"),
    "PAPER.PDF": (b"%PDF-1.7\n", "application/pdf"),
    "picture.png": (picture(), "image/png"),
    "picture.jpeg": (picture("JPEG"), "image/jpeg"),
    "picture.gif": (picture("GIF"), "image/gif"),
    "picture.webp": (picture("WEBP"), "image/webp"),
    "film.mp4": (b"\0\0\0\x18ftypmp42", "video/mp4"),
    "film.webm": (b"\x1a\x45\xdf\xa3", "video/webm"),
    "song.mp3": (b"ID3\x04", "audio/mpeg"),
    "song.wav": (b"RIFF\0\0\0\0WAVE", "audio/wav"),
    "song.ogg": (b"OggS", "audio/ogg"),
    "notes.txt": ("Žluťoučký kůň".encode(), "text/plain"),
    "old.csv": ("naïve".encode("latin-1"), "text/csv"),
    "words.vtt": (b"WEBVTT\n", "text/vtt"),
    "words with a mark.vtt": (b"\xef\xbb\xbfWEBVTT\n", "text/vtt"),
    "all.zip": (archive("a.txt"), "application/zip"),
    "empty.zip": (archive(), "application/zip"),
    "table.xlsx": (archive("xl/workbook.xml"), MEDIA_TYPES[".xlsx"]),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
}


@pytest.mark.parametrize("name", GENUINE)
def test_file_that_is_what_its_name_says_is_let_in(name):
    data, media_type = GENUINE[name]

    assert judged(data, name) == media_type


REFUSED = {
    "html": ("page.html", HTML),
    "html as a picture": ("page.png", HTML),
    "html behind a picture's ending": ("photo.jpg.html", HTML),
    "upper case": ("PAGE.HTML", HTML),
    "trailing dot": ("page.html.", HTML),
    "trailing blank": ("page.html ", HTML),
    "NUL": ("page.html\0.png", HTML),
    "right-to-left override": ("photo\u202egnp.html", HTML),
    "xhtml": ("page.xhtml", HTML),
    "xml": ("data.xml", b"<?xml version='1.0'?><a/>"),
    "xsl": ("style.xsl", b"<xsl:stylesheet/>"),
    "svg": ("drawing.svg", SVG),
    "svg as a picture": ("drawing.png", SVG),
    "svgz": ("drawing.svgz", b"\x1f\x8b"),
    "mht": ("page.mht", b"MIME-Version: 1.0"),
    "script": ("app.js", b"alert(1)"),
    "module": ("app.mjs", b"alert(1)"),
    "flash": ("game.swf", b"CWS"),
    "eps": ("drawing.eps", EPS),
    "eps as a picture": ("drawing.png", EPS),
    "postscript": ("drawing.ps", EPS),
    "php": ("shell.php", b"<?php"),
    "program": ("setup.exe", b"MZ\x90\0"),
    "program as a paper": ("setup.pdf", b"MZ\x90\0"),
    "macros by name": ("form.docm", archive("word/vbaProject.bin")),
    "macros renamed": ("form.docx", archive("word/document.xml", "word/vbaProject.bin")),
    "macros with a backslash": ("form.docx", archive("word\\vbaProject.bin")),
    "broken archive": ("form.docx", b"PK\x03\x04 and no more"),
    "binary as text": ("notes.txt", b"\x7fELF\0\0\0"),
    "no ending": ("README", b"text"),
    "no name": ("", b"text"),
    "ending alone": (".png", picture()),
    "empty picture": ("picture.png", b""),
    "captions without a header": ("words.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_anything_else_is_refused_with_a_reason(what):
    name, data = REFUSED[what]

    with pytest.raises(ValidationError) as refusal:
        judged(data, name)

    assert refusal.value.messages[0]


def test_no_type_that_a_browser_could_run_is_shown_in_a_page():
    running = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}

    assert not running & {*MEDIA_TYPES.values(), *INLINE}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_whole_picture_is_let_in_with_its_size(kind):
    checked = checked_picture(ContentFile(picture(kind), "photo.png"))

    assert (checked.width, checked.height) == (8, 6)


def test_picture_gets_the_ending_of_what_it_is():
    checked = checked_picture(ContentFile(picture("JPEG"), "photo.png"))

    assert checked.file.name == "photo.jpg"


def test_four_color_picture_is_let_in():
    checked = checked_picture(ContentFile(picture("JPEG", mode="CMYK"), "print.jpg"))

    assert checked.width == 8


def test_picture_with_a_page_behind_it_is_only_ever_a_picture():
    data = picture() + HTML

    assert judged(data, "photo.png") == "image/png"
    assert checked_picture(ContentFile(data, "photo.png")).file.name == "photo.png"


NO_PICTURES = {
    "eps": EPS,
    "svg": SVG,
    "html": HTML,
    "nothing": b"",
    "signature alone": PNG,
    "truncated": picture(size=(64, 64))[:60],
    "truncated photo": picture("JPEG", size=(64, 64))[:-40],
    "tiff": picture("TIFF"),
    "bmp": picture("BMP"),
    "icon": picture("ICO"),
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_whole_picture_is_refused(what):
    with pytest.raises(ValidationError) as refusal:
        checked_picture(ContentFile(NO_PICTURES[what], "photo.png"))

    assert refusal.value.code == "picture"


@pytest.mark.parametrize("side", [6_400, 12_000, 30_000])
def test_huge_picture_is_refused_before_it_is_decoded(side):
    with pytest.raises(ValidationError) as refusal:
        checked_picture(ContentFile(png_that_says(side, side), "photo.png"))

    assert refusal.value.code == "pixels"


def test_picture_with_too_many_frames_is_refused():
    out = BytesIO()
    frames = [PIL.Image.new("L", (1, 1), number % 256) for number in range(1_100)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(ValidationError) as refusal:
        checked_picture(ContentFile(out.getvalue(), "film.gif"))

    assert refusal.value.code == "frames"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_taken_out_of_a_picture(kind):
    exif = PIL.Image.Exif()
    exif[0x0110] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"

    checked = checked_picture(ContentFile(picture(kind, exif=exif), "photo"))

    with PIL.Image.open(checked.file) as image:
        assert not image.getexif()
        assert b"A camera" not in checked.file.read()


def test_place_in_xmp_is_taken_out_of_a_picture():
    data = picture("JPEG", xmp=b"<x:xmpmeta>exif:GPSLatitude</x:xmpmeta>")

    checked = checked_picture(ContentFile(data, "photo.jpg"))

    checked.file.seek(0)
    assert b"GPSLatitude" in data
    assert b"GPSLatitude" not in checked.file.read()


def test_picture_lying_on_its_side_is_set_upright():
    exif = PIL.Image.Exif()
    exif[0x0112] = 6

    checked = checked_picture(ContentFile(picture("JPEG", exif=exif), "photo.jpg"))

    assert (checked.width, checked.height) == (6, 8)


def test_photo_with_a_second_picture_behind_it_loses_that():
    out = BytesIO()
    first, second = PIL.Image.new("RGB", (8, 6)), PIL.Image.new("RGB", (8, 6), "red")
    first.save(out, "MPO", save_all=True, append_images=[second])

    checked = checked_picture(ContentFile(out.getvalue(), "photo.jpg"))

    with PIL.Image.open(checked.file) as image:
        assert image.format == "JPEG"


def photo_with_notes() -> bytes:
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x0110], exif[0x011A] = 6, "A camera", 72.5
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 5.0, 12.5)})
    exif.get_ifd(0x8769)[0x9003] = "2026:01:01 00:00:00"
    return picture("JPEG", exif=exif)


def let_in_or_refused(data: bytes, name: str) -> None:
    """Raises whatever is no refusal."""
    with suppress(ValidationError):
        checked_picture(ContentFile(data, name))


@pytest.mark.parametrize("seed", range(6))
def test_damaged_photo_is_let_in_or_refused_but_never_an_error(seed):
    chance, whole = random.Random(seed), photo_with_notes()
    notes = whole.index(b"Exif")

    for _ in range(100):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(notes, notes + 250)] = chance.choice(
                (0, 1, 255, chance.randrange(256))
            )
        let_in_or_refused(bytes(data), "photo.jpg")


def test_photo_whose_notes_can_not_be_written_again_is_still_set_upright():
    data = photo_with_notes().replace(
        struct.pack("<HHL", 0x0112, 3, 1), struct.pack("<HHL", 0x0112, 4, 1)
    )

    checked = checked_picture(ContentFile(data, "photo.jpg"))

    assert (checked.width, checked.height) == (6, 8)


def moving(kind: str, **how: object) -> bytes:
    out = BytesIO()
    frames = [PIL.Image.new("RGB", (8, 6), color) for color in ("red", "green", "blue")]
    frames[0].save(
        out, kind, save_all=True, append_images=frames[1:], duration=[40, 80, 120], **how
    )
    return out.getvalue()


NOTED = {
    "webp with exif": ("WEBP", {"exif": b"Exif\0\0" + NOTES}),
    "webp with xmp": ("WEBP", {"xmp": b"<x:xmpmeta>GPSLatitude</x:xmpmeta>"}),
    "png with exif": ("PNG", {"exif": b"Exif\0\0" + NOTES}),
}


@pytest.mark.parametrize("what", NOTED)
def test_moving_picture_loses_its_notes_and_keeps_its_frames(what):
    kind, notes = NOTED[what]
    data = moving(kind, **notes)

    checked = checked_picture(ContentFile(data, "film"))

    cleaned = checked.file.read()
    assert b"GPSLatitude" in data
    assert b"GPSLatitude" not in cleaned
    assert frames_of(cleaned) == frames_of(data)
    assert not notes_in(cleaned)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("what", NOTED)
def test_damaged_moving_picture_is_let_in_or_refused_but_never_an_error(what, seed):
    chance, whole = random.Random(seed), moving(NOTED[what][0], **NOTED[what][1])

    for _ in range(50):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        let_in_or_refused(bytes(data), "film")


def test_archive_with_a_huge_directory_is_refused_unread():
    data = archive(*(f"{number:0100}" for number in range(15_000)))

    with pytest.raises(ValidationError):
        judged(data, "all.zip")


def test_archive_with_thousands_of_files_is_let_in():
    assert judged(archive(*map(str, range(5_000))), "all.zip") == "application/zip"


SHOWN = {
    "../../etc/passwd": "passwd",
    "C:\\Users\\me\\Paper.pdf": "Paper.pdf",
    "a/b.pdf": "b.pdf",
    "CON": "CON",
    "two\r\nlines.pdf": "twolines.pdf",
    'quo"ted.pdf': 'quo"ted.pdf',
    "photo\u202egnp.exe": "photognp.exe",
    "\u2066hidden\u200b.pdf": "hidden.pdf",
    "🎓 course.pdf": "🎓 course.pdf",
    "Cafe\u0301.pdf": "Café.pdf",
    "": "file",
    "\u200b": "file",
}


@pytest.mark.parametrize("name", SHOWN)
def test_name_is_shown_without_what_misleads(name):
    assert shown_name(name) == SHOWN[name]


@pytest.mark.parametrize("name", ["n" * 300 + ".pdf", "n." + "p" * 300, "n" * 300])
def test_long_name_is_cut(name):
    assert len(shown_name(name)) <= MAX_NAME


def test_stored_names_are_random_and_keep_nothing_but_the_ending():
    first, second = (
        random_name("file", "../../x/Paper.PDF"),
        random_name("file", "../../x/Paper.PDF"),
    )

    assert first != second
    assert first.startswith("file/")
    assert first.count("/") == 1
    assert first.endswith(".pdf")


def segment(marker, data):
    """A segment of a JPEG, to stand behind its first two bytes."""
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2) + data


@pytest.mark.parametrize(
    "telling",
    [
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0a\x1c\x02\x5a\0\x05Paris"),
        segment(0xFE, b"Taken in Paris"),
        segment(0xE3, b"Paris"),
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0Paris"),
    ],
    ids=["IPTC", "comment", "of a camera's maker", "XMP that goes on"],
)
def test_what_a_photograph_says_in_other_ways_is_taken_out(telling):
    plain = picture("JPEG")

    checked = checked_picture(ContentFile(plain[:2] + telling + plain[2:], "photo.jpg"))

    assert b"Paris" not in checked.file.read()


def test_words_are_taken_out_of_a_png():
    words = PIL.PngImagePlugin.PngInfo()
    words.add_text("Description", "Paris")

    checked = checked_picture(ContentFile(picture("PNG", pnginfo=words), "photo.png"))

    assert b"Paris" not in checked.file.read()


def test_a_moving_gif_with_a_comment_goes_on_moving():
    out = BytesIO()
    frames = [PIL.Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=b"Made by hand")

    checked = checked_picture(ContentFile(out.getvalue(), "moving.gif"))

    with PIL.Image.open(checked.file) as image:
        assert image.n_frames == 2
