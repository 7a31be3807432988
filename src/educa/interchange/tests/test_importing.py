"""What becomes of the things in a package."""

import zipfile
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from django.test import Client
from django.urls import reverse

from educa.accounts.tests.factories import make_user
from educa.courses.models import Attachment, Content, Course, File, Image, Text, Video
from educa.courses.tests.factories import MP4, PDF, picture
from educa.interchange.refusal import ImportRefused
from educa.interchange.tests.conftest import stored
from educa.interchange.tests.factories import (
    bring_in,
    imported_course,
    item,
    link_xml,
    make_package,
    make_page_package,
    make_zip,
    manifest,
    resource,
    topic_xml,
)
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db


def outline(course: Course) -> dict[str, list[str]]:
    """The titles of a course's contents by the titles of its modules, in reading order."""
    return {m.title: [c.item.title for c in m.contents.all()] for m in course.modules.all()}  # type: ignore[union-attr]


def only_text(course: Course) -> str:
    return Text.objects.get(contents__module__course=course).content


def one_resource(folder: Path, kind: str, xml: str, **about: str) -> Path:
    """A package of one module with one thing of a type."""
    return make_package(
        folder,
        item("Module", item("Thing", of="r")),
        files={"thing.xml": xml},
        resources=resource("r", "thing.xml", kind=kind),
        **about,
    )


def test_modules_and_contents_stand_in_the_order_of_the_package(tmp_path: Path) -> None:
    items = [
        item("First", item("B", of="b.txt"), item("A", of="a.txt")),
        item("Empty"),
        item("Last"),
    ]

    course = imported_course(make_package(tmp_path, *items, files={"a.txt": "a", "b.txt": "b"}))

    assert course.title == "A course"
    assert outline(course) == {"First": ["B", "A"], "Empty": [], "Last": []}


def test_nested_items_are_flattened_below_their_heading(tmp_path: Path) -> None:
    inner = item(
        "Folder",
        item("A", of="a.txt"),
        item("Deeper", item("B", of="b.txt")),
        item("C", of="a.txt"),
    )

    course = imported_course(
        make_package(tmp_path, item("M", inner), files={"a.txt": "a", "b.txt": "b"})
    )

    assert outline(course) == {"M": ["Folder", "A", "Deeper", "B", "C"]}
    content = Content.objects.get(module__course=course, order=3)
    assert f"/content/{content.pk}/" in Text.objects.get(title="Deeper").content


def test_items_without_a_module_go_into_one_named_after_the_course(tmp_path: Path) -> None:
    course = imported_course(make_package(tmp_path, item("A", of="a.txt"), files={"a.txt": "a"}))

    assert outline(course) == {"A course": ["A"]}


def test_what_the_outline_does_not_name_comes_last(tmp_path: Path) -> None:
    files = {"named.html": "<p>Named</p>", "loose.html": "<title>Loose</title><p>x</p>"}

    course = imported_course(
        make_package(tmp_path, item("M", item("N", of="named.html")), files=files)
    )

    assert outline(course) == {"M": ["N"], "Not in any module": ["Loose"]}


