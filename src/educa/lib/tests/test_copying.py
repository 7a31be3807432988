"""Copies of stored files: on one disk another name for the same bytes, elsewhere other bytes."""

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import models, transaction
from django.test.utils import isolate_apps

from educa.lib.copying import copies_of, copy_rows, names_of_copies
from educa.lib.files import StoredFileField
from educa.lib.storage import PrivateStorage, another_name

pytestmark = pytest.mark.once

YESTERDAY = 86_400


@pytest.fixture
def storage(tmp_path):
    return PrivateStorage(tmp_path)


def test_copy_has_the_same_bytes_and_outlives_the_original(storage):
    name = storage.save("file/a.txt", ContentFile(b"all of it"))

    storage.copy_all({name: "file/b.txt"})
    storage.delete(name)

    with storage.open("file/b.txt") as file:
        assert file.read() == b"all of it"


def test_copy_on_the_same_disk_takes_no_room(storage, tmp_path):
    storage.save("file/a.txt", ContentFile(b"all of it"))

    storage.copy_all({"file/a.txt": "video/b.txt"})

    assert (tmp_path / "file/a.txt").samefile(tmp_path / "video/b.txt")


def test_copy_of_an_old_file_is_new_to_the_sweeper(storage, tmp_path):
    path = Path(storage.path(storage.save("file/a.txt", ContentFile(b"a"))))
    made = path.stat().st_mtime
    os.utime(path, (made - YESTERDAY, made - YESTERDAY))

    storage.copy_all({"file/a.txt": "file/b.txt"})

    assert (tmp_path / "file/b.txt").stat().st_mtime >= made


@pytest.mark.parametrize("reason", [errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP])
def test_where_nothing_can_be_linked_the_bytes_are_copied(storage, tmp_path, monkeypatch, reason):
    def refuse(*_paths):
        raise OSError(reason, "no")

    storage.save("file/a.txt", ContentFile(b"all of it"))
    monkeypatch.setattr(os, "link", refuse)

    storage.copy_all({"file/a.txt": "file/b.txt"})

    copy = tmp_path / "file/b.txt"
    assert copy.read_bytes() == b"all of it"
    assert not copy.samefile(tmp_path / "file/a.txt")


def test_file_that_is_not_there_is_left_out(storage, tmp_path):
    storage.save("file/a.txt", ContentFile(b"a"))

    storage.copy_all({"file/none.txt": "file/b.txt", "file/a.txt": "file/c.txt"})

    assert sorted(path.name for path in (tmp_path / "file").iterdir()) == ["a.txt", "c.txt"]


def test_nothing_takes_the_place_of_a_file_that_is_there(storage, tmp_path):
    for name in ("a", "b"):
        storage.save(f"{name}.txt", ContentFile(name.encode()))

    with pytest.raises(FileExistsError):
        storage.copy_all({"a.txt": "b.txt"})

    assert (tmp_path / "b.txt").read_bytes() == b"b"


def test_name_of_a_copy_says_the_same_and_can_not_be_guessed():
    name = another_name("image/00112233445566778899aabbccddeeff.1600x900.jpg")

    assert re.fullmatch(r"image/[0-9a-f]{32}\.1600x900\.jpg", name)
    assert name != another_name(name)


@pytest.fixture
def score():
    """A model of somebody else, with a file in memory, beside one that lives elsewhere."""
    memory = InMemoryStorage()
    with isolate_apps("educa.lib"):

        class Score(models.Model):
            title = models.CharField(max_length=50)
            code = models.CharField(max_length=50, unique=True, default="new")
            file = StoredFileField(upload_to="score", storage=memory, blank=True)
            sound = models.FileField(upload_to="sound", storage=memory, blank=True)

            class Meta:
                app_label = "lib"

            def __str__(self):
                return self.title

    return Score


def stored(storage):
    return {
        f"{folder}/{name}"
        for folder in storage.listdir("")[0]
        for name in storage.listdir(folder)[1]
    }


@pytest.mark.django_db
def test_any_row_is_copied_with_its_files_whatever_the_storage(score):
    storage = score.file.field.storage
    row = score(title="Waves", code="w1")
    row.file, row.sound = (
        storage.save(name, ContentFile(b"a")) for name in ("score/a.pdf", "sound/a.mp3")
    )

    (copy,) = copies_of([row], lambda _row: {"title": "Tides"})

    assert (copy.pk, copy.title, copy.code) == (None, "Tides", "new")
    assert stored(storage) == {"score/a.pdf", "sound/a.mp3", copy.file.name, copy.sound.name}
    assert names_of_copies([row], [copy]) == {
        "score/a.pdf": copy.file.name,
        "sound/a.mp3": copy.sound.name,
    }


@pytest.mark.django_db
def test_no_file_is_copied_where_there_is_none(score):
    (copy,) = copies_of([score(title="Waves")], lambda _row: {})

    assert (copy.file.name, stored(score.file.field.storage)) == ("", set())


def test_copy_of_nothing_is_nothing():
    assert copy_rows([], lambda _row: {}) == []


class Interrupted(Exception):
    """What happens in the middle of a step."""


@pytest.mark.django_db(transaction=True)
def test_files_of_copies_go_without_the_commit(score):
    storage = score.file.field.storage
    row = score(title="Waves", file=storage.save("score/a.pdf", ContentFile(b"a")))

    with suppress(Interrupted), transaction.atomic():
        copies_of([row], lambda _row: {})
        raise Interrupted

    assert stored(storage) == {"score/a.pdf"}
