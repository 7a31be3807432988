"""The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload), in which uploads come in parts."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping

from django.core.exceptions import BadRequest

from educa.lib.parts import ALGORITHMS, Checksum

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination,checksum"
PART = "application/offset+octet-stream"
GARBLED = 460  # the protocol's own status
NUMBER = re.compile(r"[0-9]{1,18}")


def number(headers: Mapping[str, str], name: str) -> int:
    """A number of bytes. Raises BadRequest when it is missing or no number."""
    value = headers.get(name, "")
    if not NUMBER.fullmatch(value):
        raise BadRequest(f"{name} has to be a number of bytes")
    return int(value)


def file_name(headers: Mapping[str, str]) -> str:
    """The name of the file, from Upload-Metadata. Raises BadRequest when it is missing or not UTF-8."""
    pairs = (pair.partition(" ") for pair in headers.get("Upload-Metadata", "").split(","))
    values = {key.strip(): value.strip() for key, _, value in pairs}
    try:
        return _bytes_of(values["filename"]).decode()
    except (KeyError, UnicodeDecodeError):
        raise BadRequest("Upload-Metadata has to give the filename") from None


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
