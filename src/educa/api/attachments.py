"""The files of a course that are no contents: pictures in its texts, and what they link to."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.fields import get_error_detail
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.authoring import (
    STATE,
    Authoring,
    Counts,
    KeyField,
    TriedSerializer,
    TryingParameters,
    deleted,
    refuse_who_may_not_edit,
    validated,
)
from educa.api.filtering import Filters
from educa.api.pagination import Pages
from educa.api.serializers import StrictSerializer
from educa.api.views import ApiView
from educa.courses.actions.attaching import attach, delete_attachment
from educa.courses.models import Attachment, Course


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file of a course; `path` is its address within the site, as texts name it."""

    course = serializers.IntegerField(source="course_id", read_only=True)
    url = serializers.SerializerMethodField(help_text="Where its bytes are.")
    path = serializers.CharField(
        source="get_absolute_url", read_only=True, help_text="What a text writes to show it."
    )

    class Meta:
        model = Attachment
        fields = ["id", "course", "name", "media_type", "size", "url", "path", "created"]
        read_only_fields = fields

    def get_url(self, attachment: Attachment) -> str:
        """The address of the bytes."""
        return str(self.context["request"].build_absolute_uri(attachment.get_absolute_url()))


class NewAttachmentSerializer(StrictSerializer):
    """A file for a course."""

    course = KeyField()
    file = serializers.FileField()


class AttachmentFilters(serializers.Serializer[Any]):
    """Of which course."""

    course = KeyField()


class AttachmentPages(Pages):
    """The newest first."""

    ordering = "-created", "-pk"


class AttachmentViewSet(Authoring, ApiView, viewsets.ReadOnlyModelViewSet[Attachment]):
    """Files beside the contents of a course, for its readers; who teaches it adds and deletes them."""

    serializer_class = AttachmentSerializer
    pagination_class = AttachmentPages
    filter_backends = [Filters]
    filters = AttachmentFilters
    takes_files = frozenset({"create"})
    rehearsed = frozenset({"destroy"})
    queryset = Attachment.objects.none()

    def get_queryset(self) -> QuerySet[Attachment]:
        """Those that this person may read."""
        return Attachment.objects.readable_by(self.request.user)

    def filter(self, rows: QuerySet[Attachment], asked: dict[str, Any]) -> QuerySet[Attachment]:
        """Those of a course. Raises Http404 for one that this person may not read."""
        courses = Course.objects.readable_by(self.request.user)
        return rows.filter(course=get_object_or_404(courses, pk=asked["course"]))

    def course_of(self, row: Attachment) -> int:
        """Its course."""
        return row.course_id

    @extend_schema(request={"multipart/form-data": NewAttachmentSerializer})
    def create(self, request: Request) -> Response:
        """Add a file, for texts to show or to link to. It is judged by its bytes."""
        wish = validated(NewAttachmentSerializer, request.data)
        courses = Course.objects.visible_to(request.user)
        course = get_object_or_404(courses, pk=wish["course"])
        refuse_who_may_not_edit(request, course.pk)
        try:
            attachment = attach(course=course, file=wish["file"])
        except ValidationError as error:
            raise serializers.ValidationError({"file": get_error_detail(error)}) from error
        return self.made(attachment.pk, reverse("api:attachment-detail", args=[attachment.pk]))

    @extend_schema(
        parameters=[STATE, TryingParameters], responses={204: None, 200: TriedSerializer}
    )
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete the file for good; texts that show it go without."""
        attachment = self.editable(pk)

        def step() -> Counts:
            delete_attachment(attachment=attachment)
            return {"attachments": 1}

        return self.take(step, course=attachment.course_id, pk=pk, then=deleted)
