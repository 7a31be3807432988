"""How far a student is in a course."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.models import Scope
from educa.api.serializers import StrictSerializer
from educa.api.views import ApiView
from educa.courses.models import Content, Course
from educa.students.events import Event
from educa.students.models import Completion, Enrollment
from educa.students.outline import progress_of
from educa.students.progressing import note_event


class ProgressSerializer(serializers.Serializer[Any]):
    """What is done of what there is."""

    completed = serializers.ListField(
        child=serializers.IntegerField(), help_text="The ids of the contents that are done."
    )
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    percent = serializers.IntegerField(min_value=0, max_value=100)
    completed_at = serializers.DateTimeField(
        allow_null=True, help_text="When all was done for the first time."
    )


class MarkSerializer(StrictSerializer):
    """A content, and whether it is done."""

    content = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    done = serializers.BooleanField()


class ProgressView(ApiView):
    """Progress of whoever asks, who is enrolled: 404 for everybody else."""

    scope = Scope.LEARN

    @extend_schema(responses=ProgressSerializer, operation_id="courses_progress_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """What is done."""
        return Response(_figures(self._place(request, pk)))

    @extend_schema(
        request=MarkSerializer,
        responses={200: ProgressSerializer},
        operation_id="courses_progress_mark",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Mark a content as done, or as not done; twice is once."""
        mark = MarkSerializer(data=request.data)
        mark.is_valid(raise_exception=True)
        place = self._place(request, pk)
        rows = Content.objects.shown().filter(module__course=place.course_id)
        content = get_object_or_404(rows, pk=mark.validated_data["content"])
        event = Event(done=mark.validated_data["done"])
        current = note_event(enrollment=place, content=content, event=event)
        if current is None:
            raise Http404
        return Response(_figures(current))

    @staticmethod
    def _place(request: Request, pk: int) -> Enrollment:
        readable = Course.objects.readable_by(request.user).filter(pk=pk)
        rows = Enrollment.objects.of(request.user).current()
        place: Enrollment = get_object_or_404(rows, course__in=readable)
        return place


def _figures(place: Enrollment) -> dict[str, Any]:
    shown = Content.objects.shown().filter(module__course=place.course_id)
    rows = Completion.objects.filter(enrollment=place, content__in=shown).order_by("content")
    return {
        "completed": list(rows.values_list("content", flat=True)),
        **progress_of(place).figures(),
        "completed_at": place.completed_at,
    }
