"""The pages on which courses are imported and exported."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Course, Subject
from educa.courses.tests.factories import make_content, make_course, make_module, make_subject
from educa.interchange.duties import carry_out_transfers
from educa.interchange.models import Transfer
from educa.interchange.tests.factories import item, make_package, make_transfer, resource

pytestmark = pytest.mark.django_db

IMPORT = "/course/import/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def instructor(client: Client) -> User:
    """Somebody who teaches, and who is signed in."""
    user = make_instructor()
    client.force_login(user)
    return user


@pytest.fixture
def subject() -> Subject:
    return make_subject(slug="music")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A package with a page, a link, and something that can't come in."""
    return make_package(
        tmp_path,
        item("M", item("A page", of="a.html"), item("A quiz", of="q")),
        files={"a.html": "<p>x</p>", "q.xml": "<questestinterop/>"},
        resources=resource("a.html", "a.html")
        + resource("q", "q.xml", kind="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"),
    )


def upload(client: Client, path: Path, **fields: Any) -> Any:
    with path.open("rb") as file:
        return client.post(IMPORT, {"package": file, "subject": "music"} | fields)


def work() -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        carry_out_transfers()


def page_of(transfer: Transfer) -> str:
    return reverse("course_transfer", args=[transfer.pk])


def export_page(course: Course) -> str:
    return reverse("course_export", args=[course.pk])


def done(course: Course, owner: User, data: bytes = b"bytes", **fields: Any) -> Transfer:
    """An export with its package."""
    about = {"direction": "export", "course": course, "status": "done", "size": len(data)}
    package = ContentFile(data, "a.imscc")
    return make_transfer(
        owner, **about | {"package": package, "finished_at": timezone.now()} | fields
    )


def test_an_instructor_imports_a_course(
    client: Client, instructor: User, subject: Subject, path: Path
) -> None:
    response = upload(client, path)
    transfer = Transfer.objects.get()
    assertRedirects(response, page_of(transfer))
    work()

    page = client.get(page_of(transfer))

    course = Course.objects.get()
    assert (course.owner, course.subject) == (instructor, subject)
    assertContains(page, "is here, as a draft")
    assertContains(page, reverse("course_outline", args=[course.pk]))
    assertContains(page, "A quiz")
    assertContains(page, "there are no quizzes")
    assertContains(client.get(IMPORT), "course.imscc")


def test_an_upload_that_waits_on_the_disk_is_not_copied(
    client: Client, instructor: User, subject: Subject, path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0

    upload(client, path)

    transfer = Transfer.objects.get()
    assert Path(transfer.package.path).read_bytes() == path.read_bytes()
    work()
    assert Transfer.objects.get().status == "done"


def test_a_look_tells_what_would_come_in_and_offers_to_go_on(
    client: Client, instructor: User, subject: Subject, path: Path
) -> None:
    upload(client, path, is_look="on")
    transfer = Transfer.objects.get()
    work()
    assertContains(client.get(page_of(transfer)), "Nothing was changed")
    assert not Course.objects.exists()

    assertRedirects(client.post(page_of(transfer)), page_of(transfer))
    work()

    assertContains(client.get(page_of(transfer)), "is here, as a draft")


def test_an_update_is_told_as_such(
    client: Client, instructor: User, subject: Subject, path: Path
) -> None:
    for _time in range(2):
        upload(client, path)
        work()

    assertContains(client.get(page_of(Transfer.objects.first())), "is up to date")


def test_the_subject_may_be_that_of_the_package(
    client: Client, instructor: User, subject: Subject, path: Path
) -> None:
    upload(client, path, subject="-")

    assert Transfer.objects.get().subject is None


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": ""},
        {"subject": "nowhere"},
        {"subject": "music\0"},
        {"package": ""},
        {"package": ContentFile(b"", "a.imscc")},
        {"package": ContentFile(b"no zip archive at all", "a.imscc")},
    ],
)
def test_a_form_with_a_mistake_comes_back(
    client: Client, instructor: User, subject: Subject, path: Path, fields: dict[str, Any]
) -> None:
    response = upload(client, path, **fields)

    assertContains(response, "Nothing was saved yet")
    assert not Transfer.objects.exists()


def test_a_package_that_is_too_large_comes_back(
    client: Client, instructor: User, subject: Subject, path: Path, settings: Any
) -> None:
    settings.EDUCA_MAX_PACKAGE = 100

    response = upload(client, path)

    assertContains(response, "This package is too large: at most 100")
    assert not Transfer.objects.exists()


