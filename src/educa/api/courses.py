"""Courses, with their modules."""

from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.contents import ModuleWithContentsSerializer, modules_with_contents
from educa.api.enrollments import EnrollingActions
from educa.api.filtering import Filters
from educa.api.models import Scope
from educa.api.pagination import Pages
from educa.api.permissions import HasScope, IsSignedIn, IsSignedInOrReads
from educa.api.serializers import PersonSerializer
from educa.api.views import ApiView
from educa.api.visitors import DESPITE, list_for_visitors
from educa.courses.models import Course, Module, Subject
from educa.lib.visitors import same_for_visitors

ORDERS = {
    "newest": ("-since", "-pk"),
    "-newest": ("since", "pk"),
    "title": ("title", "pk"),
    "-title": ("-title", "-pk"),
}


class ModuleInCourseSerializer(serializers.ModelSerializer[Module]):
    """A module as a course lists it."""

    class Meta:
        model = Module
        fields = ["id", "order", "title", "description"]
        read_only_fields = fields


class CourseSerializer(serializers.ModelSerializer[Course]):
    """A course as its page shows it."""

    owner = PersonSerializer(read_only=True)
    url = serializers.SerializerMethodField(help_text="The page of the course.")
    total_contents = serializers.IntegerField(read_only=True)
    total_students = serializers.IntegerField(read_only=True)
    is_enrolled = serializers.BooleanField(source="is_joined", read_only=True)
    modules = ModuleInCourseSerializer(many=True, read_only=True)

    class Meta:
        model = Course
        fields = [
            "id",
            "url",
            "subject",
            "title",
            "slug",
            "overview",
            "owner",
            "status",
            "admission",
            "places",
            "created",
            "updated",
            "published_at",
            "total_contents",
            "total_students",
            "is_enrolled",
            "modules",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_url(self, course: Course) -> str:
        """The address of the course's page."""
        return str(self.context["request"].build_absolute_uri(course.get_absolute_url()))


class CourseFilters(serializers.Serializer[Any]):
    """What a list of courses can be asked for."""

    subject = serializers.SlugRelatedField(
        slug_field="slug", queryset=Subject.objects.all(), required=False
    )
    search = serializers.CharField(required=False, max_length=200)
    ordering = serializers.ChoiceField(choices=list(ORDERS), required=False)
    taught = serializers.BooleanField(required=False, help_text="Only those that you can change.")


class CoursePages(Pages):
    """In the order that was asked for, the newest first."""

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        """The columns of an order from the list."""
        return ORDERS.get(request.query_params.get("ordering", ""), ORDERS["newest"])


@method_decorator(
    same_for_visitors("api_courses", list_for_visitors, despite=DESPITE), name="dispatch"
)
class CourseViewSet(EnrollingActions, ApiView, viewsets.ReadOnlyModelViewSet[Course]):
    """Courses: published ones for everybody, and those that one teaches or studies."""

    serializer_class = CourseSerializer
    pagination_class = CoursePages
    permission_classes = [IsSignedInOrReads, HasScope]
    filter_backends = [Filters]
    filters = CourseFilters
    scope = Scope.LEARN
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Course.objects.none()

    def get_queryset(self) -> QuerySet[Course]:
        """What this person may see."""
        user = self.request.user
        rows = Course.objects.visible_to(user).with_totals().with_place_of(user)
        # A draft has no day of publication, and a cursor needs one. Visitors see no draft, and their
        # order is that of an index.
        since = Coalesce("published_at", "created") if user.is_authenticated else F("published_at")
        rows = rows.annotate(since=since)
        modules = Module.objects.order_by("order")
        return rows.select_related("owner").prefetch_related(Prefetch("modules", modules))

    def filter(self, rows: Any, asked: dict[str, Any]) -> QuerySet[Course]:
        """The rows that were asked for."""
        if subject := asked.get("subject"):
            rows = rows.filter(subject=subject)
        if asked.get("taught"):
            rows = rows.filter(pk__in=Course.objects.editable_by(self.request.user).values("pk"))
        found: QuerySet[Course] = rows.matching(asked.get("search", "").replace("\0", ""))
        return found

    @extend_schema(responses=ModuleWithContentsSerializer(many=True), filters=False)
    @action(
        detail=True,
        pagination_class=None,
        filter_backends=[],
        permission_classes=[IsSignedIn, HasScope],
    )
    def contents(self, request: Request, pk: str = "") -> Response:
        """The modules with their contents, for who may read the course: students who are enrolled, those who teach."""
        rows = Course.objects.readable_by(request.user)
        course = get_object_or_404(rows, pk=pk)
        found = modules_with_contents(course)
        context = self.get_serializer_context()
        return Response(ModuleWithContentsSerializer(found, many=True, context=context).data)
