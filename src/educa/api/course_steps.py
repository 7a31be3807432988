"""What authors do with courses: making, describing, publishing, deleting."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.authoring import (
    DELETED,
    STATE,
    TRYING,
    Authoring,
    Counts,
    KeyField,
    KeysField,
    NothingSerializer,
    anew,
    deleted,
    keys_in_order,
    moved,
    refusals,
    refuse_strangers,
    stepped,
    validated,
)
from educa.api.filling import filled, values_of
from educa.api.serializers import PersonSerializer, StrictSerializer, address_of
from educa.api.views import person_of
from educa.courses.actions import (
    archive_course,
    copy_course,
    create_course,
    describe_course,
    publish_course,
    reorder_modules,
    restore_course,
    state_of,
    trash_course,
    unpublish_course,
)
from educa.courses.actions.locking import lock_outline
from educa.courses.forms import DESCRIBING, DescribingForm
from educa.courses.models import Course, Module
from educa.courses.permissions import can_dispose_of, can_teach


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
    cover = serializers.SerializerMethodField(
        help_text="The address of its picture, if it has one."
    )
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
            "cover",
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

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_cover(self, course: Course) -> str | None:
        """The address of the picture."""
        return address_of(course.cover, self.context["request"])

    @extend_schema_field(serializers.URLField())
    def get_url(self, course: Course) -> str:
        """The address of the course's page."""
        return str(self.context["request"].build_absolute_uri(course.get_absolute_url()))


class CourseWordsSerializer(StrictSerializer):
    """What a course says of itself. Without a slug, one is made from the title."""

    subject = KeyField(help_text="The id of a subject.")
    title = serializers.CharField(max_length=200)
    slug = serializers.CharField(required=False, allow_blank=True, max_length=200)
    overview = serializers.CharField(required=False, allow_blank=True, help_text="In Markdown.")


class CourseChangeSerializer(CourseWordsSerializer):
    """What is to change; what is left out stays."""

    cover = serializers.CharField(
        required=False, allow_null=True, max_length=0, help_text="Null takes the picture away."
    )


class CourseWordsWithCoverSerializer(CourseWordsSerializer):
    """The same, with a picture."""

    cover = serializers.FileField(required=False, help_text="A PNG, JPEG, GIF or WebP picture.")


class ModuleOrderSerializer(StrictSerializer):
    """All modules of a course, in the order that they are to have."""

    modules = KeysField()


BODIES = {
    "application/json": CourseWordsSerializer,
    "multipart/form-data": CourseWordsWithCoverSerializer,
}


TRIED_COURSE = stepped(CourseSerializer)


