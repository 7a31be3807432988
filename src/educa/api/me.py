"""Whoever asks."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from educa.accounts.models import User
from educa.api.models import Scope
from educa.api.pagination import Pages
from educa.api.views import ApiView, person_of
from educa.courses.permissions import can_teach
from educa.students.models import Enrollment


class MeSerializer(serializers.ModelSerializer[User]):
    """One's own account."""

    name = serializers.CharField(source="shown_name", read_only=True)
    is_instructor = serializers.SerializerMethodField()
    scopes = serializers.SerializerMethodField(
        help_text="What this request may be used for: that of its token, or everything."
    )

    class Meta:
        model = User
        fields = [
            "username",
            "name",
            "display_name",
            "email",
            "language",
            "time_zone",
            "date_joined",
            "is_instructor",
            "scopes",
        ]
        read_only_fields = fields

    def get_is_instructor(self, user: User) -> bool:
        """Whether courses can be this person's."""
        return can_teach(user)

    def get_scopes(self, user: User) -> list[str]:
        """Of the token, or all."""
        token = self.context["request"].auth
        return list(token.scopes) if token else list(Scope.values)


class MeView(ApiView):
    """One's own account."""

    @extend_schema(responses=MeSerializer, operation_id="me_retrieve")
    def get(self, request: Request) -> Response:
        """What the site knows of whoever asks."""
        return Response(MeSerializer(person_of(request), context={"request": request}).data)


class OwnEnrollmentSerializer(serializers.ModelSerializer[Enrollment]):
    """A course that one studies, and how far one is."""

    course = serializers.IntegerField(source="course_id", read_only=True)
    title = serializers.CharField(source="course.title", read_only=True)
    slug = serializers.CharField(source="course.slug", read_only=True)
    status = serializers.CharField(source="course.status", read_only=True)
    done = serializers.IntegerField(read_only=True)
    total = serializers.IntegerField(read_only=True)
    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = Enrollment
        fields = [
            "course",
            "title",
            "slug",
            "status",
            "enrolled_at",
            "last_active_at",
            "completed_at",
            "done",
            "total",
            "percent",
        ]
        read_only_fields = fields


class EnrollmentPages(Pages):
    """The last one first."""

    ordering = "-enrolled_at", "-pk"


class MyCoursesView(ApiView, ListAPIView[Enrollment]):
    """The courses that one studies."""

    serializer_class = OwnEnrollmentSerializer
    pagination_class: Any = EnrollmentPages
    queryset = Enrollment.objects.none()

    def get_queryset(self) -> QuerySet[Enrollment]:
        """Current ones, in courses that are not in the trash."""
        rows = Enrollment.objects.of(self.request.user).current().listed()
        return rows.with_progress().select_related("course")