def test_who_has_several_under_way_waits(
    client: Client, instructor: User, subject: Subject, path: Path
) -> None:
    for _time in range(3):
        make_transfer(instructor)

    assertContains(upload(client, path), "You have several imports under way")
    assert Transfer.objects.count() == 3


@pytest.mark.parametrize("word", ["owner", "status", "course", "package", "report", "language"])
def test_a_form_says_nothing_of_anything_else(
    client: Client, instructor: User, subject: Subject, path: Path, word: str
) -> None:
    other = make_instructor()

    upload(client, path, **{word: other.pk} if word != "package" else {})

    transfer = Transfer.objects.get()
    assert (transfer.owner, transfer.status, transfer.course_id) == (instructor, "waiting", None)


def test_while_it_waits_the_page_says_so_and_comes_again(client: Client, instructor: User) -> None:
    page = client.get(page_of(make_transfer(instructor)))

    assertContains(page, "It waits for its turn")
    assertContains(page, '<noscript><meta http-equiv="refresh"')
    assert "Accept" in page.headers["Vary"]


def test_a_script_asks_for_the_progress(client: Client, instructor: User) -> None:
    transfer = make_transfer(instructor)
    claimed = Transfer.objects.claim()
    assert claimed
    claimed.renew(step="Reading", done=1, total=4)

    answer = client.get(page_of(transfer), headers=JSON)

    assert answer.json() == {
        "is_over": False,
        "step": "Reading",
        "percent": 25,
        "words": "Reading: 25 %",
    }


def test_what_waits_for_long_says_that_something_may_be_wrong(
    client: Client, instructor: User
) -> None:
    transfer = make_transfer(instructor)
    assertNotContains(client.get(page_of(transfer)), "does not run")
    Transfer.objects.update(created=timezone.now() - timedelta(hours=1))

    assertContains(client.get(page_of(transfer)), "does not run")


def test_a_refusal_is_told_with_its_reason(client: Client, instructor: User) -> None:
    transfer = make_transfer(
        instructor, status="refused", reason="<b>Why</b>", finished_at=timezone.now()
    )

    assertContains(client.get(page_of(transfer)), "&lt;b&gt;Why&lt;/b&gt;")


def test_a_report_of_thousands_of_things_is_one_page(
    client: Client, instructor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = {"type": "page", "status": "skipped", "reason": "why", "title": "<i>x</i>"}
    report = {"items": [row] * 5_000, "types": {"page": {"skipped": 5000}, "new": {"skipped": 1}},
              "totals": {"skipped": 5000}}  # fmt: skip
    transfer = make_transfer(instructor, status="done", report=report, finished_at=timezone.now())

    page = client.get(page_of(transfer))

    assertContains(page, "and 4,900 more")
    assert len(page.content) < 40_000


def test_nobody_sees_the_import_of_another(client: Client, instructor: User) -> None:
    theirs = make_transfer(make_instructor(), name="theirs.imscc")

    assert client.get(page_of(theirs)).status_code == 404
    assert client.get(page_of(theirs), headers=JSON).status_code == 404
    assert client.post(page_of(theirs)).status_code == 404
    assertNotContains(client.get(IMPORT), "theirs.imscc")


def test_an_administrator_reads_a_report_and_does_not_act(client: Client) -> None:
    theirs = make_transfer(
        status="failed",
        finished_at=timezone.now(),
        package=ContentFile(b"x", "a.imscc"),
        name="theirs.imscc",
    )
    client.force_login(make_admin())

    assertNotContains(client.get(page_of(theirs)), "Try again")
    assert client.post(page_of(theirs)).status_code == 404
    assertNotContains(client.get(IMPORT), "theirs.imscc")


def test_an_export_is_no_import(client: Client, instructor: User) -> None:
    export = done(make_course(owner=instructor), instructor)

    assert client.get(page_of(export)).status_code == 404


@pytest.mark.parametrize("key", ["0", "9" * 30])
@pytest.mark.parametrize("address", ["import/{}/", "{}/export/", "export/{}/package/"])
def test_a_number_that_is_no_key_is_not_found(
    client: Client, instructor: User, address: str, key: str
) -> None:
    assert client.get(f"/course/{address.format(key)}").status_code == 404


def test_an_instructor_exports_a_course(client: Client, instructor: User) -> None:
    course = make_course(owner=instructor)
    make_content(make_module(course))
    assertRedirects(client.post(export_page(course)), export_page(course))
    assertContains(client.get(export_page(course)), "It waits for its turn")
    work()

    export = Transfer.objects.get()
    address = reverse("course_export_package", args=[export.pk])
    assertContains(client.get(export_page(course)), address)
    answer = client.get(address)
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # it streams

    assert data[:4] == b"PK\x03\x04"
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{course.slug}.imscc"'
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_download_that_was_cut_off_goes_on(client: Client, instructor: User) -> None:
    export = done(make_course(owner=instructor), instructor)

    answer = client.get(
        reverse("course_export_package", args=[export.pk]), headers={"Range": "bytes=2-"}
    )

    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"tes")  # type: ignore[attr-defined]


