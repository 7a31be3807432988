"""Packages in and out by programs."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.api.models import Scope
from educa.api.tests.asking import program
from educa.courses.models import Course, Subject, Upload
from educa.courses.tests.factories import make_content, make_course, make_module, make_subject
from educa.interchange.duties import carry_out_transfers
from educa.interchange.models import Transfer
from educa.interchange.tests.factories import item, make_package, make_transfer, snapshot

pytestmark = pytest.mark.django_db

TRANSFERS = "/api/transfers/"


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    """Folders of the test's own, for what is stored and for what arrives."""
    settings.MEDIA_ROOT, settings.EDUCA_UPLOAD_DIR = tmp_path / "media", tmp_path / "uploads"
    settings.EDUCA_UPLOAD_DIR.mkdir()
    return tmp_path


@pytest.fixture
def owner() -> User:
    return make_instructor()


@pytest.fixture
def asker(owner: User) -> Client:
    return program(owner)


@pytest.fixture
def subject() -> Subject:
    return make_subject()


@pytest.fixture
def course(owner: User) -> Course:
    course = make_course(owner=owner)
    make_content(make_module(course))
    return course


@pytest.fixture
def package(tmp_path: Path) -> bytes:
    """A package with one page."""
    path = make_package(tmp_path, item("M", item("A", of="a.html")), files={"a.html": "<p>x</p>"})
    return path.read_bytes()


def bring(asker: Client, data: bytes, query: str = "", key: str = "", **fields: Any) -> Any:
    file = SimpleUploadedFile("my.imscc", data, "application/zip")
    headers = {"Idempotency-Key": key} if key else {}
    return asker.post(f"{TRANSFERS}{query}", {"file": file, **fields}, headers=headers)


def post(asker: Client, path: str, data: Any = None) -> Any:
    return asker.post(path, data or {}, "application/json")


