"""A course as a package, and the course that becomes of it again."""

import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content, trash_course, trash_module
from educa.courses.models import Content, Course, Module, Text
from educa.courses.tests.factories import (
    MP4,
    PDF,
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
    picture,
)
from educa.interchange.actions import import_package
from educa.interchange.demonstration.loader import load_demonstration
from educa.interchange.report import Report
from educa.interchange.tests.conftest import stored
from educa.interchange.tests.factories import bring_in, pack, snapshot

CC = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"

pytestmark = pytest.mark.django_db


def make_full_course(**fields: Any) -> Course:
    """A course with something of everything, whose texts lead to all of it."""
    course = make_course(title="Waves  and sound", cover=ContentFile(picture(), "a.png"), **fields)
    first = make_module(course, title="One", description="To *begin* with.")
    second = make_module(course, title="One")
    chart = make_attachment(course, name="Täglich 1.png")
    make_attachment(course, PDF, name="answers.pdf", media_type="application/pdf",
                    file=ContentFile(PDF, "answers.pdf"), instructors_only=True)  # fmt: skip
    image = make_content(first, "image", caption="Blue", title="Sky", decorative=True)
    paper = make_content(second, "file", name="Grüße & Co.pdf", title="Paper")
    make_content(second, "video", title="By link", duration=75)
    film = make_uploaded_video(title="Film", owner=course.owner, duration=2)
    make_captions(film, data=b"\xef\xbb\xbfWEBVTT\r\n\r\n00:00.000 --> 00:02.000\r\nHello\r\n")
    make_captions(film, language="de", label="Deutsch")
    make_content(second, item=film)
    html = make_content(second, format="html", content="<p>Typed</p>", title="Old")
    player = reverse("student_course_detail", args=[course.pk])
    module = reverse("student_course_detail_module", args=[course.pk, second.pk])
    make_content(
        first,
        title="Links",
        content=(
            f"![Chart]({chart.get_absolute_url()}) ![Sky]({image.item.image_url})\n\n"
            f"[paper]({player}content/{paper.pk}/), [its file]({paper.item.file_url}?download).\n"
            f"[part]({player}content/{html.pk}/#c-there) [module]({module}) [all]"
            f"({player}) [page]({course.get_absolute_url()})"
            f"\n\nSee {paper.item.file_url}. $E=mc^2$ `$EDUCA/course$` [mine](/accounts/profile/)"
        ),
    )
    html.item.content = f'<p><a href="{player}content/{paper.pk}/">paper</a> &amp; $EDUCA/x$</p>'
    html.item.save()
    Course.objects.filter(pk=course.pk).update(
        overview=f"Begin with [this]({player}content/{paper.pk}/)."
    )
    course.refresh_from_db()
    return course


def bring_back(path: Path, owner: User | None = None) -> Report:
    """Import a package of Educa, into the subject that it names."""
    return import_package(path, owner=owner or make_instructor())


def copy_of(course: Course, folder: Path, owner: User | None = None) -> Course:
    report = bring_back(pack(course, folder), owner=owner or course.owner)
    return Course.objects.get(pk=report.course["id"])


def test_a_package_becomes_an_equal_course(tmp_path: Path) -> None:
    course = make_full_course()

    copy = copy_of(course, tmp_path)

    assert snapshot(copy) == snapshot(course)
    assert (copy.pk != course.pk, copy.status) == (True, Course.Status.DRAFT)


def test_links_of_the_copy_lead_to_the_copy(tmp_path: Path) -> None:
    course = make_full_course()

    copy = copy_of(course, tmp_path, make_instructor())

    texts = [text.content for text in Text.objects.filter(contents__module__course=copy)]
    for address in (f"/students/course/{course.pk}/", course.get_absolute_url()):
        assert not any(address in text for text in [*texts, copy.overview])
    attached = copy.attachments.get(name="Täglich 1.png")
    assert attached.get_absolute_url() in texts[0]
    assert "`$EDUCA/course$`" in texts[0]


@pytest.mark.parametrize("slug", ["waves-and-sound", "data-honestly", "teach-with-educa"])
def test_the_courses_of_the_demonstration_come_in_again_as_they_are(
    tmp_path: Path, slug: str
) -> None:
    load_demonstration()
    course = Course.objects.get(slug=slug)

    report = bring_back(pack(course, tmp_path), owner=make_instructor())

    assert not report.has_losses
    assert snapshot(Course.objects.get(pk=report.course["id"])) == snapshot(course)


