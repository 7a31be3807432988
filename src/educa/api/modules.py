"""Modules of courses, and what authors do with them."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
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
    OrderField,
    deleted,
    keys_in_order,
    moved,
    refuse_strangers,
    refuse_who_may_not_edit,
    stepped,
    validated,
)
from educa.api.filtering import Filters
from educa.api.pagination import Pages
from educa.api.serializers import StrictModelSerializer, StrictSerializer
from educa.api.views import ApiView, person_of
from educa.courses.actions import (
    add_module,
    copy_module,
    describe_module,
    move_module,
    reorder_contents,
    restore_module,
    trash_module,
)
from educa.courses.models import Content, Course, Module


class ModuleSerializer(serializers.ModelSerializer[Module]):
    """A module, with the ids of its contents in order."""

    course = serializers.IntegerField(source="course_id", read_only=True)
    contents: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Module
        fields = ["id", "course", "order", "title", "description", "contents"]
        read_only_fields = fields


class ModuleWordsSerializer(StrictModelSerializer):
    """What a module says of itself."""

    class Meta:
        model = Module
        fields = ["title", "description"]


class NewModuleSerializer(ModuleWordsSerializer):
    """A module to be made; without `order` it comes last."""

    course = KeyField()
    order = OrderField(required=False)

    class Meta(ModuleWordsSerializer.Meta):
        fields = ["course", "title", "description", "order"]


class PlaceSerializer(StrictSerializer):
    """A place in the course."""

    order = OrderField(help_text="Counted from 0; beyond the end means last.")


class ContentOrderSerializer(StrictSerializer):
    """All contents of a module, in the order that they are to have."""

    contents = KeysField()


class ModuleFilters(serializers.Serializer[Any]):
    """Of which course."""

    course = KeyField()


class ModulePages(Pages):
    """In their order in the course."""

    ordering = "order", "pk"


class ModuleViewSet(Authoring, ApiView, viewsets.ReadOnlyModelViewSet[Module]):
    """Modules, for who may read their course; who teaches it changes them."""

    serializer_class = ModuleSerializer
    pagination_class = ModulePages
    filter_backends = [Filters]
    filters = ModuleFilters
    rehearsed = frozenset({"destroy", "duplicate", "move", "reorder"})
    queryset = Module.objects.none()

    def get_queryset(self) -> QuerySet[Module]:
        """Those of courses that this person may read."""
        contents = Content.objects.order_by("order").only("module")
        rows = Module.objects.readable_by(self.request.user)
        return rows.prefetch_related(Prefetch("contents", contents))

    def filter(self, rows: QuerySet[Module], asked: dict[str, Any]) -> QuerySet[Module]:
        """The modules of a course. Raises Http404 for one that this person may not read."""
        courses = Course.objects.readable_by(self.request.user)
        return rows.filter(course=get_object_or_404(courses, pk=asked["course"]))

    def course_of(self, row: Module) -> int:
        """Its course."""
        return row.course_id

    @extend_schema(request=NewModuleSerializer)
    def create(self, request: Request) -> Response:
        """Add a module to a course."""
        wish = validated(NewModuleSerializer, request.data)
        place = wish.pop("order", None)
        courses = Course.objects.visible_to(request.user)
        wish["course"] = course = get_object_or_404(courses, pk=wish["course"])
        refuse_who_may_not_edit(request, course.pk)
        made: list[Module] = []

        def step() -> Counts:
            made.append(add_module(**wish))
            if place is not None:
                move_module(module=made[0], place=place)
            return {"modules": 1}

        return self.take(step, course=course.pk, then=lambda: self._made(made[0]))

    @extend_schema(request=ModuleWordsSerializer, parameters=[STATE])
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change title or description; what is left out stays."""
        module = self.editable(pk)
        wish = ModuleWordsSerializer(data=request.data, partial=True)
        wish.is_valid(raise_exception=True)

        def step() -> Counts:
            module.refresh_from_db(fields=["title"])
            describe_module(module=module, **{"title": module.title, **wish.validated_data})
            return {"modules": 1}

        return self.take(step, course=module.course_id, pk=pk, then=lambda: self.answer(pk))

    @extend_schema(parameters=TRYING, responses=DELETED)
    def destroy(self, request: Request, pk: str) -> Response:
        """Put the module into the trash, and its contents with it."""
        module = self.editable(pk)

        def step() -> Counts:
            contents = Content.objects.filter(module=module).count()
            trash_module(module=module, by=person_of(request))
            return {"modules": 1, "contents": contents}

        return self.take(step, course=module.course_id, pk=pk, then=deleted)

    @extend_schema(request=NothingSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take the module back from the trash, with the contents that went with it; twice is once."""
        validated(NothingSerializer, request.data)
        module = get_object_or_404(Module.everything.editable_by(request.user), pk=pk)

        def step() -> Counts:
            restore_module(module=module)
            return {"modules": 1}

        return self.take(step, course=module.course_id, then=lambda: self.answer(pk))

    @extend_schema(
        request=NothingSerializer,
        parameters=TRYING,
        responses=stepped(ModuleSerializer, is_new=True),
    )
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """Put a copy of the module behind it, with everything in it."""
        module = self.editable(pk)
        validated(NothingSerializer, request.data)
        made: list[Module] = []

        def step() -> Counts:
            made.append(copy_module(module=module))
            return {"modules": 1, "contents": Content.objects.filter(module=made[0]).count()}

        return self.take(step, course=module.course_id, pk=pk, then=lambda: self._made(made[0]))

    @extend_schema(request=PlaceSerializer, parameters=TRYING, responses=stepped(ModuleSerializer))
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Put the module in another place of its course."""
        module = self.editable(pk)
        place = validated(PlaceSerializer, request.data)["order"]

        def step() -> Counts:
            rows = Module.objects.filter(course=module.course_id)
            before = keys_in_order(rows)
            move_module(module=module, place=place)
            return {"modules": moved(before, keys_in_order(rows))}

        return self.take(step, course=module.course_id, pk=pk, then=lambda: self.answer(pk))

    @extend_schema(
        request=ContentOrderSerializer, parameters=TRYING, responses=stepped(ModuleSerializer)
    )
    @action(detail=True, methods=["post"])
    def reorder(self, request: Request, pk: str) -> Response:
        """Put all contents in another order; 409 (`outline`) where they are not those that there are."""
        module = self.editable(pk)
        keys = validated(ContentOrderSerializer, request.data)["contents"]
        # One that was moved to another module meanwhile is no stranger.
        refuse_strangers(keys, Content.everything.filter(module__course=module.course_id))

        def step() -> Counts:
            before = keys_in_order(Content.objects.filter(module=module))
            reorder_contents(module=module, keys=keys)
            return {"contents": moved(before, keys)}

        return self.take(step, course=module.course_id, pk=pk, then=lambda: self.answer(pk))

    def _made(self, module: Module) -> Response:
        return self.made(module.pk, reverse("api:module-detail", args=[module.pk]))