def work() -> None:
    """What the duty does, with what comes after each commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        carry_out_transfers()


def arrived(owner: User, course: Course, data: bytes, **fields: Any) -> Upload:
    """An upload all of whose bytes are there."""
    about = {"name": "course.zip", "size": len(data), "received": len(data)} | fields
    upload = Upload.objects.create(owner=owner, course=course, **about)
    upload.path.write_bytes(data)
    return upload


def exported(course: Course, owner: User) -> Transfer:
    """An export that is done."""
    path = f"/api/courses/{course.pk}/export/"
    number = post(program(owner), path).json()["id"]
    work()
    return Transfer.objects.get(pk=number)


# In


def test_a_package_becomes_a_course_and_its_report_tells_how(asker, owner, package, subject):
    asked = bring(asker, package, subject=subject.pk)
    before = asker.get(asked["Location"])
    work()
    after = asker.get(asked["Location"]).json()

    assert (asked.status_code, before.json()["status"], before["Retry-After"]) == (
        202,
        "waiting",
        "2",
    )
    assert (after["status"], after["kind"], after["progress"]) == ("done", "import", 100)
    assert (after["course"], after["report"]["totals"]["imported"]) == (Course.objects.get().pk, 1)
    assert Course.objects.get().owner == owner


def test_with_a_dry_run_nothing_comes_in_until_one_says_so(asker, package, subject):
    looked = bring(asker, package, "?dry_run=true", subject=subject.pk).json()
    work()
    found = asker.get(f"{TRANSFERS}{looked['id']}/").json()

    assert (found["dry_run"], found["can_import"], found["report"]["dry_run"]) == (True, True, True)
    assert not Course.objects.exists()
    assert post(asker, f"{TRANSFERS}{looked['id']}/import/").status_code == 202
    work()
    assert Course.objects.count() == 1


def test_what_was_imported_is_not_imported_again(asker, package, subject):
    number = bring(asker, package, subject=subject.pk).json()["id"]
    early = post(asker, f"{TRANSFERS}{number}/import/")
    work()
    late = post(asker, f"{TRANSFERS}{number}/import/")

    assert (early.status_code, late.status_code, late.json()["code"]) == (409, 409, "gone")


def test_an_upload_becomes_a_package_and_is_no_upload_any_more(
    asker, owner, course, package, subject
):
    upload = arrived(owner, course, package)
    asked = {"upload": str(upload.pk), "subject": subject.pk}

    first, again = post(asker, TRANSFERS, asked), post(asker, TRANSFERS, asked)
    work()

    assert (first.status_code, again.status_code) == (202, 400)
    assert again.json()["errors"][0]["field"] == "upload"
    assert Transfer.objects.get().status == "done"
    assert not Upload.objects.exists()


def test_half_an_upload_and_that_of_somebody_else_are_no_packages(asker, owner, course, package):
    half = arrived(owner, course, package, received=9)
    theirs = arrived(make_instructor(), make_course(), package)

    answers = [post(asker, TRANSFERS, {"upload": str(row.pk)}) for row in (half, theirs)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json() == answers[1].json()
    assert (Transfer.objects.count(), Upload.objects.count()) == (0, 2)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"upload": "x"},
        {"upload": "6f2f0d3a-6c0b-4d6f-9c5e-0d3a6f2f6c0b"},
        {"subject": 1},
        {"file": "words"},
    ],
)
def test_a_wish_without_a_package_is_refused(asker, fields):
    answer = post(asker, TRANSFERS, fields)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04 and then nothing"])
def test_what_is_no_package_is_refused_at_once(asker, data, folders):
    answer = bring(asker, data)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert not Transfer.objects.exists()


def test_a_package_that_can_not_come_in_is_refused_later_with_its_reason(asker, package, subject):
    broken = package.replace(b"imsmanifest.xml", b"nomanifest0.xml")

    number = bring(asker, broken, subject=subject.pk).json()["id"]
    work()

    found = asker.get(f"{TRANSFERS}{number}/").json()
    assert (found["status"], found["report"], found["course"]) == ("refused", {}, None)
    assert found["reason"]


def test_a_package_over_the_limit_is_refused_at_once(asker, package, settings):
    settings.EDUCA_MAX_PACKAGE = len(package) - 1

    answer = bring(asker, package)

    assert (answer.status_code, answer.json()["code"]) == (413, "size")


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("?dryrun=true", {}),
        ("?dry_run=perhaps", {}),
        ("", {"publish": "true"}),
        ("", {"subject": 0}),
    ],
)
def test_what_is_not_understood_is_not_passed_over(asker, package, query, fields):
    assert bring(asker, package, query, **fields).status_code == 400
    assert not Transfer.objects.exists()


def test_too_many_imports_at_a_time_are_refused_for_a_while(asker, owner, package):
    for _ in range(3):
        make_transfer(owner)

    answer = bring(asker, package)

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (
        429,
        "too_many",
        "30",
    )


def test_a_package_that_is_sent_again_with_its_key_comes_in_once(asker, package, subject):
    first = bring(asker, package, key="one", subject=subject.pk)
    again = bring(asker, package, key="one", subject=subject.pk)
    other = bring(asker, package, "?dry_run=true", key="one", subject=subject.pk)

    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert (again["Location"], other.status_code) == (first["Location"], 422)
    assert Transfer.objects.count() == 1


# Out


def test_a_course_goes_out_and_comes_back_equal(asker, owner, course, tmp_path, subject):
    export = exported(course, owner)
    found = asker.get(f"{TRANSFERS}{export.pk}/").json()
    package = asker.get(found["file"])
    data = b"".join(package.streaming_content)

    assert (found["kind"], found["status"], found["course"]) == ("export", "done", course.pk)
    assert (package["Content-Type"], len(data)) == ("application/zip", found["size"])
    bring(program(make_instructor()), data)
    work()
    assert snapshot(Course.objects.latest("pk")) == snapshot(course)


def test_a_package_is_downloaded_in_parts_and_whatever_is_accepted(asker, owner, course):
    path = f"{TRANSFERS}{exported(course, owner).pk}/file/"

    part = asker.get(path, headers={"Range": "bytes=0-1", "Accept": "application/zip"})

    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"PK")
    assert part["Cache-Control"] == "private, no-store"


def test_two_who_ask_at_once_for_one_export_get_the_same(asker, course):
    path = f"/api/courses/{course.pk}/export/"

    first, again = post(asker, path), post(asker, path)

    assert (first.status_code, again.status_code) == (202, 202)
    assert first["Location"] == again["Location"]


def test_an_export_takes_no_words_and_no_parameters(asker, course):
    path = f"/api/courses/{course.pk}/export/"

    assert post(asker, path, {"name": "x"}).status_code == 400
    assert post(asker, f"{path}?dry_run=true").status_code == 400
    assert not Transfer.objects.exists()


def test_a_course_of_others_does_not_go_out(course):
    other = program(make_instructor())
    path = f"/api/courses/{course.pk}/export/"
    seen = post(other, path).status_code
    Course.objects.update(status=Course.Status.DRAFT)

    assert (seen, post(other, path).status_code) == (403, 404)
    assert not Transfer.objects.exists()


def test_a_package_is_for_who_asked_for_it_while_they_may_change_the_course(course):
    colleague = make_instructor()
    course.co_instructors.add(colleague)
    path = f"{TRANSFERS}{exported(course, colleague).pk}/file/"
    mine, owners = program(colleague).get(path), program(course.owner).get(path)
    course.co_instructors.clear()

    assert (mine.status_code, owners.status_code) == (200, 404)
    assert program(colleague).get(path).status_code == 404
    assert program(make_admin()).get(path).status_code == 404
    mine.close()


def test_a_package_that_is_gone_is_not_there(asker, owner, course, folders):
    export = exported(course, owner)
    Path(export.package.path).unlink()

    assert asker.get(f"{TRANSFERS}{export.pk}/file/").status_code == 404


# Who


def test_everybody_sees_their_own_and_administrators_see_all(asker, owner):
    mine, theirs = make_transfer(owner), make_transfer()

    listed = [row["id"] for row in asker.get(TRANSFERS).json()["results"]]
    of_all = program(make_admin()).get(TRANSFERS).json()["results"]

    assert listed == [mine.pk]
    assert {row["id"] for row in of_all} == {mine.pk, theirs.pk}
    assert asker.get(f"{TRANSFERS}{theirs.pk}/").status_code == 404


def test_an_administrator_imports_nothing_for_somebody_else(owner):
    transfer = make_transfer(owner)

    assert post(program(make_admin()), f"{TRANSFERS}{transfer.pk}/import/").status_code == 403


@pytest.mark.parametrize("who", ["student", "lapsed"])
def test_who_is_no_instructor_is_refused(owner, course, package, who):
    owner.groups.clear()
    asker = program(make_user() if who == "student" else owner)

    assert asker.get(TRANSFERS).status_code == 403
    assert bring(asker, package).status_code == 403
    assert post(asker, f"/api/courses/{course.pk}/export/").status_code == 403


def test_visitors_are_told_to_sign_in(course, package):
    assert Client().get(TRANSFERS).status_code == 401
    assert bring(Client(), package).status_code == 401
    assert post(Client(), f"/api/courses/{course.pk}/export/").status_code == 401


@pytest.mark.parametrize("scope", [Scope.READ, Scope.LEARN])
def test_only_the_scope_for_teaching_brings_in_and_takes_out(owner, course, package, scope):
    asker = program(owner, scope)

    assert bring(asker, package).json()["code"] == "scope"
    assert post(asker, f"/api/courses/{course.pk}/export/").json()["code"] == "scope"
    assert (asker.get(TRANSFERS).status_code == 200) == (scope == Scope.READ)


def test_a_list_can_be_filtered_and_has_no_reports(asker, owner, course):
    make_transfer(owner)
    export = make_transfer(owner, direction="export", course=course)

    rows = asker.get(f"{TRANSFERS}?kind=export&status=waiting&course={course.pk}").json()["results"]

    assert [row["id"] for row in rows] == [export.pk]
    assert "report" not in rows[0]
    assert asker.get(f"{TRANSFERS}?kind=x").status_code == 400
    assert asker.get(f"{TRANSFERS}?direction=export").status_code == 400


def test_a_list_costs_the_same_however_long_it_is(asker, owner, django_assert_num_queries):
    make_transfer(owner)
    asker.get(TRANSFERS)
    with django_assert_num_queries(4, exact=False) as few:
        asker.get(TRANSFERS)
    for _ in range(9):
        make_transfer(owner)

    with django_assert_num_queries(len(few)):
        assert len(asker.get(TRANSFERS).json()["results"]) == 10


def test_a_transfer_tells_what_it_is_and_nothing_else(asker, owner):
    found = asker.get(f"{TRANSFERS}{make_transfer(owner).pk}/").json()

    assert set(found) == {
        "id", "kind", "status", "owner", "course", "subject", "name", "size", "dry_run", "step",
        "progress", "can_import", "file", "file_until", "reason", "created", "finished_at", "report",
    }  # fmt: skip
    assert (found["progress"], found["file"], found["report"]) == (None, None, {})
