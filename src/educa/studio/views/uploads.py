"""Uploads in parts, for scripts that speak tus. Refusals are JSON: `{"errors": {"__all__": [words]}}`."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from educa.courses import tus
from educa.courses.models import Upload
from educa.studio.views.mixins import CourseMixin, InstructorRequiredMixin


class TusView(View):
    """Speaks tus, once the mixins before it have said who may be here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the one version that we know, and 412 to any other."""
        tus.take_override(request)
        if tus.is_understood(request):
            response = self._answer(request, *args, **kwargs)
        else:
            response = HttpResponse(status=412, headers={"Tus-Version": tus.VERSION})
        response.headers["Tus-Resumable"] = tus.VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What may be asked for."""
        return HttpResponse(status=204, headers=tus.abilities())

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404 when the upload is gone."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Upload.DoesNotExist:
            raise Http404 from None
        except tus.Refusal as refused:
            return refusal(refused)


class UploadCreateView(CourseMixin, TusView):
    """Announces a file for the course."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say where its parts go, or refuse it before any of them is sent."""
        upload = tus.announce(request.headers, course=self.course, owner=self.instructor)
        where = {"Location": reverse("upload_detail", args=[upload.pk])}
        return HttpResponse(status=201, headers=where | tus.state_of(upload, 0))


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
        """How much is there."""
        return HttpResponse(headers=tus.known_of(self.upload))

    def patch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the next part in."""
        if request.content_type != tus.PART:
            return HttpResponse(status=415, headers={"Accept-Patch": tus.PART})
        tus.take_part(request, self.upload)
        return HttpResponse(status=204, headers=tus.state_of(self.upload, self.upload.received))

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give the upload up."""
        self.upload.delete()
        return HttpResponse(status=204)


def refusal(refused: tus.Refusal) -> JsonResponse:
    """Why a file is not taken."""
    return JsonResponse({"errors": {"__all__": [refused.words]}}, status=refused.status)
