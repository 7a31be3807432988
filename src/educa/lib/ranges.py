"""Parts of a file over HTTP (RFC 9110, section 14): what a player asks for when somebody seeks."""

import re
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


def file_response(
    request: HttpRequest, file: IO[bytes], size: int, media_type: str, etag: str
) -> HttpResponseBase:
    """The file, or the one range of it that was asked for; 304 for who has it, 416 outside of it.

    `size` is in bytes. Several ranges at once are answered with the whole file, as the RFC allows;
    so is one that ends before it begins, and any with another method than GET, as it demands.
    """
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{etag}"'}
    if _is_known(request.headers.get("If-None-Match", ""), etag):
        file.close()
        return _without_body(304, headers)
    wanted = request.headers.get("Range", "") if request.method == "GET" else ""
    if request.headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        wanted = ""
    match = re.fullmatch(r"(?i:bytes)=(\d{0,18})-(\d{0,18})", wanted.replace(" ", ""))
    if match is None or not _is_range(match[1], match[2]):
        response: HttpResponseBase = FileResponse(file, content_type=media_type, headers=headers)
        response.headers["Content-Length"] = str(size)
        return response
    first, last = _bounds(match[1], match[2], size)
    if first > last or first >= size:
        file.close()
        return _without_body(416, {**headers, "Content-Range": f"bytes */{size}"})
    length = last - first + 1
    file.seek(first)
    part = FileResponse(_Part(file, length), status=206, content_type=media_type, headers=headers)
    part.headers["Content-Length"] = str(length)
    part.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return part


def _without_body(status: int, headers: dict[str, str]) -> HttpResponse:
    response = HttpResponse(status=status, headers=headers)
    del response.headers["Content-Type"]  # Django's own, which would be that of the file
    return response


def _is_known(tags: str, etag: str) -> bool:
    """Whether the client has the file already, by the value of If-None-Match."""
    return tags.strip() == "*" or f'"{etag}"' in tags


def _is_range(first: str, last: str) -> bool:
    return int(first) <= int(last) if first and last else bool(first or last)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


class _Part:
    """The next `length` bytes of a file, as a file: the server reads it when the client has room."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file = file
        self._left = length

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        return block

    def close(self) -> None:
        self._file.close()
