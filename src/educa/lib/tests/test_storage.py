"""Files on the disk: whole or not at all."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile

from educa.lib.storage import PrivateStorage

pytestmark = pytest.mark.once


class Interrupted(Exception):
    """What happens in the middle of an upload."""


class Broken(ContentFile[bytes]):
    """A file whose second part never comes."""

    def chunks(self, chunk_size=None):
        yield b"first part"
        raise Interrupted


def test_file_is_kept_byte_by_byte(tmp_path):
    storage = PrivateStorage(tmp_path)

    name = storage.save("file/a.txt", ContentFile(b"all of it"))

    assert (tmp_path / name).read_bytes() == b"all of it"


def test_big_upload_is_kept(tmp_path):
    upload = TemporaryUploadedFile("a.bin", "application/octet-stream", 3, None)
    upload.write(b"abc")
    upload.seek(0)

    name = PrivateStorage(tmp_path).save("file/a.bin", upload)

    assert (tmp_path / name).read_bytes() == b"abc"
    upload.close()


def test_interrupted_file_leaves_nothing(tmp_path):
    with pytest.raises(Interrupted):
        PrivateStorage(tmp_path).save("file/a.txt", Broken(b""))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_file_is_not_for_everybody_on_the_machine(tmp_path):
    storage = PrivateStorage(tmp_path, file_permissions_mode=0o640)

    name = storage.save("a.txt", ContentFile(b"x"))

    assert (tmp_path / name).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt"])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    with pytest.raises(SuspiciousOperation):
        PrivateStorage(tmp_path / "media").save(name, ContentFile(b"x"))

    assert not (tmp_path / "out.txt").exists()
