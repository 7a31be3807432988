"""Somebody's script that uploads files in parts."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from educa.accounts.models import User
from educa.courses.models import Course, Module, Upload
from educa.courses.tests.factories import PDF


class Uploader:
    """Speaks tus with the site, signed in as somebody."""

    def __init__(self, user: User, client: Client | None = None) -> None:
        self.user = user
        self.client = client or Client()
        self.client.force_login(user)

    def ask(self, method: str, path: str, data: bytes = b"", **headers: Any) -> Any:
        names = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        content_type = names.pop("Content-Type", "application/offset+octet-stream")
        return self.client.generic(
            method, path, data, content_type, headers={"Tus-Resumable": "1.0.0", **names}
        )

    def announce(self, course: Course, size: int, name: str = "Paper.pdf") -> Any:
        """Say that a file is to come."""
        metadata = f"filename {b64encode(name.encode()).decode()},filetype YQ=="
        path = reverse("upload_create", args=[course.pk])
        return self.ask("POST", path, Upload_Length=size, Upload_Metadata=metadata)

    def send(self, path: str, data: bytes, offset: int = 0, **headers: Any) -> Any:
        """Send one part."""
        return self.ask("PATCH", path, data, Upload_Offset=offset, **headers)

    def look(self, path: str) -> Any:
        """Ask how much is there."""
        return self.ask("HEAD", path)

    def upload(self, course: Course, data: bytes = PDF, name: str = "Paper.pdf") -> Upload:
        """A whole upload."""
        path = self.announce(course, len(data), name).headers["Location"]
        assert self.send(path, data).status_code == 204
        return Upload.objects.get(pk=path.split("/")[-2])

    def add(self, module: Module, upload: Upload, **values: Any) -> HttpResponse:
        """Make it a content of the module."""
        path = reverse("content_from_upload", args=[module.pk])
        values = {"upload": str(upload.pk), **values}
        return self.client.post(path, values, headers={"Accept": "application/json"})


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    """What Upload-Checksum says of these bytes."""
    return f"{algorithm} {b64encode(sha256(data).digest()).decode()}"


def words_of(response: HttpResponse) -> str:
    """Why it was refused."""
    return str(response.json()["errors"]["__all__"][0])  # type: ignore[attr-defined]
