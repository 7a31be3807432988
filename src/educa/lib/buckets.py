"""Uploaded bytes in a bucket of an object store that speaks S3; needs `django-storages[s3]`."""

import errno
import io
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

BLOCK = 2**20  # bytes of a stored file that are fetched at a time
COPIES_AT_ONCE = 8
# A part is copied well within the time that an answer may take.
IN_PARTS = TransferConfig(
    multipart_threshold=2**28, multipart_chunksize=2**28, use_threads=False, max_concurrency=1
)


@contextmanager
def failing_like_a_disk(bucket: str) -> Iterator[None]:
    """Raises OSError for what the store or the way to it does, as storage on a disk would."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(errno.EIO, " ".join(str(error).split()), bucket) from error


class BucketStorage(S3Storage):  # type: ignore[misc]  # the package has no types
    """Private objects, read in parts: whoever seeks in a film does not fetch all of it.

    Nothing here is served by its address: see `educa.courses.media`. Names are random, so that no
    name has to be looked up before a write.
    """

    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            # Should the bucket ever be opened by mistake, no browser would run what is in it.
            "object_parameters": {"ContentType": "application/octet-stream"},
            "client_config": Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 3},
                # Many stores that speak S3 know nothing of checksums in trailers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }

    def _save(self, name: str, content: File[Any]) -> str:
        with failing_like_a_disk(self.bucket_name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with failing_like_a_disk(self.bucket_name):
            super().delete(name)

    def copy_all(self, names: Mapping[str, str]) -> None:
        """Let the store copy each stored name to a new one; names that are not there are left out."""
        client = self.bucket.meta.client  # one for all threads, which a bucket could not be

        def copy(name: str, target: str) -> None:
            source = {"Bucket": self.bucket_name, "Key": self._key(name)}
            options = {"ExtraArgs": self.get_object_parameters(target), "Config": IN_PARTS}
            try:
                client.copy(source, self.bucket_name, self._key(target), **options)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.NOT_FOUND:
                    raise

        with failing_like_a_disk(self.bucket_name), ThreadPoolExecutor(COPIES_AT_ONCE) as threads:
            for _ in threads.map(copy, names, names.values()):
                pass

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))

    def size(self, name: str) -> int:
        """Raises FileNotFoundError for a name that is not there."""
        with failing_like_a_disk(self.bucket_name):
            return int(super().size(name))

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Raises FileNotFoundError for a name that is not there, ValueError for another mode."""
        if mode != "rb":
            raise ValueError("a stored file can only be read")
        return File(io.BufferedReader(_Object(self, name), BLOCK), name)


class _Object(io.RawIOBase):
    """The bytes of one object, each part fetched when it is asked for."""

    def __init__(self, storage: BucketStorage, name: str) -> None:
        self._size = storage.size(name)
        self._bucket = storage.bucket_name
        self._object = storage.bucket.Object(name)
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        last = min(self._place + len(buffer), self._size) - 1
        if last < self._place:
            return 0
        with failing_like_a_disk(self._bucket):
            part = self._object.get(Range=f"bytes={self._place}-{last}")["Body"].read()
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)
