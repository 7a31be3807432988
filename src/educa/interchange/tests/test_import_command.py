"""`educa import`: what it prints, and how it ends."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import make_subject
from educa.interchange.management.commands.import_course import progress_bar
from educa.interchange.tests.factories import item, make_package, make_zip

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> User:
    make_subject(slug="physics")
    return make_instructor(username="marie")


def run(path: Path, *options: str, owner: str = "marie", subject: str = "physics") -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command(
        "import_course", str(path), "--owner", owner, "--subject", subject, *options, stdout=out
    )
    return out.getvalue()


def refusal(path: Path, **who: str) -> str:
    """The line with which the command refuses, with status 2."""
    with pytest.raises(CommandError) as caught:
        run(path, **who)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_course_comes_in_and_the_report_says_so(tmp_path: Path, owner: User) -> None:
    path = make_package(tmp_path, item("M", item("A", of="a.txt")), files={"a.txt": "a"})

    printed = run(path, "--publish")

    course = Course.objects.get(owner=owner, subject__slug="physics", status="published")
    assert f"is now the course “A course”: {course.get_absolute_url()}" in printed
    assert "1 module\n" in printed


def test_losses_end_with_status_3_after_the_report(tmp_path: Path, owner: User) -> None:
    path = make_package(tmp_path, files={"left.css": "x"})

    with pytest.raises(SystemExit) as ended:
        run(path)

    assert ended.value.code == 3
    assert Course.objects.exists()


def test_json_holds_every_item_and_the_totals(tmp_path: Path, owner: User) -> None:
    path = make_package(tmp_path, item("M", item("Café", of="a.txt")), files={"a.txt": "a"})

    report = json.loads(run(path, "--json"))

    assert report["course"]["slug"] == "a-course"
    assert report["totals"] == {"imported": 1, "simplified": 0, "kept as file": 0, "skipped": 0}
    assert report["types"] == {"file": {"imported": 1}}
    assert report["items"] == [
        {"identifier": "Café", "path": "a.txt", "title": "Café", "type": "file", "module": "M",
         "status": "imported", "became": "file", "reason": ""}
    ]  # fmt: skip
    assert len(report["sha256"]) == 64


def test_a_dry_run_says_what_would_come_in(tmp_path: Path, owner: User) -> None:
    printed = run(make_package(tmp_path), "--dry-run")

    assert "nothing was changed" in printed
    assert not Course.objects.exists()


def test_a_second_import_says_that_it_updated(tmp_path: Path, owner: User) -> None:
    path = make_package(tmp_path)
    run(path)

    assert "updated the course" in run(path)


def test_a_bad_package_is_refused_in_one_line(tmp_path: Path, owner: User) -> None:
    bad = make_zip(tmp_path / "bad.zip", {"a.txt": "x"})

    assert refusal(bad) == "bad.zip: This is not a Common Cartridge: it has no imsmanifest.xml."


def test_an_unknown_owner_is_refused_with_the_nearest_name(tmp_path: Path, owner: User) -> None:
    assert refusal(make_package(tmp_path), owner="maria") == (
        "--owner: There is no user maria. Did you mean marie?"
    )


def test_an_unknown_subject_is_refused_with_those_there_are(tmp_path: Path, owner: User) -> None:
    assert refusal(make_package(tmp_path), subject="alchemy").endswith("There are: physics.")


def test_an_owner_who_is_no_instructor_is_refused(tmp_path: Path, owner: User) -> None:
    make_user(username="student")

    assert refusal(make_package(tmp_path), owner="student").endswith("student is no instructor.")


def test_names_in_the_report_can_not_play_with_the_terminal(tmp_path: Path, owner: User) -> None:
    path = make_package(
        tmp_path, item("M", item("&#x9b;31m&#x202e;red", of="a.txt")), files={"a.txt": "a"}
    )

    printed = run(path, "--verbosity", "2")

    assert "red" in printed
    assert all(character.isprintable() or character == "\n" for character in printed)


def test_progress_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    show = progress_bar()
    for done in (1, 2, 3):
        show("Reading", done, 3)
    show("Writing", 1, 1)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Reading" in printed.err
    assert "\n" not in printed.err.rstrip()


def test_administrator_sees_where_a_course_came_from(
    tmp_path: Path, owner: User, client: Client
) -> None:
    run(make_package(tmp_path))
    client.force_login(make_admin())

    assertContains(client.get(reverse("admin:interchange_importedcourse_changelist")), "A course")
