"""Uploads in parts, by tus 1.0.0, for which there are clients in every language."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.models import Scope
from educa.api.negotiation import OneFormat
from educa.api.permissions import HasScope, Teaches, course_to_change
from educa.api.problems import Problem
from educa.api.serializers import StrictSerializer
from educa.api.views import ApiView, person_of
from educa.courses import tus
from educa.courses.models import Upload
from educa.lib.keys import BIGGEST_KEY


class CourseParameter(StrictSerializer):
    """For which course a file is."""

    course = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=BIGGEST_KEY,
        help_text="The id of the course; or `course` in Upload-Metadata.",
    )


def header(name: str, words: str, *, required: bool = False) -> OpenApiParameter:
    """A header of the protocol."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, required=required, description=words
    )


VERSION = header("Tus-Resumable", f"The version of the protocol: {tus.VERSION}.", required=True)
MADE = OpenApiResponse(description="It is expected at `Location`.")
TAKEN = OpenApiResponse(description="`Upload-Offset` says how much is there now.")
GONE = OpenApiResponse(description="It is given up.")


class TusView(ApiView):
    """Speaks tus with programs that have the scope `teach`, also for asking how much is there."""

    permission_classes = [Teaches, HasScope]
    content_negotiation_class = OneFormat
    scope = reading_scope = Scope.TEACH
    is_tagged = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer as the protocol has it."""
        tus.take_override(request)
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Tus-Resumable"] = tus.VERSION
        return answer

    def check_parameters(self, request: Request) -> None:
        """Raises Problem (412) also for another version of the protocol."""
        super().check_parameters(request)
        if not tus.is_understood(request._request):
            raise Problem(
                status.HTTP_412_PRECONDITION_FAILED,
                "tus",
                _("Tus-Resumable has to name a version that is known here."),
                {"Tus-Version": tus.VERSION},
            )

    def handle_exception(self, exc: Exception) -> Any:
        """What the protocol refuses, as a problem."""
        if isinstance(exc, tus.Refusal):
            exc = Problem(exc.status, exc.code, exc.words)
        elif isinstance(exc, Upload.DoesNotExist):
            exc = NotFound()
        return super().handle_exception(exc)

    @extend_schema(exclude=True)
    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """What may be asked for."""
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus.abilities())


class UploadListView(TusView):
    """Announces a file for a course that one may change."""

    telling_headers = ("Upload-Length", "Upload-Metadata")

    def known_parameters(self, request: Request) -> set[str]:
        """The course."""
        return {"course"}

    @extend_schema(
        operation_id="uploads_create",
        request=None,
        parameters=[
            CourseParameter,
            VERSION,
            header("Upload-Length", "The size of the file in bytes.", required=True),
            header(
                "Upload-Metadata",
                "`filename` and perhaps `course`, each with its value in Base64.",
                required=True,
            ),
        ],
        responses={201: MADE},
    )
    def post(self, request: Request) -> Response:
        """Say where the parts go (`Location`), or refuse the file before any of them is sent."""
        course = course_to_change(request, self._course(request))
        upload = tus.announce(request.headers, course=course, owner=person_of(request))
        where = reverse("api:upload-detail", args=[upload.pk])
        headers = {"Location": request.build_absolute_uri(where), **tus.state_of(upload, 0)}
        return Response(status=status.HTTP_201_CREATED, headers=headers)

    @staticmethod
    def _course(request: Request) -> int:
        """The course that address or metadata name. Raises ValidationError for none, and for two."""
        named = [request.query_params.get("course"), tus.told(request.headers, "course")]
        given = {value for value in named if value is not None}
        if len(given) != 1:
            words = _("Name one course, in the address or in Upload-Metadata.")
            raise serializers.ValidationError({"course": [words]}, "required")
        asked = CourseParameter(data={"course": given.pop()})
        asked.is_valid(raise_exception=True)
        return int(asked.validated_data["course"])


class UploadView(TusView):
    """An upload of one's own, to a course that one may (still) change: 404 for all others."""

    @extend_schema(exclude=True)
    def head(self, request: Request, pk: UUID) -> Response:
        """How much is there (`Upload-Offset`)."""
        return Response(headers=tus.known_of(self._upload(request, pk)))

    @extend_schema(
        operation_id="uploads_append",
        request={tus.PART: OpenApiTypes.BINARY},
        parameters=[
            VERSION,
            header("Upload-Offset", "Where the part begins, in bytes.", required=True),
            header("Upload-Checksum", "`sha256` or `sha1`, and the digest of the part in Base64."),
        ],
        responses={204: TAKEN},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Take the next part in; it begins where the last one ended. HEAD says where that is."""
        if request.content_type != tus.PART:
            raise Problem(
                status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                _("A part is of the type %(type)s.") % {"type": tus.PART},
                {"Accept-Patch": tus.PART},
            )
        found = self._upload(request, pk)
        tus.take_part(request._request, found)
        headers = tus.state_of(found, found.received)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)

    @extend_schema(operation_id="uploads_destroy", parameters=[VERSION], responses={204: GONE})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Give the upload up."""
        self._upload(request, pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _upload(request: Request, key: UUID) -> Upload:
        found: Upload = get_object_or_404(Upload.objects.of(request.user), pk=key)
        return found
