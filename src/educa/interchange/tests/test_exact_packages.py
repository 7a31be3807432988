"""Packages that call themselves Educa's: what a stranger may write into `educa.json`, and what it does."""

import json
from pathlib import Path
from typing import Any

import pytest

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Attachment, Content, Course, File, Image, Module, Text, Video
from educa.courses.tests.factories import (
    MP4,
    PDF,
    VTT,
    YOUTUBE,
    make_content,
    make_course,
    make_subject,
    make_text,
    picture,
)
from educa.interchange.actions import import_package
from educa.interchange.refusal import ImportRefused
from educa.interchange.report import Report
from educa.interchange.tests.conftest import stored
from educa.interchange.tests.factories import make_zip, manifest

pytestmark = pytest.mark.django_db

PAPER = {"path": "files/c1/a.pdf", "name": "a.pdf"}


def a_text(**fields: Any) -> dict[str, Any]:
    said = {"title": "T", "content": "Words", "format": "markdown"} | fields
    return {"id": "c1", "module": "m1", "kind": "text", "fields": said}


def of(kind: str, file: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A content with a file."""
    told = {"id": "c1", "module": "m1", "kind": kind, "files": {"file": file}}
    return {**told, "fields": {"title": "T"} | fields}


def index(**changes: Any) -> dict[str, Any]:
    said = {
        "format": "educa-course",
        "version": 1,
        "identifier": "educa-0123456789abcdef0123456789abcdef",
        "course": {
            "title": "A course",
            "overview": "",
            "subject": {"slug": "music"},
            "cover": None,
        },
        "modules": [{"id": "m1", "title": "M", "description": ""}],
        "attachments": [],
        "parts": ["educa/1.json"],
    }
    return said | changes


def package(
    folder: Path, *contents: Any, files: dict[str, bytes] | None = None, **changes: Any
) -> Path:
    """A package whose index and only part say this."""
    return raw_package(folder, json.dumps(index(**changes)), {"contents": contents}, files)


def raw_package(
    folder: Path, said: str, part: Any = None, files: dict[str, bytes] | None = None
) -> Path:
    told = {"imsmanifest.xml": manifest(), "educa.json": said, "educa/1.json": json.dumps(part)}
    return make_zip(folder / "course.imscc", {**told, **(files or {})})


def bring_in(path: Path, owner: User | None = None, **how: Any) -> Report:
    return import_package(path, owner=owner or make_instructor(), subject=make_subject(), **how)


def reason(folder: Path, told: Any, files: dict[str, bytes] | None = None) -> str:
    """Why this content does not come in, while one beside it does."""
    good = a_text(title="Good") | {"id": "c2"}
    report = bring_in(package(folder, told, good, files=files))
    (entry,) = [entry for entry in report.entries if entry.identifier == "c1"]
    assert (entry.status.value, entry.became) == ("skipped", "")
    assert [str(content) for content in Content.objects.all()] == ["Good"]
    return entry.reason


def test_a_content_of_each_kind_comes_in(tmp_path: Path) -> None:
    contents = [
        a_text(),
        of("image", {"path": "a.png", "name": "a.png"}, alt="Blue", caption="") | {"id": "c2"},
        of("file", {"path": "b.pdf", "name": "Ünd.pdf"}) | {"id": "c3"},
        of("video", {"path": "c.mp4", "name": "c.mp4"}, duration=3, url="") | {"id": "c4"},
    ]
    files = {"a.png": picture(), "b.pdf": PDF, "c.mp4": MP4}

    report = bring_in(package(tmp_path, *contents, files=files))

    assert not report.has_losses
    assert Image.objects.get().alt == "Blue"
    assert File.objects.get().name == "Ünd.pdf"
    assert Video.objects.get().duration == 3


def test_a_picture_that_decorates_comes_in_as_one(tmp_path: Path) -> None:
    told = of("image", {"path": "a.png", "name": "a.png"}, alt="Blue", decorative=True)

    bring_in(package(tmp_path, told | {"id": "c2"}, files={"a.png": picture()}))

    image = Image.objects.get()
    assert (image.decorative, image.alt, image.said_instead) == (True, "Blue", "")


def test_a_package_says_nothing_of_owners_states_keys_and_places(tmp_path: Path) -> None:
    victim = make_instructor()
    other = make_text(owner=victim, title="Theirs")
    owner = make_instructor()
    stray = {"owner": victim.pk, "owner_id": victim.pk, "id": other.pk, "pk": other.pk,
             "created": "2001-01-01T00:00:00Z", "contents": [1], "file": "../../secret-key",
             "_state": 1, "save": 1}  # fmt: skip
    course = {
        "title": "A course",
        "status": "published",
        "owner": victim.pk,
        "slug": "mine",
        "pk": 1,
    }

    bring_in(
        package(tmp_path, a_text(**stray), course=course, owner=victim.pk, is_staff=True), owner
    )

    made = Course.objects.get()
    text = Content.objects.get().item
    other.refresh_from_db()
    assert (made.owner, made.status, made.slug) == (owner, "draft", "a-course")
    assert (text.owner, text.content, text.created.year > 2001) == (owner, "Words", True)
    assert (other.title, other.owner) == ("Theirs", victim)


def test_the_keys_of_another_course_mean_nothing(tmp_path: Path) -> None:
    theirs = make_content(make_course().modules.create(title="Theirs"), content="Secret")
    told = a_text(content="$EDUCA/content/c7$ $EDUCA/attachment/a1$ $EDUCA/file/c1/owner$")
    told["id"], told["module"] = f"c{theirs.pk}", "m1"

    bring_in(package(tmp_path, told))

    mine = Content.objects.exclude(pk=theirs.pk).get()
    assert mine.item.content == "# # #"
    assert Text.objects.get(pk=theirs.object_id).content == "Secret"


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/etc/passwd", "nothing.pdf", "", "files\0", "file:///etc/passwd"]
)
def test_a_path_that_is_not_in_the_package_leads_nowhere(tmp_path: Path, path: str) -> None:
    if "\0" in path:
        with pytest.raises(ImportRefused):
            bring_in(package(tmp_path, of("file", {"path": path, "name": "a.pdf"})))
        return

    why = reason(tmp_path, of("file", {"path": path, "name": "a.pdf"}))

    assert "The package lacks" in why


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.pdf", b"<script>alert(1)</script>"),
        ("a", PDF),
        ("a.pdf.exe", b"MZ"),
        ("../../a.html", PDF),
    ],
)
def test_a_file_is_what_its_bytes_are(tmp_path: Path, name: str, data: bytes) -> None:
    files = {"files/c1/a.pdf": data}

    assert reason(tmp_path, of("file", PAPER | {"name": name}), files)


def test_a_large_file_is_left_out(tmp_path: Path, settings: Any) -> None:
    settings.EDUCA_MAX_UPLOAD = 10

    why = reason(tmp_path, of("file", PAPER), {"files/c1/a.pdf": PDF})

    assert "too large" in why


@pytest.mark.parametrize(
    ("kind", "data"), [("image", PDF), ("video", PDF), ("image", b"\x89PNG\r\n\x1a\nno")]
)
def test_a_kind_takes_only_files_of_its_own(
    tmp_path: Path, media: Path, kind: str, data: bytes
) -> None:
    name = "a.pdf" if data == PDF else "a.png"
    told = of(kind, {"path": "f", "name": name})

    assert reason(tmp_path, told, {"f": data})
    assert stored(media) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "x" * 251},
        {"title": None},
        {"title": ["T"]},
        {"title": {"a": 1}},
        {"title": 7},
        {"content": 1},
        {"content": None},
        {"format": "php"},
        {"format": True},
    ],
)
def test_a_text_that_says_nonsense_is_left_out(tmp_path: Path, fields: dict[str, Any]) -> None:
    assert reason(tmp_path, a_text(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://evil.example/v"},
        {"url": "javascript:alert(1)"},
        {"url": ""},
        {"url": YOUTUBE, "duration": -1},
        {"url": YOUTUBE, "duration": 2**70},
        {"url": YOUTUBE, "duration": 1.5},
        {"url": YOUTUBE, "duration": True},
        {"url": YOUTUBE, "duration": "1"},
    ],
)
def test_a_video_that_says_nonsense_is_left_out(tmp_path: Path, fields: dict[str, Any]) -> None:
    told = a_text() | {"kind": "video", "fields": {"title": "T"} | fields}

    assert reason(tmp_path, told)


@pytest.mark.parametrize("kind", ["quiz", "user", "Text", "", "text\n", "../text"])
def test_a_kind_that_is_not_here_is_left_out(tmp_path: Path, kind: str) -> None:
    why = reason(tmp_path, a_text() | {"kind": kind})

    assert "no kind of content" in why


def test_html_is_cleaned(tmp_path: Path) -> None:
    html = '<p onclick="a()">x</p><script>alert(1)</script><img src="https://evil.example/a.png">'

    bring_in(package(tmp_path, a_text(format="html", content=html)))

    content = Text.objects.get().content
    assert content.startswith("<p>x</p>")
    assert "script" not in content
    assert "evil" not in content


def test_words_for_addresses_do_not_smuggle_anything_in(tmp_path: Path) -> None:
    told = a_text(content="[x]($EDUCA/javascript:alert(1)$) $EDUCA/page$x $EDUCA/itself$")

    bring_in(package(tmp_path, told))

    assert (
        Text.objects.get().content == "[x]($EDUCA/javascript:alert(1)$) /course/a-course/x $EDUCA/"
    )


def test_captions_that_are_none_are_left_out_and_told(tmp_path: Path) -> None:
    tracks = [
        {"language": "en", "label": "English", "path": "en.vtt"},
        {"language": "en", "label": "Twice", "path": "en.vtt"},
        {"language": "de", "label": "None", "path": "de.vtt"},
        {"language": "x" * 36, "label": "Long", "path": "en.vtt"},
        {"language": "fr", "label": "Gone", "path": "../fr.vtt"},
    ]
    told = of("video", {"path": "c.mp4", "name": "c.mp4"}, url="") | {"captions": tracks}
    files = {"c.mp4": MP4, "en.vtt": VTT, "de.vtt": b"<script>"}

    report = bring_in(package(tmp_path, told, files=files))

    assert [t.label for t in Video.objects.get().tracks.all()] == ["English"]
    assert [e.title for e in report.entries if e.status.value == "skipped"] == [
        "Twice", "None", "Long", "Gone",
    ]  # fmt: skip


def test_an_attachment_and_a_cover_are_judged_too(tmp_path: Path) -> None:
    attachments = [
        {"id": "a1", "path": "a.png", "name": "a.html", "instructors_only": False},
        {"id": "a2", "path": "a.png", "name": "a.png", "instructors_only": True},
    ]
    course = {"title": "C", "cover": {"path": "b.pdf", "name": "b.pdf"}}
    files = {"a.png": picture(), "b.pdf": PDF}

    bring_in(package(tmp_path, attachments=attachments, course=course, files=files))

    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.instructors_only) == ("a.png", True)
    assert not Course.objects.get().cover


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    "changes",
    [
        {"course": "title"},
        {"course": {"title": 5}},
        {"course": {"title": "C", "subject": "music"}},
        {"course": {"title": "C", "cover": [1]}},
        {"modules": {"a": 1}},
        {"modules": [1]},
        {"modules": [{"id": "1", "title": "M"}]},
        {"modules": [{"id": "m1"}, {"id": "m1"}]},
        {"modules": [{"id": "m" + "1" * 19}]},
        {"modules": [{"id": ["m1"]}]},
        {"attachments": [{"id": "m1"}]},
        {"attachments": [{"id": "a1", "path": 1}]},
        {"parts": 7},
        {"parts": ["../1.json"]},
        {"parts": ["imsmanifest.xml"]},
    ],
)
def test_an_index_of_the_wrong_shape_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused):
        bring_in(package(tmp_path, a_text(), **changes))


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    "contents",
    [
        [7],
        [a_text() | {"id": "x1"}],
        [a_text() | {"module": "m9"}],
        [a_text(), a_text()],
        [a_text() | {"fields": [1]}],
        [of("file", PAPER) | {"files": "f"}],
        [a_text() | {"kind": 7}],
    ],
)
def test_contents_of_the_wrong_shape_are_refused(tmp_path: Path, contents: list[Any]) -> None:
    with pytest.raises(ImportRefused):
        bring_in(package(tmp_path, *contents))


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"format": "educa-course", "version": 1, "a": NaN}',
        '{"format": "educa-course", "version": 1, "a": 1e999}',
        '{"format": "educa-course", "version": 1, "a": -Infinity}',
        '{"format": "educa-course", "version": 1, "a": "\\u0000"}',
        '{"format": "educa-course", "version": 1, "a": "\\ud800"}',
        '{"format": "educa-course", "version": 1, "\\udfff": 1}',
        '{"format": "educa-course", "version": 1, "a": ' + "9" * 5000 + "}",
        '{"a": [' + "{}," * 200_000 + "{}]}",
        '"' + "x" * (17 * 2**20) + '"',
    ],
)
def test_json_that_no_database_would_take_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(ImportRefused):
        bring_in(raw_package(tmp_path, said))


@pytest.mark.parametrize(
    "said",
    [
        '{"format": "something", "version": 1}',
        '{"format": "educa-course", "version": 2}',
        '{"format": "educa-course", "version": [1]}',
        "[1]",
        "7",
    ],
)
def test_what_is_not_of_this_version_is_read_as_any_cartridge(tmp_path: Path, said: str) -> None:
    report = bring_in(raw_package(tmp_path, said))

    assert report.format == "IMS Common Cartridge 1.3.0"
    assert bool(report.warnings) == ("educa-course" in said)


def test_a_look_tells_the_same_and_writes_nothing(tmp_path: Path, media: Path) -> None:
    path = package(tmp_path, a_text(), of("file", {"path": "x", "name": "x.pdf"}) | {"id": "c2"})
    owner = make_instructor()

    looked = bring_in(path, owner, dry_run=True)

    assert not Course.objects.exists()
    assert stored(media) == []
    assert [e.as_dict() for e in looked.entries] == [
        e.as_dict() for e in bring_in(path, owner).entries
    ]


def test_someone_else_s_package_does_not_touch_a_course_of_mine(tmp_path: Path) -> None:
    mine = make_instructor()
    bring_in(package(tmp_path, a_text(content="Mine")), mine)

    bring_in(package(tmp_path, a_text(content="Theirs")), make_instructor())

    assert Text.objects.get(owner=mine).content == "Mine"
    assert Course.objects.count() == 2


def test_a_module_with_a_strange_title_gets_a_plain_one(tmp_path: Path) -> None:
    modules = [{"id": "m1", "title": "a\nb\u2028c"}, {"id": "m2", "title": " "}]

    bring_in(package(tmp_path, a_text(), modules=modules))

    assert list(Module.objects.values_list("title", flat=True)) == ["a b c", "Module"]
