"""Imports and exports in the background: who sees them, what becomes of them, and how they break off."""

import errno
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor
from educa.courses.models import Course, Subject
from educa.courses.tests.factories import make_content, make_course, make_module, make_subject
from educa.interchange.actions import (
    TooMany,
    ask_for_export,
    ask_for_import,
    carry_out,
    clean_up,
    go_on_with,
    transferring,
)
from educa.interchange.duties import carry_out_transfers
from educa.interchange.models import Transfer
from educa.interchange.progress import seen
from educa.interchange.tests.conftest import stored
from educa.interchange.tests.factories import item, make_package, make_transfer, pack, snapshot
from educa.lib.duties import Stopped, all_duties

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A package with one page."""
    return make_package(tmp_path, item("M", item("A", of="a.html")), files={"a.html": "<p>x</p>"})


@pytest.fixture
def subject() -> Subject:
    return make_subject()


def work() -> None:
    """What the duty does, with what comes after each commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        carry_out_transfers()


def ask(path: Path, subject: Subject | None, owner: User | None = None, **how: Any) -> Transfer:
    with path.open("rb") as file:
        return ask_for_import(
            owner=owner or make_instructor(), file=File(file, "my.imscc"), subject=subject, **how
        )


def expire(transfer: Transfer) -> None:
    """Let the time of its lease go by."""
    Transfer.objects.filter(pk=transfer.pk).update(lease_until=timezone.now() - HOUR)


def again(transfer: Transfer) -> Transfer:
    return Transfer.objects.get(pk=transfer.pk)


def failing_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*args: Any, **how: Any) -> None:
        raise error

    monkeypatch.setattr(transferring, "import_package", fail)


def test_the_duties_are_found() -> None:
    names = {duty.name.rpartition(".")[2] for duty in all_duties()}

    assert {"carry_out_transfers", "clean_up_transfers"} <= names


def test_an_import_makes_the_course_and_keeps_its_report(
    path: Path, subject: Subject, media: Path
) -> None:
    transfer = ask(path, subject)

    work()

    transfer = again(transfer)
    course = Course.objects.get()
    assert (transfer.status, transfer.course, transfer.name) == ("done", course, "my.imscc")
    assert (course.owner, course.subject) == (transfer.owner, subject)
    assert transfer.report["totals"]["imported"] == 1
    assert (transfer.finished_at is not None, transfer.lease_until) == (True, None)
    assert (bool(transfer.package), stored(media)) == (False, [])


def test_the_report_is_in_the_language_of_who_asked(path: Path, subject: Subject) -> None:
    transfer = ask(path, subject)
    Transfer.objects.update(language="ar-xb")

    work()

    assert again(transfer).status == "done"


def test_everybody_sees_their_own_transfers_and_administrators_see_all() -> None:
    mine, theirs = make_transfer(), make_transfer()

    assert list(Transfer.objects.of(mine.owner)) == [mine]
    assert set(Transfer.objects.of(make_admin())) == {mine, theirs}


def test_a_package_is_for_who_made_it_while_they_may_change_the_course() -> None:
    course = make_course()
    other = make_instructor()
    course.co_instructors.add(other)
    done = {"direction": "export", "course": course, "status": "done", "finished_at": timezone.now(),
            "package": ContentFile(b"x", "a.imscc")}  # fmt: skip
    mine = make_transfer(course.owner, **done)
    theirs = make_transfer(other, **done | {"package": ContentFile(b"y", "b.imscc")})

    assert list(Transfer.objects.to_download_by(course.owner)) == [mine]
    assert list(Transfer.objects.to_download_by(other)) == [theirs]
    assert not Transfer.objects.to_download_by(make_admin()).exists()
    course.co_instructors.remove(other)
    assert not Transfer.objects.to_download_by(other).exists()


def test_the_oldest_is_claimed_first_and_each_only_once() -> None:
    first, second = make_transfer(), make_transfer()
    Transfer.objects.filter(pk=first.pk).update(created=timezone.now() - HOUR)

    claimed = [Transfer.objects.claim() for _time in range(3)]

    assert claimed == [first, second, None]
    assert {transfer.status for transfer in Transfer.objects.all()} == {"running"}


def test_what_a_dead_process_had_is_claimed_when_its_lease_is_over() -> None:
    transfer = make_transfer()
    Transfer.objects.claim()
    assert Transfer.objects.claim() is None

    expire(transfer)
    claimed = Transfer.objects.claim()

    assert (claimed, again(transfer).attempts) == (transfer, 2)


def test_a_process_that_was_given_up_writes_nothing_any_more(path: Path, subject: Subject) -> None:
    transfer = ask(path, subject)
    slow = Transfer.objects.claim()
    expire(transfer)
    quick = Transfer.objects.claim()
    assert slow
    assert quick

    carry_out(slow)

    assert (again(transfer).status, Course.objects.count()) == ("running", 0)
    assert not slow.renew()
    carry_out(quick)
    assert (again(transfer).status, Course.objects.count()) == ("done", 1)


