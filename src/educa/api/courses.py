"""Courses, with their modules."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from educa.api.bodies import Body, answer_with, body_of
from educa.api.content_rows import modules_with_contents
from educa.api.content_serializers import ModuleWithContentsSerializer
from educa.api.course_rows import CAME, NEWEST, Newest, as_listed, listed_courses
from educa.api.course_steps import CourseSerializer, CourseSteps
from educa.api.enrollments import EnrollingActions
from educa.api.filtering import Filters
from educa.api.pagination import Pages
from educa.api.permissions import HasScope, IsSignedIn, IsSignedInOrReads
from educa.api.views import ApiView
from educa.api.visitors import DESPITE, SLUG, courses_for_visitors
from educa.courses.models import Course, Module, Subject
from educa.courses.viewing import readable_generation
from educa.lib.remembering import NONE, Family, Unkept
from educa.lib.visitors import has_usual_name, origin_of, same_for_visitors

CONTENTS: Family[Body] = Family("api_contents")

PLAIN = frozenset({"page_size", "subject"})  # parameters with which a list is that of the newest

ORDERS = {
    "newest": NEWEST,
    "-newest": ("since", "pk"),
    "title": ("title", "pk"),
    "-title": ("-title", "-pk"),
}


class SubjectField(serializers.SlugRelatedField[Subject]):
    """A subject by its slug. For what is no slug the database is not asked, as it does not take every text."""

    def to_internal_value(self, data: Any) -> Any:
        """The subject. Raises ValidationError."""
        if not SLUG.fullmatch(str(data)):
            self.fail("does_not_exist", slug_name=self.slug_field, value=str(data))
        return super().to_internal_value(data)


class CourseFilters(serializers.Serializer[Any]):
    """What a list of courses can be asked for."""

    subject = SubjectField(slug_field="slug", queryset=Subject.objects.all(), required=False)
    search = serializers.CharField(required=False, max_length=200)
    ordering = serializers.ChoiceField(choices=list(ORDERS), required=False)
    taught = serializers.BooleanField(required=False, help_text="Only those that you can change.")


class CoursePages(Pages):
    """In the order that was asked for, the newest first."""

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        """The columns of an order from the list."""
        return ORDERS.get(request.query_params.get("ordering", ""), ORDERS["newest"])


@method_decorator(
    same_for_visitors("api_courses", courses_for_visitors, despite=DESPITE), name="dispatch"
)
class CourseViewSet(CourseSteps, EnrollingActions, ApiView, viewsets.ReadOnlyModelViewSet[Course]):
    """Courses: published ones for everybody, and those that one teaches or studies."""

    serializer_class = CourseSerializer
    pagination_class = CoursePages
    permission_classes = [IsSignedInOrReads, HasScope]
    filter_backends = [Filters]
    filters = CourseFilters
    queryset = Course.objects.none()

    def get_queryset(self) -> QuerySet[Course]:
        """What this person may see."""
        user = self.request.user
        rows = Course.objects.visible_to(user).with_totals().with_place_of(user)
        modules = Module.objects.order_by("order")
        return rows.select_related("owner").prefetch_related(Prefetch("modules", modules))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Courses: published ones for everybody, and those that one teaches or studies."""
        # Described by `CourseSerializer`, and made without it.
        rows: Any = self._newest(request)
        page: Any = self.paginate_queryset(rows) if rows else None
        if rows is None or (rows.subject and not page):  # perhaps there is no such subject
            rows = listed_courses(request.user)
            page = self.paginate_queryset(self.filter_queryset(rows))
        found = self.get_paginated_response(as_listed(page or [], request))
        return answer_with(request, body_of(found.data))

    def _newest(self, request: Request) -> Newest | None:
        """The newest, where nothing is asked for but perhaps a subject; else None."""
        asked = request.query_params
        subject = asked.get("subject")
        if not PLAIN.issuperset(asked) or not (subject is None or SLUG.fullmatch(subject)):
            return None
        came: Newest | None = request.META.get(CAME) if request.user.is_anonymous else None
        return came or Newest(request.user, subject or "")

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
    def contents(self, request: Request, pk: str = "") -> HttpResponseBase:
        """The modules with their contents, for who may read the course: students who are enrolled, those who teach."""
        course = int(pk)
        generation = readable_generation(request.user, course)
        if generation is None:
            raise NotFound

        def make() -> Body:
            try:
                return body_of(modules_with_contents(course, request))
            except Unkept as answer:
                raise Unkept(body_of(answer.value)) from answer

        # The same for all who may read the course; the addresses in it have the name of the site.
        key = course, get_language() or "none", origin_of(request)
        kept_under = generation if has_usual_name(request) else NONE
        return answer_with(request, CONTENTS.get(key, kept_under, make))