class CourseSteps(Authoring):
    """For the viewset of courses."""

    takes_files = frozenset({"create", "partial_update"})
    rehearsed = frozenset({"destroy", "publish", "unpublish", "archive", "reorder", "duplicate"})

    serializer_class: Any

    def course_of(self, row: Course) -> int:
        """Itself."""
        return row.pk

    @extend_schema(request=BODIES)
    def create(self, request: Request) -> Response:
        """Make a course. It is a draft, and yours."""
        owner = person_of(request)
        if not can_teach(owner):
            raise PermissionDenied
        values, is_text = values_of(request.data)
        form = filled(DescribingForm, values, is_text=is_text)
        course = create_course(form=form, owner=owner)
        return self._made(course)

    @extend_schema(
        request={**BODIES, "application/json": CourseChangeSerializer}, parameters=[STATE]
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what a course says of itself; what is left out stays. `"cover": null` takes the cover away."""
        course = self.editable(pk)
        values, is_text = values_of(request.data)

        def change() -> None:
            course = get_object_or_404(Course.objects.editable_by(request.user), pk=pk)
            seen = state_of(course, DESCRIBING)
            form = filled(DescribingForm, values, is_text=is_text, instance=course)
            course.prepare_cover()  # takes long, so before the transaction
            with transaction.atomic():
                lock_outline(course.pk)
                self.refuse_another_state(pk)
                describe_course(form=form, seen=seen)

        anew(change)
        return self.answer(course.pk)

    @extend_schema(parameters=TRYING, responses=DELETED)
    def destroy(self, request: Request, pk: str) -> Response:
        """Put the course into the trash. Only its owner may."""
        course = self.editable(pk)
        may = request.user.has_perm("courses.delete_course")
        if not (may and can_dispose_of(request.user, course)):
            raise PermissionDenied

        def step() -> Counts:
            trash_course(course=course, by=person_of(request))
            return _all_of(course.pk)

        return self.take(step, course=course.pk, pk=pk, then=deleted)

    @extend_schema(request=NothingSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take the course back from the trash, with the status it had; twice is once. Only its owner may."""
        validated(NothingSerializer, request.data)
        user = request.user
        rows = Course.objects.in_trash_of(user) | Course.objects.owned_by(user)
        course = get_object_or_404(rows, pk=pk)
        with refusals():
            restore_course(course=course)
        return self.answer(course.pk)

    @extend_schema(request=NothingSerializer, parameters=TRYING, responses=TRIED_COURSE)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Let everybody find the course and enroll; 409 (`problems`) while there is nothing to read in it."""
        return self._change_status(pk, publish_course, Course.Status.PUBLISHED)

    @extend_schema(request=NothingSerializer, parameters=TRYING, responses=TRIED_COURSE)
    @action(detail=True, methods=["post"])
    def unpublish(self, request: Request, pk: str) -> Response:
        """Make the course a draft again, which only those see who teach it; who is enrolled stays so."""
        return self._change_status(pk, unpublish_course, Course.Status.DRAFT)

    @extend_schema(request=NothingSerializer, parameters=TRYING, responses=TRIED_COURSE)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str) -> Response:
        """Close the course for new students; who is enrolled reads on."""
        return self._change_status(pk, archive_course, Course.Status.ARCHIVED)

    @extend_schema(
        request=NothingSerializer,
        parameters=TRYING,
        responses=stepped(CourseSerializer, is_new=True),
    )
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """Make a draft of yours with everything that is in the course, and without its students."""
        course, owner = self.editable(pk), person_of(request)
        validated(NothingSerializer, request.data)
        if not can_teach(owner):
            raise PermissionDenied
        copies: list[Course] = []

        def step() -> Counts:
            copies.append(copy_course(course=course, owner=owner))
            return {**_all_of(copies[0].pk), "students": 0}

        return self.take(step, course=course.pk, pk=pk, then=lambda: self._made(copies[0]))

    @extend_schema(request=ModuleOrderSerializer, parameters=TRYING, responses=TRIED_COURSE)
    @action(detail=True, methods=["post"])
    def reorder(self, request: Request, pk: str) -> Response:
        """Put all modules in another order; 409 (`outline`) where they are not those that there are."""
        course = self.editable(pk)
        keys = validated(ModuleOrderSerializer, request.data)["modules"]
        refuse_strangers(keys, Module.everything.filter(course=course))

        def step() -> Counts:
            before = keys_in_order(Module.objects.filter(course=course))
            reorder_modules(course=course, keys=keys)
            return {"modules": moved(before, keys)}

        return self.take(step, course=course.pk, pk=pk, then=lambda: self.answer(pk))

    def _change_status(
        self, pk: str, change: Callable[..., None], status: Course.Status
    ) -> Response:
        course = self.editable(pk)
        validated(NothingSerializer, self.request.data)

        def step() -> Counts:
            others = Course.objects.filter(pk=course.pk).exclude(status=status).count()
            change(course=course)
            return {"courses": others}

        return self.take(step, course=course.pk, pk=pk, then=lambda: self.answer(pk))

    def _made(self, course: Course) -> Response:
        return self.made(course.pk, reverse("api:course-detail", args=[course.pk]))


def _all_of(course: int) -> Counts:
    counted = Course.objects.with_totals().get(pk=course)
    return {
        "courses": 1,
        "modules": counted.total_modules,
        "contents": counted.total_contents,
        "students": counted.total_students,
    }
