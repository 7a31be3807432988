"""Real packages come in with the counts that are known of them. They are no part of the project."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Content, Course, Module, Text
from educa.courses.tests.factories import make_subject
from educa.interchange.actions import import_package
from educa.interchange.refusal import ImportRefused
from educa.interchange.report import Report

pytestmark = pytest.mark.django_db

PACKAGES = {
    # name: modules with content or none, contents, totals of the report
    "allyworkshop": (5, 15, {"imported": 27, "simplified": 5, "kept as file": 12, "skipped": 0}),
    "approaches_to_lit": (
        12,
        54,
        {"imported": 54, "simplified": 0, "kept as file": 0, "skipped": 0},
    ),
    "canvas_large_1.3": (
        3,
        52,
        {"imported": 4, "simplified": 31, "kept as file": 45, "skipped": 0},
    ),
    "canvas_small_1.1": (3, 14, {"imported": 9, "simplified": 5, "kept as file": 5, "skipped": 1}),
    "canvas_small_1.1.corrupt": (
        3,
        7,
        {"imported": 1, "simplified": 4, "kept as file": 2, "skipped": 9},
    ),
    "py4e_export": (17, 189, {"imported": 131, "simplified": 0, "kept as file": 58, "skipped": 0}),
    "single-page": (1, 1, {"imported": 1, "simplified": 0, "kept as file": 0, "skipped": 0}),
}
REFUSED = ["cmi5/001-essentials.zip", "cmi5/102-zip64.zip", "cmi5/209-1-not-a-zip.zip", "h5p/corrupt_archive.h5p",
           "h5p/valid2.h5p", "hostile/qtiworks-ZipSlip.zip", "qti/WebDeveloperTest1.zip", "scorm/badscorm.zip",
           "scorm/invalid.zip", "scorm/singlesco_scorm12.zip", "scorm/singlescobasic_missingorg.zip",
           "mbz/moodle_311_quiz.mbz", "mbz/uploadcourse_backup_2.6_zip.mbz"]  # fmt: skip


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def expected(corpora: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((corpora / "EXPECTED.json").read_text())
    return known


def bring_in(corpora: Path, name: str) -> Report:
    return import_package(
        corpora / f"imscc/{name}.imscc", owner=make_instructor(), subject=make_subject()
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_a_real_package_comes_in_whole(corpora: Path, name: str) -> None:
    modules, contents, totals = PACKAGES[name]

    report = bring_in(corpora, name)

    assert report.totals() == totals
    assert (Module.objects.count(), Content.objects.count()) == (modules, contents)


@pytest.mark.parametrize(
    "name", [n for n in PACKAGES if not n.startswith(("canvas_large", "ally", "single"))]
)
def test_every_item_of_the_organization_is_in_the_report(
    corpora: Path, expected: dict[str, Any], name: str
) -> None:
    about = expected[f"imscc/{name}.imscc"]

    report = bring_in(corpora, name)

    items = [
        entry
        for entry in report.entries
        if entry.module and not entry.identifier.startswith("resource:")
    ]
    headings = [entry for entry in items if entry.what == "heading"]
    assert len(items) - len(headings) == about["items_with_resource"]
    # One item is the root, the others without a resource are modules or headings.
    assert about["items"] - about["items_with_resource"] - 1 == len(headings) + report.modules
    assert report.course["title"] == about["first_title"]


@pytest.mark.parametrize("name", ["allyworkshop", "canvas_large_1.3"])
def test_every_item_of_canvas_is_in_the_report(
    corpora: Path, expected: dict[str, Any], name: str
) -> None:
    about = expected[f"imscc/{name}.imscc"]

    report = bring_in(corpora, name)

    titles = {title.strip() for title in about["canvas_modules_titles"]}
    items = [e for e in report.entries if e.module in {" ".join(title.split()) for title in titles}]
    kinds = Counter(about["canvas_item_types"])
    assert len(items) == about["canvas_module_items"]
    assert kinds["WikiPage"] == sum(e.what == "page" for e in items)
    assert kinds["DiscussionTopic"] == sum(e.what == "discussion" for e in items)
    pages = [e for e in report.entries if e.path.startswith("wiki_content/")]
    assert len(pages) == about["wiki_pages"]


@pytest.mark.parametrize("name", PACKAGES)
def test_importing_it_again_changes_nothing(corpora: Path, media: Path, name: str) -> None:
    package, owner, subject = corpora / f"imscc/{name}.imscc", make_instructor(), make_subject()
    import_package(package, owner=owner, subject=subject)
    before = (sorted(media.rglob("*")), list(Text.objects.values()), list(Content.objects.values()))

    report = import_package(package, owner=owner, subject=subject)

    assert (report.updated, report.removed) == (True, 0)
    assert (
        sorted(media.rglob("*")),
        list(Text.objects.values()),
        list(Content.objects.values()),
    ) == before


@pytest.mark.parametrize("name", ["allyworkshop", "canvas_large_1.3", "canvas_small_1.1"])
def test_no_address_of_the_source_is_left_in_a_text(corpora: Path, name: str) -> None:
    bring_in(corpora, name)

    for text in Text.objects.all():
        assert "FILEBASE" not in text.content
        assert "_REFERENCE" not in text.content
        assert 'src="http' not in text.content


def test_two_courses_of_one_tool_do_not_overwrite_each_other(corpora: Path) -> None:
    owner, subject = make_instructor(), make_subject()
    for name in ("py4e_export", "approaches_to_lit"):  # both are called cctd0015
        import_package(corpora / f"imscc/{name}.imscc", owner=owner, subject=subject)

    assert Course.objects.count() == 2


@pytest.mark.parametrize("name", REFUSED)
def test_other_packages_are_refused_and_leave_nothing(
    corpora: Path, media: Path, name: str
) -> None:
    with pytest.raises(ImportRefused):
        import_package(corpora / name, owner=make_instructor(), subject=make_subject())

    assert not Course.objects.exists()
    assert not media.exists()


def test_a_real_package_cut_off_is_refused(corpora: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.imscc"
    shutil.copyfile(corpora / "imscc/allyworkshop.imscc", cut)
    with cut.open("r+b") as file:
        file.truncate(1_000_000)

    with pytest.raises(ImportRefused, match="not a whole zip archive"):
        import_package(cut, owner=make_instructor(), subject=make_subject())
