"""Files in a bucket, on a server that speaks S3."""

import socket
from io import BytesIO

import boto3
import PIL.Image
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.test.utils import isolate_apps
from moto.server import ThreadedMotoServer

from educa.lib import buckets
from educa.lib.buckets import BucketStorage
from educa.lib.pictures import PictureField
from educa.lib.ranges import file_response
from educa.lib.storage import random_name

pytestmark = [
    pytest.mark.once,
    # boto3 and the server that stands in for a store still call what Python has given up
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

BYTES = bytes(range(256)) * 16 * 1024  # 4 MiB, every place in it can be told from its neighbors


@pytest.fixture(scope="module")
def server():
    """The address of a server with an empty bucket named `educa`."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="KEY",
        aws_secret_access_key="SECRET",
    )
    client.create_bucket(Bucket="educa")
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def storage(server):
    """A storage in that bucket, with the options that the settings give it."""
    return BucketStorage(
        bucket_name="educa",
        endpoint_url=f"http://{server}",
        region_name="us-east-1",
        access_key="KEY",
        secret_key="SECRET",
    )


@pytest.fixture
def film(storage):
    """The name of a stored file."""
    return storage.save(random_name("video", "film.mp4"), ContentFile(BYTES))


def test_a_stored_file_comes_back_whole(storage, film):
    assert storage.size(film) == len(BYTES)
    with storage.open(film) as file:
        assert file.read() == BYTES


def test_a_part_can_be_read_from_anywhere(storage, film):
    with storage.open(film) as file:
        file.seek(3_000_000)
        part = file.read(1000)
        file.seek(-10, 2)
        end = file.read()

    assert part == BYTES[3_000_000:3_001_000]
    assert end == BYTES[-10:]


def test_whoever_seeks_gets_the_part_that_was_asked_for(storage, film, rf):
    request = rf.get("/", headers={"Range": "bytes=1000000-1000099"})

    response = file_response(request, storage.open(film), storage.size(film), "video/mp4", "tag")

    assert response.status_code == 206
    assert b"".join(response) == BYTES[1_000_000:1_000_100]


def test_the_store_itself_copies_a_file(storage, film):
    storage.copy_all({film: "video/copy.mp4", "video/none.mp4": "video/no-copy.mp4"})

    with storage.open("video/copy.mp4") as file:
        assert file.read() == BYTES
    assert storage.bucket.Object("video/copy.mp4").content_type == "application/octet-stream"
    assert not storage.exists("video/no-copy.mp4")


def test_a_large_file_is_copied_in_parts(storage, film, monkeypatch):
    parts = TransferConfig(multipart_threshold=2**20, use_threads=False)
    monkeypatch.setattr(buckets, "IN_PARTS", parts)

    storage.copy_all({film: "video/large.mp4"})

    assert storage.size("video/large.mp4") == len(BYTES)
    assert storage.bucket.Object("video/large.mp4").content_type == "application/octet-stream"


def test_a_file_that_is_gone_is_a_file_not_found(storage):
    with pytest.raises(FileNotFoundError):
        storage.open("video/none.mp4")
    with pytest.raises(FileNotFoundError):
        storage.size("video/none.mp4")


@pytest.fixture
def unreachable():
    """A storage on a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield BucketStorage(
            bucket_name="educa",
            endpoint_url=f"http://127.0.0.1:{taken.getsockname()[1]}",
            region_name="us-east-1",
            access_key="KEY",
            secret_key="SECRET",
            client_config=Config(retries={"total_max_attempts": 1}),
        )


def test_a_store_that_does_not_answer_fails_like_a_disk(unreachable):
    with pytest.raises(OSError, match=r"Could not connect .*: 'educa'"):
        unreachable.save("video/film.mp4", ContentFile(b"film"))
    with pytest.raises(OSError, match="Could not connect"):
        unreachable.size("video/film.mp4")
    with pytest.raises(OSError, match="Could not connect"):
        unreachable.delete("video/film.mp4")
    with pytest.raises(OSError, match="Could not connect"):
        unreachable.copy_all({"video/film.mp4": "video/copy.mp4"})


def test_a_store_that_refuses_fails_like_a_disk(storage):
    storage.bucket_name = "nobodys"

    with pytest.raises(OSError, match="NoSuchBucket"):
        storage.save("video/film.mp4", ContentFile(b"film"))


def test_a_deleted_file_is_gone_and_deleting_twice_is_no_error(storage, film):
    storage.delete(film)
    storage.delete(film)

    assert not storage.exists(film)


def test_what_is_stored_is_never_served_as_a_page(storage):
    name = storage.save(random_name("attachment", "page.html"), ContentFile(b"<h1>hi</h1>"))

    assert storage.bucket.Object(name).content_type == "application/octet-stream"


def test_an_open_file_can_only_be_read(storage, film):
    with pytest.raises(ValueError, match="only be read"):
        storage.open(film, "wb")


def poster_name(poster: models.Model, name: str) -> str:
    return random_name("poster", name)


@pytest.fixture
def poster(storage):
    """A row that waits to be saved, with a picture that is wide enough for a smaller one."""
    with isolate_apps("educa.lib"):

        class Poster(models.Model):
            file = PictureField(upload_to=poster_name, storage=storage)

            class Meta:
                app_label = "lib"

            def __str__(self) -> str:
                return str(self.file.name)

    picture = BytesIO()
    PIL.Image.new("RGB", (600, 300)).save(picture, "PNG")
    return Poster(file=ContentFile(picture.getvalue(), "poster.png"))


@pytest.mark.django_db(transaction=True)
def test_smaller_ones_of_a_picture_are_stored_and_deleted_with_it(storage, poster):
    field = poster._meta.get_field("file")

    with transaction.atomic():
        name = field.pre_save(poster, add=True).name
    written = [storage.exists(each) for each in field.names_of(name)]
    models.signals.post_delete.send(type(poster), instance=poster, using="default")

    assert written == [True, True]
    assert not any(storage.exists(each) for each in field.names_of(name))


@pytest.mark.django_db(transaction=True)
def test_smaller_ones_are_gone_from_the_bucket_after_a_rollback(storage, poster):
    field = poster._meta.get_field("file")

    with transaction.atomic():
        names = field.names_of(field.pre_save(poster, add=True).name)
        transaction.set_rollback(True)

    assert len(names) == 2
    assert not any(storage.exists(name) for name in names)
