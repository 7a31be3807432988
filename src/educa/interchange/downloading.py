"""Packages on their way to who asked for them."""

from pathlib import PurePath

from django.core.files.storage import Storage
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from educa.interchange.models import Transfer
from educa.lib.ranges import file_response

MEDIA_TYPE = "application/zip"


def package_response(request: HttpRequest, transfer: Transfer) -> HttpResponseBase:
    """The bytes, to be saved. Raises Http404 when they are gone."""
    storage: Storage = transfer.package.storage
    name = str(transfer.package.name)
    try:
        size, file = storage.size(name), storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    response = file_response(request, file, size, MEDIA_TYPE, PurePath(name).stem)
    response.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=transfer.name)
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
