"""The command that removes what a crash left behind."""

import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import begin_upload
from educa.courses.models import Image
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_course,
    make_file,
    make_image,
    picture,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.EDUCA_UPLOAD_DIR = tmp_path.with_name(f"{tmp_path.name}-uploads")
    return tmp_path


def lost(media: Path, name: str, hours: float = 48) -> Path:
    """A file that no row names, last changed so many hours ago."""
    path = media / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"lost")
    changed = time.time() - hours * 3600
    os.utime(path, (changed, changed))
    return path


def age(media: Path) -> None:
    for path in media.rglob("*"):
        os.utime(path, (0, 0))


def test_unfinished_and_unnamed_files_go(media, capsys):
    paths = [lost(media, "file/a.pdf"), lost(media, "video/b.mp4.part"), lost(media, "c.txt")]

    call_command("sweep_media")

    assert not any(path.exists() for path in paths)
    assert capsys.readouterr().out.splitlines() == [
        "removed c.txt",
        "removed file/a.pdf",
        "removed video/b.mp4.part",
        "3 files, 12 bytes",
    ]


def test_files_of_rows_stay(media):
    make_file()
    make_image()
    make_attachment()
    make_captions()
    make_course(cover=ContentFile(picture(), "cover.png"))
    age(media)
    before = sorted(media.rglob("*"))

    call_command("sweep_media")

    assert sorted(media.rglob("*")) == before


def test_files_of_today_stay(media):
    path = lost(media, "file/a.pdf", hours=23)

    call_command("sweep_media")

    assert path.exists()


def test_age_can_be_chosen(media):
    path = lost(media, "file/a.pdf", hours=2)

    call_command("sweep_media", older_than=1)

    assert not path.exists()


def test_dry_run_only_says_what_would_go(media, capsys):
    path = lost(media, "file/a.pdf")

    call_command("sweep_media", dry_run=True)

    assert path.exists()
    assert "would remove file/a.pdf" in capsys.readouterr().out


def test_links_out_of_the_folder_are_left_alone(media, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "kept"
    elsewhere.write_text("kept")
    (media / "link").symlink_to(elsewhere)
    (media / "folder").symlink_to(elsewhere.parent)

    call_command("sweep_media", older_than=0)

    assert elsewhere.exists()


def test_folder_that_does_not_exist_yet_is_clean(settings, tmp_path, capsys):
    settings.MEDIA_ROOT = settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "none"

    call_command("sweep_media")

    assert capsys.readouterr().out == "0 files, 0 bytes\n"


@pytest.mark.parametrize("hours", ["-1", "nan", "inf", "soon"])
def test_hours_that_make_no_sense_are_refused(hours):
    with pytest.raises(CommandError):
        call_command("sweep_media", "--older-than", hours)


def test_uploads_that_a_kill_cut_off_go(media, settings, tmp_path_factory, capsys):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path_factory.mktemp("data") / "tmp"
    old = lost(settings.FILE_UPLOAD_TEMP_DIR, "a.upload")
    arriving = lost(settings.FILE_UPLOAD_TEMP_DIR, "b.upload", hours=1)

    call_command("sweep_media")

    assert not old.exists()
    assert arriving.exists()
    assert capsys.readouterr().out == "removed tmp/a.upload\n1 files, 4 bytes\n"


def test_smaller_ones_of_a_picture_stay_with_its_row(media):
    image = make_image(data=picture("JPEG", width=1000, height=500))
    extra = lost(media, f"{image.file.name}.w1600.webp")
    age(media)

    call_command("sweep_media")

    assert not extra.exists()
    assert len(list(media.glob("image/*"))) == 3


def test_smaller_ones_go_when_the_row_is_gone(media):
    image = make_image(data=picture("JPEG", width=1000, height=500))
    Image.objects.filter(pk=image.pk)._raw_delete("default")
    age(media)

    call_command("sweep_media")

    assert not list(media.glob("image/*"))


def test_parts_of_an_upload_stay_and_those_without_one_go(media, settings, capsys):
    settings.EDUCA_UPLOAD_DIR.mkdir()
    owner = make_instructor()
    course = make_course(owner=owner)
    upload = begin_upload(course=course, owner=owner, name="film.mp4", size=10)
    os.utime(upload.path, (0, 0))
    left = lost(settings.EDUCA_UPLOAD_DIR, "0b7e.part")

    call_command("sweep_media")

    assert upload.path.exists()
    assert not left.exists()
    assert capsys.readouterr().out.endswith("/0b7e.part\n1 files, 4 bytes\n")