def test_a_co_instructor_makes_packages_of_their_own(client: Client, instructor: User) -> None:
    course = make_course()
    course.co_instructors.add(instructor)
    theirs = done(course, course.owner)

    page = client.get(export_page(course))

    assert page.status_code == 200
    assertNotContains(page, reverse("course_export_package", args=[theirs.pk]))
    assert client.get(reverse("course_export_package", args=[theirs.pk])).status_code == 404


def test_a_stranger_exports_nothing(client: Client, instructor: User) -> None:
    course = make_course()
    export = done(course, course.owner)

    assert client.get(export_page(course)).status_code == 404
    assert client.get(export_page(course), headers=JSON).status_code == 404
    assert client.post(export_page(course)).status_code == 404
    assert client.get(reverse("course_export_package", args=[export.pk])).status_code == 404
    assert Transfer.objects.count() == 1


def test_who_can_t_change_the_course_any_more_loses_the_packages(
    client: Client, instructor: User
) -> None:
    course = make_course()
    course.co_instructors.add(instructor)
    address = reverse("course_export_package", args=[done(course, instructor).pk])
    assert b"".join(client.get(address).streaming_content) == b"bytes"  # type: ignore[attr-defined]

    course.co_instructors.clear()

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_no_instructor_any_more_is_told_so_everywhere(client: Client, method: str) -> None:
    user = make_instructor()
    course = make_course(owner=user)
    transfer, export = make_transfer(user), done(course, user)
    user.groups.clear()
    client.force_login(user)
    addresses = [IMPORT, page_of(transfer), export_page(course)]
    if method == "get":
        addresses.append(reverse("course_export_package", args=[export.pk]))

    answers = {getattr(client, method)(address, headers=JSON).status_code for address in addresses}

    assert answers == {403}


def test_a_student_is_no_instructor_and_a_visitor_signs_in(client: Client) -> None:
    assert client.get(IMPORT).status_code == 302
    client.force_login(make_user())

    assert client.get(IMPORT).status_code == 403


def test_a_package_whose_file_is_lost_is_not_found(client: Client, instructor: User) -> None:
    export = done(make_course(owner=instructor), instructor)
    export.package.storage.delete(export.package.name)

    assert client.get(reverse("course_export_package", args=[export.pk])).status_code == 404


def test_the_script_of_a_course_without_exports_is_told_so(
    client: Client, instructor: User
) -> None:
    assert client.get(export_page(make_course(owner=instructor)), headers=JSON).status_code == 404


def test_an_export_s_warnings_are_shown(client: Client, instructor: User) -> None:
    course = make_course(owner=instructor)
    done(course, instructor, report={"warnings": ["Something stays behind."]})
    done(course, instructor, package="", status="refused", reason="No longer yours.")

    page = client.get(export_page(course))

    assertContains(page, "Something stays behind.")
    assertContains(page, "No longer yours.")


def test_lists_cost_the_same_for_one_row_and_for_ten(
    client: Client, instructor: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    course = make_course(owner=instructor)
    for address, make in (
        (IMPORT, lambda: make_transfer(instructor, status="done", finished_at=timezone.now())),
        (export_page(course), lambda: done(course, instructor)),
    ):
        make()
        with django_assert_max_num_queries(50) as few:
            client.get(address)
        for _time in range(9):
            make()
        with django_assert_max_num_queries(len(few)):
            client.get(address)


def test_pages_that_are_read_write_nothing(client: Client, instructor: User) -> None:
    course = make_course(owner=instructor)
    transfer = make_transfer(instructor)
    before = list(Transfer.objects.values())

    for address in (IMPORT, page_of(transfer), export_page(course)):
        client.get(address)

    assert list(Transfer.objects.values()) == before


def test_a_form_needs_its_token(instructor: User, subject: Subject, path: Path) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(instructor)
    course = make_course(owner=instructor)
    looked = make_transfer(instructor, path, status="failed", finished_at=timezone.now())

    for address in (IMPORT, page_of(looked), export_page(course)):
        assert strict.post(address).status_code == 403

    assert Transfer.objects.count() == 1
