"""Parts of a file over HTTP (RFC 9110, section 14): what a player asks for when somebody seeks."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 64 * 1024


def file_response(
    request: HttpRequest, file: IO[bytes], size: int, media_type: str, etag: str
) -> HttpResponseBase:
    """The file, or the one range of it that was asked for; 304 for who has it, 416 outside of it.

    `size` is in bytes. Several ranges at once are answered with the whole file, as the RFC allows.
    """
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{etag}"'}
    if f'"{etag}"' in request.headers.get("If-None-Match", ""):
        file.close()
        return HttpResponse(status=304, headers=headers)
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        wanted = ""
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", wanted.replace(" ", ""))
    if match is None or not any(match.groups()):
        response: HttpResponseBase = FileResponse(file, content_type=media_type, headers=headers)
        response.headers["Content-Length"] = str(size)
        return response
    first, last = _bounds(match[1], match[2], size)
    if first > last or first >= size:
        file.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    file.seek(first)
    part = StreamingHttpResponse(
        _read(file, last - first + 1), status=206, content_type=media_type, headers=headers
    )
    part.headers["Content-Length"] = str(last - first + 1)
    part.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return part


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(file: IO[bytes], left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
