"""Files that arrive in parts."""

import errno
import hashlib
from io import BytesIO

import pytest

from educa.lib.parts import BLOCK, Checksum, Garbled, InUse, WholeFile, append, held
from educa.lib.storage import PrivateStorage

pytestmark = pytest.mark.once


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "film.part"
    path.write_bytes(b"one")
    return path


class Cut:
    """A line that breaks after the first block."""

    def __init__(self):
        self.blocks = [b"two"]

    def read(self, size):
        if not self.blocks:
            raise ConnectionResetError
        return self.blocks.pop()


class FullDisk(BytesIO):
    """A file on a disk with room for four bytes more."""

    def write(self, data):
        if self.tell() >= 7:
            raise OSError(errno.ENOSPC, "full")
        return super().write(bytes(data)[: 7 - self.tell()])


def test_a_part_stands_behind_what_was_there(path):
    with held(path) as file:
        length = append(file, BytesIO(b"two"), offset=3)

    assert length == 6
    assert path.read_bytes() == b"onetwo"


def test_a_long_part_comes_in_blocks(path):
    part = bytes(range(256)) * (BLOCK // 128)

    with held(path) as file:
        append(file, BytesIO(part), offset=3)

    assert path.read_bytes() == b"one" + part


def test_what_a_crash_left_behind_the_offset_is_cut_off(path):
    path.write_bytes(b"one and half of tw")

    with held(path) as file:
        append(file, BytesIO(b"two"), offset=3)

    assert path.read_bytes() == b"onetwo"


def test_a_part_that_breaks_off_leaves_nothing(path):
    with held(path) as file, pytest.raises(ConnectionResetError):
        append(file, Cut(), offset=3)

    assert path.read_bytes() == b"one"


def test_a_part_that_does_not_fit_on_the_disk_leaves_nothing():
    disk = FullDisk(b"one")

    with pytest.raises(OSError, match="full"):
        append(disk, BytesIO(b"much too much"), offset=3)

    assert disk.getvalue() == b"one"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_part_that_adds_up_is_kept(path, algorithm):
    digest = hashlib.new(algorithm, b"two").digest()

    with held(path) as file:
        append(file, BytesIO(b"two"), offset=3, checksum=Checksum(algorithm, digest))

    assert path.read_bytes() == b"onetwo"


def test_a_garbled_part_is_cut_off_again(path):
    checksum = Checksum("sha256", hashlib.sha256(b"two").digest())

    with held(path) as file, pytest.raises(Garbled):
        append(file, BytesIO(b"tvo"), offset=3, checksum=checksum)

    assert path.read_bytes() == b"one"


def test_only_one_writes_at_a_time(path):
    with held(path), pytest.raises(InUse), held(path):
        pass

    with held(path) as file:
        assert append(file, BytesIO(b""), offset=3) == 3


def test_a_whole_file_is_stored_without_a_copy(path, tmp_path):
    with WholeFile(path, "film.mp4") as file:
        name = PrivateStorage(tmp_path / "media").save("video/a.mp4", file)

    stored = tmp_path / "media" / name
    assert stored.samefile(path)
    assert [entry.name for entry in stored.parent.iterdir()] == ["a.mp4"]


def test_a_whole_file_is_copied_where_it_can_not_be_linked(path, tmp_path, monkeypatch):
    def refuse(*paths):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr("os.link", refuse)
    with WholeFile(path, "film.mp4") as file:
        name = PrivateStorage(tmp_path / "media").save("video/a.mp4", file)

    stored = tmp_path / "media" / name
    assert stored.read_bytes() == b"one"
    assert not stored.samefile(path)