def test_what_breaks_off_is_tried_again_and_given_up_after_three_times(
    path: Path, subject: Subject, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    transfer = ask(path, subject)
    failing_with(monkeypatch, RuntimeError("a secret of the server"))

    states = []
    for _time in range(3):
        work()
        states.append((again(transfer).status, again(transfer).attempts))
        expire(transfer) if again(transfer).status == "running" else None

    transfer = again(transfer)
    assert states == [("running", 1), ("running", 2), ("failed", 3)]
    assert "Something went wrong on this site" in transfer.reason
    assert "secret" in caplog.text
    assert transfer.can_go_on


def test_what_kills_the_process_three_times_is_given_up(path: Path, subject: Subject) -> None:
    transfer = ask(path, subject)
    for _time in range(3):
        Transfer.objects.claim()
        expire(transfer)

    work()

    assert (again(transfer).status, Course.objects.exists()) == ("failed", False)


def test_what_failed_can_be_tried_again(
    path: Path, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = ask(path, subject)
    Transfer.objects.update(status="failed", finished_at=timezone.now(), attempts=3, reason="Why")

    assert go_on_with(again(transfer))
    work()

    transfer = again(transfer)
    assert (transfer.status, transfer.attempts, transfer.reason) == ("done", 1, "")
    assert not go_on_with(transfer)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"no zip", "not a whole zip archive"), (b"PK\x05\x06" + bytes(18), "not a Common Cartridge")],
)
def test_a_package_that_can_t_come_in_is_refused_at_once(
    tmp_path: Path, subject: Subject, media: Path, data: bytes, words: str
) -> None:
    broken = tmp_path / "a.imscc"
    broken.write_bytes(data)
    transfer = ask(broken, subject)

    work()

    transfer = again(transfer)
    assert (transfer.status, transfer.attempts) == ("refused", 1)
    assert words in transfer.reason
    assert stored(media) == []


def test_a_full_disk_is_no_reason_to_try_again(
    path: Path, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = ask(path, subject)
    failing_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))

    work()

    assert (again(transfer).status, again(transfer).reason) == (
        "refused",
        "There is no room left on this site.",
    )


def test_who_may_not_make_courses_any_more_imports_nothing(path: Path, subject: Subject) -> None:
    transfer = ask(path, subject)
    transfer.owner.groups.clear()

    work()

    assert (again(transfer).status, Course.objects.exists()) == ("refused", False)


def test_a_package_without_a_subject_that_is_here_is_refused(path: Path) -> None:
    transfer = ask(path, None)

    work()

    assert "names no subject" in again(transfer).reason


def test_a_lost_package_is_told(path: Path, subject: Subject) -> None:
    transfer = ask(path, subject)
    transfer.package.storage.delete(transfer.package.name)

    work()

    assert again(transfer).reason == "The package is gone. Upload it again."


