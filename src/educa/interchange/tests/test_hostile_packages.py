"""Packages made to do harm, or made badly: refused in one line, with nothing left behind."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from educa.interchange.refusal import ImportRefused
from educa.interchange.tests.factories import (
    bring_in,
    item,
    make_package,
    make_zip,
    manifest,
    resource,
)

pytestmark = pytest.mark.usefixtures("nothing_left")

ZEROS = bytes(20 * 2**20)


def refusal(path: Path) -> str:
    """The one line with which a package is refused."""
    with pytest.raises(ImportRefused) as caught:
        bring_in(path)
    line = str(caught.value)
    assert "\n" not in line
    return line


def with_entry(path: Path, entry: zipfile.ZipInfo, data: bytes = b"x") -> Path:
    """A package with one more entry, which may be of any kind."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, data)
    return path


def patched(path: Path, old: bytes, new: bytes) -> Path:
    """The archive with these bytes in place of those; all of them."""
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "a/../../outside.txt",
        "/etc/passwd",
        "..\\outside.txt",
        "a\\..\\..\\x",
        "C:\\x",
        "C:/x",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = with_entry(make_package(tmp_path), zipfile.ZipInfo(name))

    assert "outside of itself" in refusal(path)
    assert not (tmp_path.parent / "outside.txt").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    entry = zipfile.ZipInfo("link.txt")
    entry.external_attr = (kind | 0o777) << 16

    assert "link or a device" in refusal(with_entry(make_package(tmp_path), entry, b"/etc/passwd"))


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b[31mb.txt", "x" * 2000])
def test_impossible_names_are_refused(tmp_path: Path, name: str) -> None:
    assert "impossible name" in refusal(with_entry(make_package(tmp_path), zipfile.ZipInfo(name)))


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    path = with_entry(make_package(tmp_path), zipfile.ZipInfo("a.txtQ.exe"))

    assert "impossible name" in refusal(patched(path, b"a.txtQ.exe", b"a.txt\0.exe"))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert "as only bombs are" in refusal(make_package(tmp_path, files={"zeros.bin": ZEROS}))


def test_a_small_file_may_be_packed_tightly(tmp_path: Path) -> None:
    path = make_package(tmp_path, item("M", item("T", of="a.txt")), files={"a.txt": b"a" * 500_000})

    assert bring_in(path, dry_run=True).totals()["imported"] == 1


def test_more_than_two_gigabytes_are_refused(tmp_path: Path) -> None:
    path = make_package(tmp_path, files={"big.txt": b"0123456789"})
    sizes = struct.pack("<II", 12, 10)  # deflated, ten digits take twelve bytes

    assert "at most 2048 are allowed" in refusal(
        patched(path, sizes, struct.pack("<II", 12, 3 * 2**30))
    )


def test_a_size_that_lies_is_noticed_while_unpacking(tmp_path: Path) -> None:
    path = make_package(tmp_path, item("M", item("T", of="a.txt")), files={"a.txt": b"0123456789"})
    lie = patched(path, struct.pack("<II", 12, 10), struct.pack("<II", 12, 3))

    assert "damaged at a.txt" in refusal(lie)


def test_a_size_that_promises_more_is_noticed_too(tmp_path: Path) -> None:
    path = make_package(tmp_path, item("M", item("T", of="a.txt")), files={"a.txt": b"0123456789"})
    lie = patched(path, struct.pack("<II", 12, 10), struct.pack("<II", 12, 1000))

    assert "damaged at a.txt" in refusal(lie)


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 40
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("imsmanifest.xml", manifest())
        archive.writestr("one.txt", noise)
        for number in range(20):
            twin = zipfile.ZipInfo(f"twin{number}.txt")
            first = archive.getinfo("one.txt")
            twin.CRC, twin.file_size, twin.compress_size = (
                first.CRC,
                first.file_size,
                first.compress_size,
            )
            twin.header_offset = first.header_offset
            archive.filelist.append(twin)

    assert "share their bytes" in refusal(tmp_path / "a.zip")


def test_a_hundred_thousand_entries_are_refused_without_reading_them(tmp_path: Path) -> None:
    directory = (b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a") * 100_000
    end64 = b"PK\x06\x06" + struct.pack(
        "<QHHII4Q", 44, 45, 45, 0, 0, 100_000, 100_000, len(directory), 0
    )
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(directory), 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path = tmp_path / "many.zip"
    path.write_bytes(directory + end64 + locator + end)

    with zipfile.ZipFile(path) as archive:
        assert len(archive.filelist) == 100_000
    assert "100000 entries" in refusal(path)


def test_a_count_of_entries_that_lies_does_not_help(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "many.zip", {f"{number}": "" for number in range(10_001)})
    data = bytearray(path.read_bytes())
    data[-14:-10] = struct.pack("<HH", 3, 3)
    path.write_bytes(data)

    assert "10001 entries" in refusal(path)


@pytest.mark.parametrize("other", ["a.txt", "A.TXT", "./a.txt", "b\\..\\a.txt"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path, other: str) -> None:
    path = make_package(tmp_path, files={"a.txt": "one"})

    assert refusal(with_entry(path, zipfile.ZipInfo(other))).startswith("The archive")


def test_encrypted_archives_are_refused(tmp_path: Path) -> None:
    path = make_package(tmp_path, files={"a.txt": "secret"})
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.rindex(sign) + offset] |= 1
    path.write_bytes(data)

    assert "is encrypted" in refusal(path)


def test_unusual_packing_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("imsmanifest.xml", manifest())

    assert "unusual way" in refusal(tmp_path / "a.zip")


def test_an_archive_with_two_ends_is_refused(tmp_path: Path) -> None:
    inner = make_zip(
        tmp_path / "inner.zip", {"imsmanifest.xml": manifest(title="Another")}
    ).read_bytes()
    path = make_package(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = inner[-22:]

    assert "two ends" in refusal(path)


def test_bytes_before_or_after_the_archive_are_refused(tmp_path: Path) -> None:
    path = make_package(tmp_path)
    good = path.read_bytes()
    path.write_bytes(b"#!/bin/sh\n" + good)
    assert "foreign bytes" in refusal(path)
    path.write_bytes(good + good)
    assert "foreign bytes" in refusal(path)
    path.write_bytes(good + b"garbage")
    assert "not a whole zip archive" in refusal(path)


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = make_package(tmp_path, files={"a.txt": "some words"})
    good = path.read_bytes()
    for length in (0, 4, 30, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:length])
        assert "not a whole zip archive" in refusal(path)


def test_damaged_bytes_inside_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "course.imscc"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "imsmanifest.xml", manifest(item("T", of="t"), resources=resource("t", "a.txt"))
        )
        archive.writestr("a.txt", "some words")

    assert "damaged at a.txt" in refusal(patched(path, b"some words", b"SOME WORDS"))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "missing.imscc")
    assert "is not a file" in refusal(tmp_path)