def test_the_same_course_gives_the_same_bytes(tmp_path: Path) -> None:
    course = make_full_course()
    first = pack(course, tmp_path).read_bytes()

    assert pack(course, tmp_path).read_bytes() == first


def test_one_s_own_package_becomes_a_copy_and_that_only_once(tmp_path: Path) -> None:
    course = make_full_course()
    path = pack(course, tmp_path)
    first, second = bring_back(path, owner=course.owner), bring_back(path, owner=course.owner)

    assert first.course["id"] != course.pk
    assert (second.updated, second.course["id"]) == (True, first.course["id"])
    assert Course.objects.count() == 2


def test_the_same_package_again_changes_nothing(tmp_path: Path, media: Path) -> None:
    course = make_full_course()
    path = pack(course, tmp_path)
    copy = copy_of(course, tmp_path)
    before = (stored(media), list(Content.objects.values()), snapshot(copy))

    report = bring_back(path, owner=course.owner)

    copy.refresh_from_db()
    assert (stored(media), list(Content.objects.values()), snapshot(copy)) == before
    assert report.removed == 0


def test_a_later_package_brings_the_copy_up_to_date(tmp_path: Path) -> None:
    course = make_full_course()
    copy = copy_of(course, tmp_path)
    contents = set(copy_contents(copy))
    text = Text.objects.get(title="Links", contents__module__course=course)
    text.content += "\n\nMore."
    text.save()
    Module.objects.filter(course=course, description="").update(title="Two", description="New")
    paper = Content.objects.get(module__course=course, content_type__model="file")
    paper.item.file = ContentFile(PDF + b"% new", "new.pdf")
    paper.item.save()

    assert copy_of(course, tmp_path) == copy

    copy.refresh_from_db()
    assert snapshot(copy) == snapshot(course)
    assert set(copy_contents(copy)) == contents


def copy_contents(course: Course) -> list[int]:
    return list(Content.objects.filter(module__course=course).values_list("pk", flat=True))


def test_what_was_changed_in_the_copy_stays_and_what_the_package_overwrites_is_in_the_history(
    tmp_path: Path,
) -> None:
    course = make_course()
    module = make_module(course)
    kept, changed = make_content(module, title="Kept"), make_content(module, title="Changed")
    copy = copy_of(course, tmp_path)
    mine = Text.objects.filter(contents__module__course=copy)
    mine.update(content="My own words")
    Text.objects.filter(pk=changed.item.pk).update(content="New in the original")

    copy_of(course, tmp_path)

    assert mine.get(title="Kept").content == "My own words"
    overwritten = mine.get(title="Changed")
    assert overwritten.content == "New in the original"
    assert [v.content for v in overwritten.versions.all()] == [
        "New in the original",
        "My own words",
    ]
    assert kept.item.content != "My own words"


def test_a_copy_in_the_trash_is_left_there(tmp_path: Path) -> None:
    course = make_course()
    copy = copy_of(course, tmp_path)
    trash_course(course=copy, by=course.owner)

    assert copy_of(course, tmp_path) != copy


def test_what_is_in_the_trash_stays_behind(tmp_path: Path) -> None:
    course = make_course()
    module = make_module(course, title="Kept")
    make_content(module, title="Kept, too")
    trash_content(content=make_content(module, title="Gone"), by=course.owner)
    other = make_module(course, title="Gone as well")
    make_content(other)
    trash_module(module=other, by=course.owner)

    path = pack(course, tmp_path)

    assert snapshot(copy_of(course, tmp_path)) == snapshot(course)
    assert b"Gone" not in path.read_bytes()


def test_a_lost_file_leaves_its_content_behind_and_nothing_else(tmp_path: Path) -> None:
    course = make_course()
    module = make_module(course)
    lost = make_content(module, "file", title="Lost")
    make_content(module, title="Here")
    lost.item.file.storage.delete(lost.item.file.name)

    report: dict[str, Any] = {}
    copy = Course.objects.get(
        pk=bring_back(pack(course, tmp_path, report), owner=course.owner).course["id"]
    )

    assert [c.item.title for c in Content.objects.filter(module__course=copy)] == ["Here"]
    assert ["Lost" in warning for warning in report["warnings"]] == [True]


