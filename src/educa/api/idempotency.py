"""`Idempotency-Key`: a POST that is sent again is carried out once and answered alike."""

from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request

from educa.api.models import RepeatableRequest
from educa.api.models.idempotency import LONGEST_KEY
from educa.api.problems import Problem

HEADERS = ("Location", "ETag", "Retry-After")
LONGEST_ANSWER = 2**20  # characters that are kept


def begin(request: Request) -> "RepeatableRequest | HttpResponse | None":
    """A claim on the key, or the answer that was given before; None for a request without a key.

    Raises Problem where the key was used for something else, or another request with it is under way.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST" or not request.user.is_authenticated:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise Problem(status.HTTP_400_BAD_REQUEST, "key", _("The Idempotency-Key is not valid."))
    fingerprint = _fingerprint(request)
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


def _fingerprint(request: Request) -> str:
    """Of a JSON body the whole; of a file, which is not read into memory, the length."""
    plain = request._request
    is_short = plain.content_type == "application/json"
    parts = [
        request.get_full_path().encode(),
        plain.headers.get("Content-Length", "").encode(),
        plain.body if is_short else b"",
    ]
    return sha256(b"\0".join(parts)).hexdigest()


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
