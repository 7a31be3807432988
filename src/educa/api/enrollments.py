"""Enrolling in courses, and leaving them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.models import Scope
from educa.api.permissions import HasScope, IsSignedIn
from educa.api.serializers import StrictSerializer
from educa.api.views import person_of
from educa.courses.models import Course
from educa.students.actions import join, leave
from educa.students.models import Enrollment


class JoiningSerializer(StrictSerializer):
    """What one shows to be let in."""

    code = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="An invitation code."
    )


class EnrolledSerializer(serializers.Serializer[Any]):
    """Whether one is enrolled now; `asked` where an instructor decides."""

    enrolled = serializers.BooleanField()
    asked = serializers.BooleanField()


class LeavingSerializer(StrictSerializer):
    """Leaving takes no words."""


class EnrollingActions:
    """Two steps of a viewset of courses; both may be repeated."""

    get_object: Any
    permission_classes: Any

    @extend_schema(
        request=JoiningSerializer, responses={200: EnrolledSerializer, 202: EnrolledSerializer}
    )
    @action(
        detail=True,
        methods=["post"],
        permission_classes=[IsSignedIn, HasScope],
        scope=Scope.LEARN,
    )
    def enroll(self, request: Request, pk: str = "") -> Response:
        """Enroll in a course, or ask to be let in, as the course wants it; twice is once."""
        wish = JoiningSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        course: Course = self.get_object()
        place = join(
            student=person_of(request), course=course, code=wish.validated_data.get("code", "")
        )
        is_enrolled = isinstance(place, Enrollment)
        answer = {"enrolled": is_enrolled, "asked": not is_enrolled}
        return Response(
            answer, status=status.HTTP_200_OK if is_enrolled else status.HTTP_202_ACCEPTED
        )

    @extend_schema(request=LeavingSerializer, responses={200: EnrolledSerializer})
    @action(
        detail=True,
        methods=["post"],
        permission_classes=[IsSignedIn, HasScope],
        scope=Scope.LEARN,
    )
    def unenroll(self, request: Request, pk: str = "") -> Response:
        """Leave a course; what was finished is kept for a return. Twice is once."""
        LeavingSerializer(data=request.data).is_valid(raise_exception=True)
        leave(student=person_of(request), course=self.get_object())
        return Response({"enrolled": False, "asked": False})
