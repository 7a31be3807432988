"""`educa export`: what it writes and prints, and how it ends."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from educa.courses.actions import trash_course
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.interchange.tests.factories import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    course = make_course(title="Waves")
    make_content(make_module(course))
    return course


def export(name: object, path: Path, *options: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("export_course", str(name), str(path), *options, stdout=out)
    return out.getvalue()


def refusal(name: object, path: Path) -> str:
    """The line with which the command refuses, with status 2."""
    with pytest.raises(CommandError) as caught:
        export(name, path)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_package_imports_again_into_an_equal_course(tmp_path: Path, course: Course) -> None:
    path = tmp_path / "a.imscc"

    printed = export("waves", path)
    call_command("import_course", str(path), "--owner", course.owner.username, stdout=io.StringIO())

    assert printed.startswith(f"{path}: 1 contents, ")
    assert snapshot(Course.objects.exclude(pk=course.pk).get()) == snapshot(course)


def test_in_a_folder_the_file_is_named_for_the_course(tmp_path: Path, course: Course) -> None:
    export(course.pk, tmp_path)

    assert [path.name for path in tmp_path.glob("*.*")] == ["waves.imscc"]


def test_a_file_is_overwritten_only_when_that_is_wanted(tmp_path: Path, course: Course) -> None:
    path = tmp_path / "a.imscc"
    path.write_text("mine")

    assert refusal("waves", path) == f"{path}: is there already; --force overwrites it"
    assert path.read_text() == "mine"
    export("waves", path, "--force")
    assert path.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("name", ["wave", "0", "9" * 30, "-1", "²"])
def test_a_course_that_is_not_there_is_refused(tmp_path: Path, course: Course, name: str) -> None:
    assert refusal(name, tmp_path / "a.imscc") == f"{name}: there is no such course"


def test_a_course_in_the_trash_is_not_there(tmp_path: Path, course: Course) -> None:
    trash_course(course=course, by=course.owner)

    assert "there is no such course" in refusal("waves", tmp_path)


def test_what_can_t_be_written_is_refused_and_leaves_nothing(
    tmp_path: Path, course: Course
) -> None:
    assert "No such file or directory" in refusal("waves", tmp_path / "nowhere" / "a.imscc")


def test_a_lost_file_is_noted(tmp_path: Path, course: Course) -> None:
    lost = make_content(make_module(course), "file", title="Lost").item
    lost.file.storage.delete(lost.file.name)

    assert "Note: “Lost” stays behind: its file is lost." in export("waves", tmp_path)
