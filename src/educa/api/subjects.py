"""Subjects."""

from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from educa.api.pagination import Pages
from educa.api.permissions import HasScope
from educa.api.views import ApiView
from educa.courses.models import Subject


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


class SubjectViewSet(ApiView, viewsets.ReadOnlyModelViewSet[Subject]):
    """The subjects that courses belong to."""

    serializer_class = SubjectSerializer
    pagination_class = SubjectPages
    permission_classes = [HasScope]
    queryset = Subject.objects.none()

    def get_queryset(self) -> QuerySet[Subject]:
        """All of them, with their number of published courses."""
        return Subject.objects.with_totals()
