"""`Idempotency-Key`: a POST that is sent again is carried out once and answered alike."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request, is_form_media_type

from educa.api.models import RepeatableRequest
from educa.api.models.idempotency import LONGEST_KEY
from educa.api.problems import Problem

HEADERS = ("Location", "ETag", "Retry-After")
LONGEST_ANSWER = 2**20  # characters that are kept


def begin(
    request: Request, headers: Iterable[str] = ()
) -> "RepeatableRequest | HttpResponse | None":
    """A claim on the key, or the answer that was given before; None for a request without a key.

    `headers` are the names of those that belong to what is asked. Raises Problem where the key was used for something else, or another request with it is under way.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST" or not request.user.is_authenticated:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise Problem(status.HTTP_400_BAD_REQUEST, "key", _("The Idempotency-Key is not valid."))
    fingerprint = _fingerprint(request, headers)
    try:
        with transaction.atomic():
            return RepeatableRequest.objects.create(
                user=request.user, key=key, fingerprint=fingerprint
            )
    except IntegrityError:
        known = RepeatableRequest.objects.get(user=request.user, key=key)
        return _known(known, fingerprint)


def refuse(request: Request) -> None:
    """Raises Problem for a key where answers hold a secret, which is kept nowhere."""
    if "Idempotency-Key" in request.headers:
        words = _("The answer can’t be kept, so an Idempotency-Key does not hold here.")
        raise Problem(status.HTTP_400_BAD_REQUEST, "key", words)


def finish(claim: RepeatableRequest, response: HttpResponse) -> None:
    """Keep the answer for who sends the request again; what failed for our fault may be tried anew."""
    if response.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR or response.streaming:
        claim.delete()
        return
    body = response.content.decode("utf-8", "replace")
    headers: dict[str, Any] = {name: response[name] for name in HEADERS if name in response}
    headers["Content-Type"] = response.headers.get("Content-Type", "")
    claim.status, claim.headers, claim.body = response.status_code, headers, body[:LONGEST_ANSWER]
    claim.save(update_fields=["status", "headers", "body"])


def _fingerprint(request: Request, headers: Iterable[str]) -> str:
    """Of the address, the headers of these names, and the body, in whatever way it travels."""
    digest = sha256()
    told = (request.headers.get(name, "").encode() for name in headers)
    for part in (request.get_full_path().encode(), *told, *_body(request)):
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def _body(request: Request) -> Iterator[bytes]:
    """The parts of the body. Raises UnsupportedMediaType for what nobody here could read anyway."""
    if is_form_media_type(request.content_type):
        yield from _fields(request.data)
    elif request._request.content_type == "application/json":
        yield request._request.body
    elif request.stream is not None:
        raise UnsupportedMediaType(request.content_type)


def _fields(data: Any) -> Iterator[bytes]:
    """The fields of a form, in any order and between any boundaries; of a file, what it adds up to."""
    for name in sorted(data):
        for value in data.getlist(name):
            yield name.encode()
            if isinstance(value, UploadedFile):
                yield str(value.name).encode()
                yield _sum(value)
            else:
                yield str(value).encode()


def _sum(file: UploadedFile[Any]) -> bytes:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.digest()


def _known(known: RepeatableRequest, fingerprint: str) -> "RepeatableRequest | HttpResponse":
    if known.fingerprint != fingerprint:
        raise Problem(
            status.HTTP_422_UNPROCESSABLE_ENTITY,
            "key-reused",
            _("This Idempotency-Key was used for another request."),
        )
    if known.status is not None:
        answer = HttpResponse(known.body, status=known.status, headers=known.headers)
        answer["Idempotency-Replayed"] = "true"
        return answer
    rows = RepeatableRequest.objects.filter(pk=known.pk, begun_at=known.begun_at, status=None)
    if known.is_abandoned and rows.update(begun_at=timezone.now()):
        known.refresh_from_db()
        return known
    raise Problem(
        status.HTTP_409_CONFLICT, "under-way", _("The same request is being carried out.")
    )