def test_a_package_that_lacks_all_its_files_is_refused(tmp_path: Path) -> None:
    path = make_package(tmp_path, item("M", item("X", of="gone.html"), item("Y", of="gone.pdf")))

    assert "Nothing of it can come in: The package has no resource" in refusal(path)


def test_a_nested_archive_stays_closed(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", ZEROS)
    path = make_package(
        tmp_path, item("M", item("Z", of="z.zip")), files={"z.zip": bomb.getvalue()}
    )

    assert bring_in(path, dry_run=True).entries[0].became == "file"


DTD = '<?xml version="1.0"?><!DOCTYPE manifest SYSTEM "http://example.com/evil.dtd">'
FILE_ENTITY = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
PARAMETER = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY % p SYSTEM "http://example.com/p">%p;]>'


@pytest.mark.parametrize("head", [DTD, FILE_ENTITY, LAUGHS, PARAMETER])
def test_document_types_and_entities_are_refused(tmp_path: Path, head: str) -> None:
    body = manifest(title="&x;").partition("?>")[2]
    path = make_zip(tmp_path / "a.zip", {"imsmanifest.xml": head + body})

    assert "document type or entities" in refusal(path)


def test_entities_in_any_other_file_are_refused_too(tmp_path: Path) -> None:
    link = f'{FILE_ENTITY}<webLink><title>&x;</title><url href="http://example.com"/></webLink>'
    path = make_package(
        tmp_path,
        item("M", item("L", of="l")),
        files={"l.xml": link},
        resources=resource("l", "l.xml", kind="imswl_xmlv1p1"),
    )

    assert "l.xml has a document type" in refusal(path)


@pytest.mark.parametrize("broken", ["", "<manifest>", "no xml", "<a/><b/>", "\0\0\0\0"])
def test_a_broken_manifest_is_refused(tmp_path: Path, broken: str) -> None:
    path = make_zip(tmp_path / "a.zip", {"imsmanifest.xml": broken})

    assert "no well-formed XML" in refusal(path)


def test_a_package_of_another_format_is_named(tmp_path: Path) -> None:
    scorm = manifest().replace("IMS Common Cartridge", "ADL SCORM").replace("1.3.0", "1.2")

    assert "no imsmanifest.xml" in refusal(make_zip(tmp_path / "a.zip", {"test.htm": "x"}))
    assert "looks like H5P" in refusal(make_zip(tmp_path / "b.zip", {"h5p.json": "{}"}))
    assert "ADL SCORM 1.2" in refusal(make_zip(tmp_path / "c.zip", {"imsmanifest.xml": scorm}))


def test_a_manifest_two_folders_deep_is_not_found(tmp_path: Path) -> None:
    assert "no imsmanifest.xml" in refusal(
        make_zip(tmp_path / "a.zip", {"a/b/imsmanifest.xml": manifest()})
    )


def test_fifty_thousand_items_are_refused(tmp_path: Path) -> None:
    path = make_package(tmp_path, *(item(f"{n * 7919:x}") for n in range(50_000)))

    assert "more than 10000 entries" in refusal(path)


def test_a_manifest_that_is_too_large_is_refused(tmp_path: Path) -> None:
    noise = "".join(f"<!-- {number * 7919} -->" for number in range(1_000_000))
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest() + noise)

    assert "imsmanifest.xml is too large" in refusal(path)
