"""What somebody with bad intentions uploads."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest

from educa.courses.models import Content, File, Image, Upload
from educa.courses.tests.factories import make_course, make_module, picture

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("kept"),
]


@pytest.fixture
def module(uploader):
    return make_module(make_course(owner=uploader.user))


HTML = b"<!doctype html><script>alert(1)</script>"
PAGES = {
    "html": HTML,
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svgz": b"\x1f\x8b\x08\0\0\0\0\0",
    "xml": b'<?xml version="1.0"?><a/>',
    "xsl": b'<?xml version="1.0"?><xsl:stylesheet/>',
    "mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
    "js": b"alert(1)",
    "mjs": b"export default 1",
    "swf": b"CWS\x0a\0\0\0\0",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "ps": b"%!PS-Adobe-3.0\n",
    "php": b"<?php system('id');",
    "exe": b"MZ\x90\0\x03\0\0\0",
}
DISGUISES = [
    "{}",
    ".{}",
    "x.{}",
    "x.png.{}",
    "x.{}.",
    "x.{}...",
    "x.{} ",
    "X.{}",
    "x\0.{}",
    "\u202egnp.{}",
]


@pytest.mark.parametrize("ending", PAGES)
@pytest.mark.parametrize("disguise", DISGUISES)
def test_what_is_on_no_list_is_not_even_announced(uploader, module, ending, disguise):
    for name in (disguise.format(ending), disguise.format(ending).upper()):
        assert uploader.announce(module.course, 10, name).status_code == 415

    assert not Upload.objects.exists()


@pytest.mark.parametrize("ending", PAGES)
@pytest.mark.parametrize(
    "name", ["x.png", "x.{}.jpg", "x.pdf", "x.gif", "x.mp4", "x.webm", "x.docx", "x.PNG", "x.png."]
)
def test_what_calls_itself_something_else_is_refused_with_its_last_part(
    uploader, module, ending, name, kept
):
    data = PAGES[ending]
    path = uploader.announce(module.course, len(data), name.format(ending)).headers["Location"]

    assert uploader.send(path, data).status_code == 415
    assert not Upload.objects.exists()
    assert kept() == []


def archive(name):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as entries:
        entries.writestr(name, b"0")
    return out.getvalue()


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx", "zip"])
def test_a_document_with_macros_is_refused_with_its_last_part(uploader, module, ending, kept):
    data = archive("word/vbaProject.bin")
    path = uploader.announce(module.course, len(data), f"x.{ending}").headers["Location"]

    assert uploader.send(path, data).status_code == 415
    assert kept() == []


def wide_png():
    """A picture of 144 megapixels in 18 KB."""
    out = BytesIO()
    PIL.Image.new("1", (12_000, 12_000)).save(out, "PNG")
    return out.getvalue()


def claiming_png():
    """A picture that says it is 30,000 pixels wide and high."""
    png = picture()
    chunk = b"IHDR" + struct.pack(">II", 30_000, 30_000) + png[24:29]
    return png[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[33:]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("wide.png", wide_png),
        ("claiming.png", claiming_png),
        ("cut.jpg", lambda: picture("JPEG", 600, 400)[:900]),
        ("cut.gif", lambda: picture("GIF", 600, 400)[:100]),
    ],
)
def test_a_picture_that_would_harm_is_refused_and_leaves_nothing(
    uploader, module, name, make, kept
):
    upload = uploader.upload(module.course, make(), name)

    assert uploader.add(module, upload).status_code == 400
    assert not Upload.objects.exists()
    assert kept() == []


def test_a_picture_tells_nothing_of_its_place(uploader, module):
    exif = PIL.Image.Exif()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    out = BytesIO()
    PIL.Image.new("RGB", (8, 6)).save(out, "JPEG", exif=exif)

    uploader.add(module, uploader.upload(module.course, out.getvalue(), "photo.jpg"))

    with PIL.Image.open(Image.objects.get().file.path) as stored:
        assert not stored.getexif()


def test_a_picture_that_is_a_page_too_is_never_one_to_a_browser(uploader, module):
    upload = uploader.upload(module.course, picture() + HTML, "x.png")
    uploader.add(module, upload)

    answer = uploader.client.get(Content.objects.get().item.image_url)

    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer.close()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\windows\\x.txt", "x.txt"),
        ("a/b.txt", "b.txt"),
        ("CON.txt", "CON.txt"),
        ("a" * 300 + ".txt", "a" * 146 + ".txt"),
        ("a\r\nSet-Cookie: b=c.txt", "aSet-Cookie: b=c.txt"),
        ('"quoted".txt', '"quoted".txt'),
        ("\u202etxt.exe.txt", "txt.exe.txt"),
        ("\U0001f3bb.txt", "\U0001f3bb.txt"),
    ],
)
def test_names_are_cleaned_and_lead_nowhere(uploader, module, name, shown, settings):
    uploader.add(module, uploader.upload(module.course, b"Some words", name))

    file = File.objects.get()
    assert file.name == shown
    assert Path(file.file.path).parent == Path(settings.MEDIA_ROOT) / "file"
    answer = uploader.client.get(file.file_url)
    answer.close()
    assert "Set-Cookie" not in answer.headers


def test_two_files_of_one_name_are_two(uploader, module):
    for _ in range(2):
        uploader.add(module, uploader.upload(module.course))

    assert len({file.file.name for file in File.objects.all()}) == 2


def test_nothing_in_a_request_chooses_owner_course_or_path(uploader, module):
    other = make_course()
    upload = uploader.upload(module.course)

    uploader.add(
        module,
        upload,
        owner=other.owner.pk,
        course=other.pk,
        file="../../db.sqlite3",
        path="/etc/passwd",
    )

    content = Content.objects.get()
    assert (content.module, content.item.owner) == (module, module.course.owner)
    assert content.item.file.name.startswith("file/")