def test_the_subject_comes_with_the_course(tmp_path: Path) -> None:
    course = make_full_course()

    report = bring_back(pack(course, tmp_path), owner=make_instructor())

    assert Course.objects.get(pk=report.course["id"]).subject == course.subject


def test_nothing_about_people_is_in_a_package(tmp_path: Path) -> None:
    course = make_full_course(owner=make_instructor(username="marie", email="marie@example.org"))

    data = pack(course, tmp_path).read_bytes()

    assert b"marie" not in data


def test_other_systems_find_a_common_cartridge(tmp_path: Path) -> None:
    course = make_full_course()
    path = without_json(pack(course, tmp_path), tmp_path)

    report = bring_in(path, owner=make_instructor())

    copy = Course.objects.get(pk=report.course["id"])
    assert report.format == "IMS Common Cartridge 1.1.0"
    assert (copy.title, [m.title for m in copy.modules.all()]) == (
        "Waves and sound",
        ["One", "One"],
    )
    became = {e.title: (e.became, e.status.value) for e in report.entries if e.module and e.became}
    assert became == {
        "Sky": ("text", "imported"),
        "Links": ("text", "imported"),
        "Paper": ("file", "imported"),
        "By link": ("video", "imported"),
        "Film": ("video", "imported"),
        "Old": ("text", "imported"),
    }


def test_the_manifest_names_every_file_and_nothing_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(pack(make_full_course(), tmp_path)) as package:
        xml, names = package.read("imsmanifest.xml"), set(package.namelist())

    root = ET.fromstring(xml)
    identifiers = [e.get("identifier") for e in root.iter() if e.get("identifier")]
    listed = [element.get("href") for element in root.iter(f"{{{CC}}}file")]
    assert len(identifiers) == len(set(identifiers))
    assert sorted(listed) == sorted(names - {"imsmanifest.xml"})
    assert {e.get("identifierref") for e in root.iter() if e.get("identifierref")} < set(
        identifiers
    )
    assert CC.encode() in xml[:500]  # where Moodle looks for it


def test_links_between_pages_work_in_other_systems(tmp_path: Path) -> None:
    course = make_full_course()
    path = without_json(pack(course, tmp_path), tmp_path)

    report = bring_in(path, owner=make_instructor())

    text = Text.objects.get(contents__module__course=report.course["id"], title="Links")
    assert f"/students/course/{report.course['id']}/" in text.content
    assert f"/students/course/{course.pk}/" not in text.content
    assert "/media/attachment/" in text.content


def test_the_files_of_instructors_are_theirs_in_other_systems_too(tmp_path: Path) -> None:
    course = make_full_course()
    path = without_json(pack(course, tmp_path), tmp_path)

    report = bring_in(path, owner=make_instructor())

    attached = Course.objects.get(pk=report.course["id"]).attachments
    assert attached.get(name="answers.pdf").instructors_only


def without_json(path: Path, folder: Path) -> Path:
    """The package as it would be without what only Educa reads."""
    bare = folder / "bare.imscc"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(bare, "w") as rest:
        for name in whole.namelist():
            if not name.startswith("educa"):
                rest.writestr(name, whole.read(name))
    return bare


def test_contents_are_told_in_parts_of_a_bounded_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("educa.interchange.exact.format.PART_SIZE", 500)
    course = make_course()
    module = make_module(course)
    for number in range(5):
        make_content(module, content=f"{number}" * 400)

    path = pack(course, tmp_path)

    with zipfile.ZipFile(path) as package:
        index = json.loads(package.read("educa.json"))
    assert len(index["parts"]) == 5
    assert snapshot(copy_of(course, tmp_path)) == snapshot(course)


def test_an_empty_course_has_a_package(tmp_path: Path) -> None:
    course = make_course(overview="")

    assert snapshot(copy_of(course, tmp_path)) == snapshot(course)


def test_a_film_is_not_changed_on_its_way(tmp_path: Path) -> None:
    course = make_course()
    make_content(make_module(course), item=make_uploaded_video(owner=course.owner))

    copy = copy_of(course, tmp_path)

    film = Content.objects.get(module__course=copy).item
    with film.file.open() as file:
        assert file.read() == MP4
