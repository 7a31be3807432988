"""Uploads in parts, for scripts that speak tus. Refusals are JSON: `{"errors": {"__all__": [words]}}`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from educa.courses.actions import Elsewhere, TooMuch, begin_upload, receive
from educa.courses.models import Upload
from educa.lib.parts import ALGORITHMS, Garbled, InUse
from educa.studio import tus
from educa.studio.views.mixins import CourseMixin, InstructorRequiredMixin

STATUSES = {"ending": 415, "contents": 415, "size": 413, "quota": 413}  # of refused files; else 400
REFUSALS: dict[type[Exception], tuple[Any, int]] = {
    InUse: (_("This file is being uploaded elsewhere just now."), 423),
    Elsewhere: (_("This part does not follow the one before."), 409),
    TooMuch: (_("This is more than the file was said to be."), 413),
    Garbled: (_("This part was damaged on its way."), tus.GARBLED),
}


class TusView(View):
    """Speaks tus, once the mixins before it have said who may be here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the one version that we know, and 412 to any other."""
        instead = request.headers.get("X-HTTP-Method-Override")
        if request.method == "POST" and instead:
            request.method = instead.upper()
        if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == tus.VERSION:
            response = super().dispatch(request, *args, **kwargs)
        else:
            response = HttpResponse(status=412, headers={"Tus-Version": tus.VERSION})
        response.headers["Tus-Resumable"] = tus.VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What may be asked for."""
        headers = {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(settings.EDUCA_MAX_UPLOAD),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        }
        return HttpResponse(status=204, headers=headers)


class UploadCreateView(CourseMixin, TusView):
    """Announces a file for the course."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say where its parts go, or refuse it before any of them is sent."""
        size, name = tus.number(request.headers, "Upload-Length"), tus.file_name(request.headers)
        try:
            upload = begin_upload(course=self.course, owner=self.instructor, name=name, size=size)
        except ValidationError as error:
            return refusal_of(error)
        where = {"Location": reverse("upload_detail", args=[upload.pk])}
        return HttpResponse(status=201, headers=where | state_of(upload, 0))


class UploadView(InstructorRequiredMixin, TusView):
    """An upload of one's own, to a course that one may (still) change."""

    http_method_names = ["head", "patch", "delete", "options"]
    upload: Upload

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the upload. Raises Http404."""
        if self.has_permission():
            self.upload = get_object_or_404(Upload.objects.of(request.user), pk=kwargs["upload"])
        return super().dispatch(request, *args, **kwargs)

    def head(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """How much is there. Raises Http404 when its bytes are gone."""
        try:
            state = state_of(self.upload, self.upload.offset)
        except FileNotFoundError:
            raise Http404 from None
        known = {
            "Upload-Length": str(self.upload.size),
            "Upload-Metadata": tus.metadata(self.upload.name),
        }
        return HttpResponse(headers=known | state)

    def patch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the next part in. Raises Http404 when the upload is gone."""
        if request.content_type != tus.PART:
            return HttpResponse(status=415, headers={"Accept-Patch": tus.PART})
        try:
            receive(
                upload=self.upload,
                offset=tus.number(request.headers, "Upload-Offset"),
                length=int(request.headers.get("Content-Length") or 0),
                checksum=tus.checksum(request.headers),
                source=request,
            )
        except (FileNotFoundError, Upload.DoesNotExist):
            raise Http404 from None
        except tuple(REFUSALS) as error:
            return refusal(*REFUSALS[type(error)])
        except ValidationError as error:
            return refusal_of(error)
        return HttpResponse(status=204, headers=state_of(self.upload, self.upload.received))

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give the upload up."""
        self.upload.delete()
        return HttpResponse(status=204)


def state_of(upload: Upload, offset: int) -> dict[str, str]:
    """The headers that say how much is there, and how long it is kept."""
    return {
        "Upload-Offset": str(offset),
        "Upload-Expires": http_date(upload.ends_at.timestamp()),
    }


def refusal_of(error: ValidationError) -> JsonResponse:
    """Why a file is not taken."""
    return refusal(" ".join(error.messages), STATUSES.get(str(error.code), 400))


def refusal(words: Any, status: int) -> JsonResponse:
    """Why a request is not fulfilled."""
    return JsonResponse({"errors": {"__all__": [words]}}, status=status)
