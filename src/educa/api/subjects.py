"""Subjects."""

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from rest_framework import serializers, viewsets

from educa.api.pagination import Pages
from educa.api.permissions import HasScope
from educa.api.views import ApiView
from educa.api.visitors import DESPITE, list_for_visitors
from educa.courses.models import Subject
from educa.lib.visitors import same_for_visitors


class SubjectSerializer(serializers.ModelSerializer[Subject]):
    """A field of knowledge, and how many published courses it has."""

    total_courses = serializers.IntegerField(read_only=True)

    class Meta:
        model = Subject
        fields = ["id", "title", "slug", "total_courses"]
        read_only_fields = fields


class SubjectPages(Pages):
    """By title."""

    ordering = "title", "pk"


@method_decorator(
    same_for_visitors("api_subjects", list_for_visitors, despite=DESPITE), name="dispatch"
)
class SubjectViewSet(ApiView, viewsets.ReadOnlyModelViewSet[Subject]):
    """The subjects that courses belong to."""

    serializer_class = SubjectSerializer
    pagination_class = SubjectPages
    permission_classes = [HasScope]
    queryset = Subject.objects.none()

    def get_queryset(self) -> QuerySet[Subject]:
        """All of them, with their number of published courses."""
        return Subject.objects.with_totals()
