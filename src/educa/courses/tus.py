"""tus 1.0.0 (https://tus.io/protocols/resumable-upload), in which uploads come in parts: from headers to actions.

Views say who may, find the upload, and tell a Refusal in their own shape.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions import Elsewhere, TooMuch, begin_upload, receive
from educa.courses.models import Course, Upload
from educa.lib.parts import ALGORITHMS, Checksum, Garbled, InUse

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination,checksum"
PART = "application/offset+octet-stream"
GARBLED = 460  # the protocol's own status
STATUSES = {"ending": 415, "contents": 415, "size": 413, "quota": 413}  # of refused files; else 400
REFUSALS: dict[type[Exception], tuple[int, str, Any]] = {
    InUse: (423, "in_use", _("This file is being uploaded elsewhere just now.")),
    Elsewhere: (409, "offset", _("This part does not follow the one before.")),
    TooMuch: (413, "too_much", _("This is more than the file was said to be.")),
    Garbled: (GARBLED, "checksum", _("This part was damaged on its way.")),
}
NUMBER = re.compile(r"[0-9]{1,18}")


class Refusal(Exception):
    """Why a file or a part of it is not taken: a status, a code for programs, and words for people."""

    def __init__(self, status: int, code: str, words: Any) -> None:
        super().__init__(status, code, words)
        self.status, self.code, self.words = status, code, words


def refusal_of(error: ValidationError) -> Refusal:
    """Why a file is not taken, as the rules for files say it."""
    code = str(getattr(error, "code", None) or "invalid")
    return Refusal(STATUSES.get(code, 400), code, " ".join(error.messages))


def abilities() -> dict[str, str]:
    """The headers that say what may be asked for."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.EDUCA_MAX_UPLOAD),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def is_understood(request: HttpRequest) -> bool:
    """Whether the request is of the one version that is known; the question for abilities needs none."""
    return request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == VERSION


def take_override(request: HttpRequest) -> None:
    """Let a client whose line knows only GET and POST say what it means."""
    instead = request.headers.get("X-HTTP-Method-Override")
    if request.method == "POST" and instead:
        request.method = instead.upper()


def announce(headers: Mapping[str, str], *, course: Course, owner: User) -> Upload:
    """Expect the file that the headers tell of.

    Raises BadRequest for headers that tell of none, Refusal before a byte of it is sent, TooManyRequests.
    """
    size, name = number(headers, "Upload-Length"), file_name(headers)
    try:
        return begin_upload(course=course, owner=owner, name=name, size=size)
    except ValidationError as error:
        raise refusal_of(error) from None


def take_part(request: HttpRequest, upload: Upload) -> None:
    """Take the next part in. Raises BadRequest, Refusal, and Upload.DoesNotExist when it is gone."""
    headers = request.headers
    try:
        receive(
            upload=upload,
            offset=number(headers, "Upload-Offset"),
            length=int(headers.get("Content-Length") or 0),
            checksum=checksum(headers),
            source=request,
        )
    except FileNotFoundError:
        raise Upload.DoesNotExist from None
    except tuple(REFUSALS) as error:
        raise Refusal(*REFUSALS[type(error)]) from None
    except ValidationError as error:
        raise refusal_of(error) from None


def known_of(upload: Upload) -> dict[str, str]:
    """The headers that tell everything of an upload. Raises Upload.DoesNotExist when its bytes are gone."""
    try:
        state = state_of(upload, upload.offset)
    except FileNotFoundError:
        raise Upload.DoesNotExist from None
    known = {"Upload-Length": str(upload.size), "Upload-Metadata": metadata(upload.name)}
    return known | state


def state_of(upload: Upload, offset: int) -> dict[str, str]:
    """The headers that say how much is there, and how long it is kept."""
    return {
        "Upload-Offset": str(offset),
        "Upload-Expires": http_date(upload.ends_at.timestamp()),
    }


def number(headers: Mapping[str, str], name: str) -> int:
    """A number of bytes. Raises BadRequest when it is missing or no number."""
    value = headers.get(name, "")
    if not NUMBER.fullmatch(value):
        raise BadRequest(f"{name} has to be a number of bytes")
    return int(value)


def file_name(headers: Mapping[str, str]) -> str:
    """The name of the file, from Upload-Metadata. Raises BadRequest when it is missing or not UTF-8."""
    name = told(headers, "filename")
    if name is None:
        raise BadRequest("Upload-Metadata has to give the filename")
    return name


def told(headers: Mapping[str, str], key: str) -> str | None:
    """What Upload-Metadata says of `key`; None for nothing. Raises BadRequest for what is not UTF-8."""
    pairs = (pair.strip().partition(" ") for pair in headers.get("Upload-Metadata", "").split(","))
    values = {name: value.strip() for name, _space, value in pairs}
    try:
        return _bytes_of(values[key]).decode()
    except KeyError:
        return None
    except UnicodeDecodeError:
        raise BadRequest(f"Upload-Metadata has to give the {key} in UTF-8") from None


def metadata(name: str) -> str:
    """Upload-Metadata of a file with that name."""
    return f"filename {b64encode(name.encode()).decode()}"


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """What the part adds up to. Raises BadRequest for an algorithm that is not known."""
    value = headers.get("Upload-Checksum")
    if value is None:
        return None
    algorithm, _, digest = value.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadRequest(f"Upload-Checksum has to be by one of {', '.join(ALGORITHMS)}")
    return Checksum(algorithm, _bytes_of(digest))


def _bytes_of(value: str) -> bytes:
    try:
        return b64decode(value, validate=True)
    except ValueError:
        raise BadRequest("what is not Base64 can't be read") from None