def test_each_kind_of_file_becomes_its_kind_of_content(tmp_path: Path) -> None:
    files = {"p.html": "<p>x</p>", "i.png": picture(), "d.pdf": PDF, "v.mp4": MP4}
    items = [item(name, of=name) for name in files]

    report = bring_in(make_package(tmp_path, item("M", *items), files=files))

    assert [entry.became for entry in report.entries] == ["text", "image", "file", "video"]
    assert report.totals() == {"imported": 4, "simplified": 0, "kept as file": 0, "skipped": 0}
    assert (Image.objects.count(), File.objects.count(), Video.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("version", ["0", "1", "2", "3"])
def test_a_link_to_a_known_host_becomes_a_video_and_others_a_text(
    tmp_path: Path, version: str
) -> None:
    kind = f"imswl_xmlv1p{version}"
    files = {
        "v.xml": link_xml("https://youtu.be/M7lc1UVf-VE"),
        "t.xml": link_xml("https://example.com/a?b=1&amp;c=2"),
    }
    listed = resource("v", "v.xml", kind=kind) + resource("t", "t.xml", kind=kind)

    course = imported_course(
        make_package(
            tmp_path, item("M", item("V", of="v"), item("T", of="t")), files=files, resources=listed
        )
    )

    assert Video.objects.get().url == "https://www.youtube.com/watch?v=M7lc1UVf-VE"
    assert 'href="https://example.com/a?b=1&amp;c=2"' in only_text(course)


def test_a_link_that_runs_something_is_never_a_link(tmp_path: Path) -> None:
    course = imported_course(
        one_resource(tmp_path, "imswl_xmlv1p1", link_xml("javascript:alert(1)"))
    )

    assert "javascript" not in only_text(course)


def test_a_discussion_becomes_its_opening_text(tmp_path: Path) -> None:
    path = one_resource(
        tmp_path, "imsdt_xmlv1p1", topic_xml("&lt;p&gt;What do you think?&lt;/p&gt;")
    )

    report = bring_in(path)

    assert report.entries[0].status == "simplified"
    assert Text.objects.get().content == "<p>What do you think?</p>"


def test_a_quiz_leaves_a_note_to_students_and_its_source_to_instructors(tmp_path: Path) -> None:
    quiz = '<questestinterop><assessment title="Test"/></questestinterop>'
    path = one_resource(tmp_path, "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", quiz)

    report = bring_in(path)

    assert (report.entries[0].status, report.has_losses) == ("kept as file", True)
    assert "A quiz stood here" in Text.objects.get().content
    kept = Attachment.objects.get()
    assert kept.instructors_only
    with kept.file.open() as file:
        assert zipfile.ZipFile(file).namelist() == ["thing.xml"]


def test_students_can_not_read_the_source_of_a_quiz(tmp_path: Path, client: Client) -> None:
    course = imported_course(
        one_resource(tmp_path, "imsqti_xmlv1p2/assessment", "<x/>"), publish=True
    )
    student = make_user()
    Enrollment.objects.enroll(student, course)
    client.force_login(student)

    assert client.get(Attachment.objects.get().get_absolute_url()).status_code == 404


def test_an_external_tool_shows_its_host_and_no_key(tmp_path: Path) -> None:
    tool = "<t><title>Tool</title><launch_url>https://tool.example/x?key=SECRET</launch_url></t>"

    course = imported_course(one_resource(tmp_path, "imsbasiclti_xmlv1p0", tool))

    assert "tool.example" in only_text(course)
    assert "SECRET" not in only_text(course)


def test_an_assignment_keeps_its_instructions_and_its_source(tmp_path: Path) -> None:
    xml = "<assignment><title>A</title><text texttype='text/plain'>Write &lt;b&gt; one page.</text></assignment>"

    course = imported_course(one_resource(tmp_path, "assignment_xmlv1p0", xml))

    assert only_text(course) == "<p>Write &lt;b&gt; one page.</p>"
    assert Attachment.objects.get(course=course).instructors_only


def test_what_is_for_instructors_in_the_source_is_not_for_students(tmp_path: Path) -> None:
    role = (
        "<metadata><lom><educational><intendedEndUserRole><value>Instructor</value>"
        "</intendedEndUserRole></educational></lom></metadata>"
    )
    listed = resource("r", "answers.html", inner=role)
    path = make_package(
        tmp_path, item("M", item("A", of="r")), files={"answers.html": "42"}, resources=listed
    )

    report = bring_in(path)

    assert report.entries[0].reason == "for instructors only in the source"
    assert not Text.objects.exists()
    assert Attachment.objects.get().instructors_only


def test_a_type_that_nobody_knows_is_kept(tmp_path: Path) -> None:
    report = bring_in(one_resource(tmp_path, "acme_xmlv9/hologram", "<x/>"))

    assert (report.entries[0].what, report.entries[0].status) == ("other", "kept as file")


def test_a_missing_file_is_told_and_the_rest_comes_in(tmp_path: Path) -> None:
    path = make_package(
        tmp_path,
        item("M", item("Gone", of="g"), item("Nothing", of="nowhere"), item("Here", of="a.txt")),
        files={"a.txt": "a"},
        resources=resource("g", "gone.html") + resource("a.txt", "a.txt"),
    )

    report = bring_in(path)

    assert [entry.status for entry in report.entries] == ["skipped", "skipped", "imported"]
    assert report.entries[0].reason == "The package lacks gone.html."


def test_a_file_that_may_not_be_stored_is_kept_in_an_archive(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

    report = bring_in(
        make_package(tmp_path, item("M", item("S", of="s.svg")), files={"s.svg": svg})
    )

    assert report.entries[0].status == "kept as file"
    assert Attachment.objects.get().media_type == "application/zip"


def test_files_that_nothing_names_are_for_instructors(tmp_path: Path) -> None:
    files = {"left.pdf": PDF, "style.css": "p {}"}

    report = bring_in(make_package(tmp_path, files=files))

    assert {entry.path: entry.status for entry in report.entries} == dict.fromkeys(
        files, "kept as file"
    )
    assert all(Attachment.objects.values_list("instructors_only", flat=True))


def test_pictures_and_files_that_a_page_shows_come_along(tmp_path: Path) -> None:
    html = '<p><img src="img/a%20b.png" alt="A"><a href="IMG/C.PDF">c</a></p>'
    path = make_page_package(tmp_path, html, {"img/a b.png": picture(), "img/c.pdf": PDF})
    course = imported_course(path, publish=True)
    student, stranger = make_user(), make_user()
    Enrollment.objects.enroll(student, course)

    readable = Attachment.objects.readable_by(student)

    assert [a.name for a in readable] == ["a b.png", "c.pdf"]
    assert all(a.get_absolute_url() in only_text(course) for a in readable)
    assert not Attachment.objects.readable_by(stranger).exists()


def test_a_page_that_only_a_link_names_becomes_a_content(tmp_path: Path) -> None:
    path = make_package(
        tmp_path,
        item("M", item("One", of="r")),
        files={
            "one.html": '<a href="two.html#part">2</a>',
            "two.html": "<title>Two</title><p id='part'>x</p>",
        },
        resources=resource("r", "one.html"),
    )

    course = imported_course(path)

    content = Content.objects.get(module__title="Not in any module")
    place = reverse("student_content_detail", args=[course.pk, content.pk])
    assert f'href="{place}#c-part"' in Text.objects.get(title="One").content


def test_addresses_that_lead_nowhere_never_become_addresses_of_this_site(tmp_path: Path) -> None:
    html = '<a href="/accounts/logout/">out</a><a href="../../admin/">up</a><img src="/media/x.png" alt="Pic">'

    report = bring_in(make_page_package(tmp_path, html))

    content = Text.objects.get().content
    assert "href" not in content
    assert "src" not in content
    assert "2 of its links led nowhere" in report.entries[0].reason


def test_scripts_and_handlers_are_gone_from_pages(tmp_path: Path) -> None:
    html = '<p onclick="x()">a</p><script>alert(1)</script><a href="javascript:x()">b</a><form><input></form>'

    report = bring_in(make_page_package(tmp_path, html))

    content = Text.objects.get().content
    assert not any(word in content for word in ("script", "onclick", "<form"))
    assert report.entries[0].status == "simplified"


def test_the_place_where_a_photo_was_taken_does_not_come_along(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    exif = PIL.Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 12.0, 30.0)}
    PIL.Image.new("RGB", (8, 8)).save(photo, exif=exif)

    bring_in(make_page_package(tmp_path, '<img src="p.jpg" alt="">', {"p.jpg": photo.read_bytes()}))

    with Attachment.objects.get().file.open() as file, PIL.Image.open(file) as image:
        assert not image.getexif()


def test_the_package_says_nothing_of_owner_status_or_slug(tmp_path: Path) -> None:
    extra = "<owner>admin</owner><status>published</status><is_staff>1</is_staff><slug>admin</slug>"
    files = {
        "imsmanifest.xml": manifest(title="Mine").replace("</metadata>", f"{extra}</metadata>")
    }

    course = imported_course(make_zip(tmp_path / "a.zip", files))

    assert (course.slug, course.status) == ("mine-2", "draft")
    assert not course.owner.is_staff


def test_publishing_is_asked_for(tmp_path: Path) -> None:
    assert imported_course(make_package(tmp_path), publish=True).status == "published"


def test_a_dry_run_reports_the_same_and_changes_nothing(tmp_path: Path, media: Path) -> None:
    path = make_page_package(
        tmp_path, '<img src="a.png" alt="">', {"a.png": picture(), "b.css": "x"}
    )

    dry = bring_in(path, dry_run=True).as_dict()

    assert not Course.objects.exists()
    assert stored(media) == []
    real = bring_in(path).as_dict()
    assert dry["items"] == real["items"]
    assert (dry["course"], dry["dry_run"]) == (None, True)


def test_somebody_who_may_not_make_courses_gets_none(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="is no instructor"):
        bring_in(make_package(tmp_path), owner=make_user())


def test_titles_are_cut_between_words_and_never_empty(tmp_path: Path) -> None:
    path = make_package(
        tmp_path, item("word " * 100, item(" ", of="a.txt")), files={"a.txt": "a"}, title=""
    )

    course = imported_course(path)

    module = course.modules.get()
    assert course.title == "Imported course"
    assert module.title.endswith("word…")
    assert len(module.title) <= 200
    assert [c.item.title for c in module.contents.all()] == ["a.txt"]  # type: ignore[union-attr]


def test_a_manifest_one_folder_deep_is_found(tmp_path: Path) -> None:
    listed = manifest(item("M", item("T", of="t")), resources=resource("t", "a.txt"))

    course = imported_course(
        make_zip(tmp_path / "a.zip", {"pack/imsmanifest.xml": listed, "pack/a.txt": "x"})
    )

    assert outline(course) == {"M": ["T"]}


@pytest.mark.parametrize(
    ("declared", "encoding"), [("UTF-16", "utf-8"), ("UTF-8", "windows-1252"), ("klingon", "utf-8")]
)
def test_a_wrong_declaration_of_the_encoding_is_seen_through(
    tmp_path: Path, declared: str, encoding: str
) -> None:
    listed = manifest(title="Café").replace("UTF-8", declared)

    report = bring_in(make_zip(tmp_path / "a.zip", {"imsmanifest.xml": listed.encode(encoding)}))

    assert Course.objects.get().title == "Café"
    assert report.warnings == [
        f"imsmanifest.xml is not in the encoding that it declares; it was read as {encoding}."
    ]


def test_an_outline_ten_thousand_levels_deep_comes_in(tmp_path: Path) -> None:
    deep = (
        "".join(f'<item identifier="{n * 7919:x}"><title>{n}</title>' for n in range(9_000))
        + "</item>" * 9_000
    )

    report = bring_in(make_package(tmp_path, deep), dry_run=True)

    assert report.totals()["simplified"] == 8_999


def test_rings_of_dependencies_and_variants_end(tmp_path: Path) -> None:
    ring = (
        '<resource identifier="a" type="imsqti_x"><file href="a.xml"/><dependency identifierref="b"/>'
        '<variant identifierref="b"/></resource>'
        '<resource identifier="b" type="other"><file href="b.xml"/><dependency identifierref="a"/>'
        '<variant identifierref="a"/></resource>'
    )
    path = make_package(
        tmp_path,
        item("M", item("A", of="a")),
        files={"a.xml": "<x/>", "b.xml": "<x/>"},
        resources=ring,
    )

    assert bring_in(path, dry_run=True).totals()["kept as file"] == 1


def test_the_same_identifier_twice_makes_two_contents(tmp_path: Path) -> None:
    twins = [item("A", of="a.txt", key="twin"), item("B", of="a.txt", key="twin")]

    assert outline(
        imported_course(make_package(tmp_path, item("M", *twins), files={"a.txt": "a"}))
    ) == {"M": ["A", "B"]}


def test_what_a_system_left_for_itself_is_not_looked_at(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "__MACOSX/._a.xml": b"\0",
        ".DS_Store": b"\0",
        "a/._page.html": b"\0",
    }
    path = make_zip(tmp_path / "a.zip", {"imsmanifest.xml": manifest(), **files})

    report = bring_in(path)

    assert report.entries == []
    assert report.warnings == ["3 files that a system had left for itself were not looked at."]


def test_a_failure_halfway_leaves_nothing(tmp_path: Path, media: Path) -> None:
    items = item("M", item("A", of="a.pdf"), item("B", of="b.pdf"))
    path = make_package(tmp_path, items, files={"a.pdf": PDF, "b.pdf": PDF})

    def fail_at_the_second(step: str, done: int, total: int) -> None:
        if (step, done) == ("Writing", 2):
            assert len(stored(media)) == 2
            raise ImportRefused("no more")

    with pytest.raises(ImportRefused, match="no more"):
        bring_in(path, progress=fail_at_the_second)
    assert not Course.objects.exists()
    assert not File.objects.exists()


def test_a_word_of_the_urls_is_no_slug(tmp_path: Path) -> None:
    assert imported_course(make_package(tmp_path, title="Create")).slug == "create-2"


def test_identifiers_that_pose_as_others_stay_apart(tmp_path: Path) -> None:
    keys = ("resource:loose.html", "file:loose.html", "(not in any module)", "item:x", "x" * 5_000)
    items = [item(f"T{number}", of="a.txt", key=key) for number, key in enumerate(keys)]
    files = {"a.txt": "a", "loose.html": "x"}

    course = imported_course(
        make_package(tmp_path, item("M", *items, key="(not in any module)"), files=files)
    )

    assert outline(course) == {
        "M": ["T0", "T1", "T2", "T3", "T4"],
        "Not in any module": ["loose.html"],
    }


def test_long_names_come_in(tmp_path: Path) -> None:
    name = f"{'folder/' * 100}{'x' * 240}.pdf"

    bring_in(make_page_package(tmp_path, f'<a href="{name}">x</a>', {name: PDF, f"a{name}": PDF}))

    assert all(len(a.name) <= 150 for a in Attachment.objects.all())
    assert Attachment.objects.filter(instructors_only=False).count() == 1


def test_a_module_of_which_everything_is_missing_is_there_all_the_same(tmp_path: Path) -> None:
    course = imported_course(
        make_package(
            tmp_path,
            item("M", item("X", of="gone")),
            item("N", item("A", of="a.html")),
            files={"a.html": "<p>Here</p>"},
        )
    )

    assert list(outline(course)) == ["M", "N"]


@pytest.mark.parametrize(
    "kind", ["imsdt_xmlv1p1", "imsqti_xmlv1p2", "imsbasiclti_xmlv1p0", "assignment_xmlv1p0", "x"]
)
def test_a_resource_whose_file_is_elsewhere_is_missing(tmp_path: Path, kind: str) -> None:
    listed = f'<resource identifier="r" type="{kind}" href="http://example.com/x.xml"/>'
    listed += resource("a.txt", "a.txt")
    outline = item("M", item("X", of="r"), item("A", of="a.txt"))

    report = bring_in(make_package(tmp_path, outline, resources=listed, files={"a.txt": "a"}))

    assert report.totals()["skipped"] == 1


def test_web_content_that_is_elsewhere_is_a_link(tmp_path: Path) -> None:
    listed = '<resource identifier="r" type="webcontent" href="http://example.com/page.html"/>'

    course = imported_course(make_package(tmp_path, item("M", item("X", of="r")), resources=listed))

    assert 'href="http://example.com/page.html"' in only_text(course)


def test_broken_xml_of_one_thing_does_not_stop_the_others(tmp_path: Path) -> None:
    report = bring_in(one_resource(tmp_path, "imsdt_xmlv1p1", "<topic><title>x</topic>"))

    assert report.entries[0].status == "kept as file"
    assert "can't be read" in report.entries[0].reason


def test_paths_in_any_manner_of_writing_are_found(tmp_path: Path) -> None:
    listed = (
        '<resource identifier="r" type="webcontent" xml:base="Unit%201\\" href="PAGE.html?x=1#y"/>'
    )

    course = imported_course(
        make_package(
            tmp_path,
            item("M", item("X", of="r")),
            files={"unit 1/page.html": "<p>x</p>"},
            resources=listed,
        )
    )

    assert only_text(course) == "<p>x</p>"


def test_two_resources_of_one_name_are_both_there(tmp_path: Path) -> None:
    files = {"a.html": "<title>A</title>a", "b.html": "<title>B</title>b"}
    twins = resource("r", "a.html") + resource("r", "b.html")

    report = bring_in(
        make_package(tmp_path, item("M", item("X", of="r")), files=files, resources=twins)
    )

    assert [entry.path for entry in report.entries] == ["a.html", "b.html"]
    assert "Two resources are called r" in report.warnings[0]


def test_a_file_above_the_limit_of_the_site_is_told(tmp_path: Path, settings: Any) -> None:
    settings.EDUCA_MAX_UPLOAD = 10

    report = bring_in(
        make_package(tmp_path, item("M", item("F", of="f.pdf")), files={"f.pdf": PDF})
    )

    assert report.entries[0].status == "skipped"
    assert "too large" in report.entries[0].reason
    assert not Attachment.objects.exists()


def test_a_picture_that_is_none_is_kept_in_an_archive(tmp_path: Path) -> None:
    report = bring_in(
        make_page_package(tmp_path, '<img src="a.png" alt="Pic">', {"a.png": "no picture"})
    )

    assert "Pic" in Text.objects.get().content
    assert {e.path: e.status for e in report.entries} == {
        "page.html": "simplified",
        "a.png": "kept as file",
    }