def test_the_end_of_the_site_gives_it_back(
    path: Path, subject: Subject, monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    transfer = ask(path, subject)
    ends_at_writing(monkeypatch, Stopped())

    with pytest.raises(Stopped):
        work()

    transfer = again(transfer)
    assert (transfer.status, transfer.attempts, transfer.lease_until) == ("waiting", 0, None)
    assert not Course.objects.exists()


def ends_at_writing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Break off in the middle of the transaction."""
    as_before = transferring.Run.progress

    def progress(self: Any, step: str, done: int, total: int) -> None:
        if step == "Writing":
            raise error
        as_before(self, step, done, total)

    monkeypatch.setattr(transferring.Run, "progress", progress)


def test_a_break_off_in_the_middle_leaves_nothing_half(
    path: Path, subject: Subject, monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    transfer = ask(path, subject)
    ends_at_writing(monkeypatch, RuntimeError("gone"))

    work()

    assert not Course.objects.exists()
    assert stored(media) == [Path(transfer.package.name).name]


def test_a_course_that_is_made_is_told_in_the_same_moment(
    path: Path, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = ask(path, subject)

    def fail(self: Any, report: Any) -> None:
        raise RuntimeError("killed just then")

    monkeypatch.setattr(transferring.ImportRun, "ends", fail)

    work()

    assert (again(transfer).status, Course.objects.exists()) == ("running", False)


def test_a_look_changes_nothing_and_can_be_gone_on_with(
    path: Path, subject: Subject, media: Path
) -> None:
    transfer = ask(path, subject, is_look=True)

    work()

    looked = again(transfer)
    assert (looked.status, looked.course, Course.objects.exists()) == ("done", None, False)
    assert looked.report["totals"]["imported"] == 1
    assert go_on_with(looked)
    work()
    assert again(transfer).course == Course.objects.get()
    assert stored(media) == []


def test_nobody_fills_the_site_with_imports(path: Path, subject: Subject, media: Path) -> None:
    owner = make_instructor()
    for _time in range(transferring.MOST_UNDER_WAY):
        ask(path, subject, owner)

    with pytest.raises(TooMany):
        ask(path, subject, owner)

    assert ask(path, subject)
    assert len(stored(media)) == transferring.MOST_UNDER_WAY + 1


def test_an_export_is_a_package_that_imports_into_an_equal_course(media: Path) -> None:
    course = make_course()
    make_content(make_module(course))
    export = ask_for_export(owner=course.owner, course=course)
    work()
    export = again(export)
    assert (export.status, export.size, export.name) == (
        "done",
        export.package.size,
        f"{course.slug}.imscc",
    )

    with export.package.open() as file:
        ask_for_import(owner=course.owner, file=file, subject=None)
    work()

    copy = Course.objects.exclude(pk=course.pk).get()
    assert snapshot(copy) == snapshot(course)


def test_asking_twice_makes_one_package() -> None:
    course = make_course()

    first, second = (ask_for_export(owner=course.owner, course=course) for _time in range(2))

    assert first == second
    work()
    assert ask_for_export(owner=course.owner, course=course) != first


def test_only_the_newest_package_of_a_course_is_kept(media: Path) -> None:
    course, other = make_course(), make_course()
    exports = []
    for one in (course, other, course):
        exports.append(ask_for_export(owner=one.owner, course=one))
        work()

    assert [bool(again(export).package) for export in exports] == [False, True, True]
    assert len(stored(media)) == 2


def test_who_may_not_edit_the_course_any_more_gets_no_package(media: Path) -> None:
    course = make_course()
    export = ask_for_export(owner=course.owner, course=course)
    course.owner.groups.remove(Group.objects.get())

    work()

    assert (again(export).status, stored(media)) == ("refused", [])


def test_an_export_that_breaks_off_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    course = make_course()
    make_content(make_module(course))
    export = ask_for_export(owner=course.owner, course=course)

    def fail(*args: Any) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr("educa.interchange.packing.package.write_manifest", fail)

    work()

    assert (again(export).status, stored(media)) == ("running", [])


def test_a_course_that_goes_takes_its_packages_along(media: Path) -> None:
    course = make_course()
    ask_for_export(owner=course.owner, course=course)
    work()

    with TestCase.captureOnCommitCallbacks(execute=True):
        course.delete()

    assert not Transfer.objects.exists()
    assert stored(media) == []


def test_progress_is_seen_while_it_runs_and_not_afterwards() -> None:
    transfer = make_transfer()
    claimed = Transfer.objects.claim()
    assert claimed

    transferring.ImportRun(claimed).progress("Reading", 3, 4)

    assert (seen(again(transfer)).step, seen(again(transfer)).percent) == ("Reading", 75)
    Transfer.objects.update(status="waiting", lease_until=None)
    assert seen(again(transfer)).percent is None


def test_without_a_cache_the_progress_of_the_row_is_seen() -> None:
    transfer = make_transfer()
    claimed = Transfer.objects.claim()
    assert claimed
    claimed.renew(step="Reading", done=1, total=2)

    assert seen(again(transfer)).percent == 50


@pytest.mark.parametrize(
    ("fields", "age", "package", "row"),
    [
        ({"direction": "export", "status": "done"}, 6 * DAY, True, True),
        ({"direction": "export", "status": "done"}, 8 * DAY, False, True),
        ({"direction": "export", "status": "done"}, 31 * DAY, False, False),
        ({"status": "done", "is_look": True}, 23 * HOUR, True, True),
        ({"status": "done", "is_look": True}, 25 * HOUR, False, True),
        ({"status": "failed"}, 23 * HOUR, True, True),
        ({"status": "failed"}, 25 * HOUR, False, True),
        ({"status": "done"}, HOUR, False, True),
        ({"status": "refused"}, 31 * DAY, False, False),
        ({"status": "waiting"}, 6 * DAY, True, True),
        ({"status": "waiting"}, 8 * DAY, False, False),
        ({"status": "running"}, 8 * DAY, True, True),
    ],
)
def test_packages_and_reports_go_when_their_time_is_over(
    fields: dict[str, Any], age: timedelta, package: bool, row: bool
) -> None:
    then = timezone.now() - age
    if fields["status"] == "running":
        fields = fields | {"lease_until": timezone.now()}
    elif fields["status"] != "waiting":
        fields = fields | {"finished_at": then}
    if fields.get("direction") == "export":
        fields = fields | {"course": make_course()}
    transfer = make_transfer(package=ContentFile(b"x", "a.imscc"), **fields)
    Transfer.objects.update(created=then)

    clean_up()

    found = Transfer.objects.filter(pk=transfer.pk).first()
    assert (found is not None, bool(found and found.package)) == (row, package)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "running"},
        {"status": "waiting", "lease_until": timezone.now()},
        {"status": "done"},
        {"status": "waiting", "finished_at": timezone.now()},
        {"status": "unknown", "finished_at": timezone.now()},
        {"direction": "across"},
        {"direction": "export"},
    ],
)
def test_a_transfer_in_an_impossible_state_can_t_be_kept(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_transfer(**fields)


def test_packages_of_a_course_are_the_same_however_they_are_made(tmp_path: Path) -> None:
    course = make_course()
    make_content(make_module(course))
    export = ask_for_export(owner=course.owner, course=course)

    work()

    with again(export).package.open() as file:
        assert file.read() == pack(course, tmp_path).read_bytes()
