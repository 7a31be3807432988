"""The contents of a course, as its readers have them, and what authors do with them."""

from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
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
    NothingSerializer,
    anew,
    deleted,
    keys_in_order,
    moved,
    refusals,
    refuse_who_may_not_edit,
    stepped,
    validated,
)
from educa.api.content_bodies import (
    ContentChangeInPartsSerializer,
    ContentChangeSerializer,
    ContentPlaceSerializer,
    NewContentInPartsSerializer,
    NewContentSerializer,
    Sent,
)
from educa.api.content_serializers import PlacedContentSerializer, fetch_items
from educa.api.filtering import Filters
from educa.api.pagination import Pages
from educa.api.views import ApiView, person_of
from educa.courses.actions import (
    copy_content,
    move_content,
    restore_content,
    save_item,
    state_of,
    trash_content,
)
from educa.courses.actions.locking import lock_outline
from educa.courses.kinds.registry import kind_named, kind_of
from educa.courses.models import Content, Course, Module


class ContentFilters(serializers.Serializer[Any]):
    """Of which course, or of which module."""

    course = KeyField(required=False)
    module = KeyField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two. Raises ValidationError."""
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Name a course or a module."), "required")
        return attrs


class ContentPages(Pages):
    """In reading order."""

    ordering = "place", "pk"


class ContentViewSet(Authoring, ApiView, viewsets.ReadOnlyModelViewSet[Content]):
    """Contents, for who may read their course; who teaches it changes them."""

    serializer_class = PlacedContentSerializer
    pagination_class = ContentPages
    filter_backends = [Filters]
    filters = ContentFilters
    takes_files = frozenset({"create", "partial_update"})
    rehearsed = frozenset({"destroy", "duplicate", "move"})
    queryset = Content.objects.none()

    def get_queryset(self) -> QuerySet[Content]:
        """Those of courses that this person may read."""
        rows = Content.objects.readable_by(self.request.user).shown()
        return rows.select_related("module", "content_type")

    def filter(self, rows: QuerySet[Content], asked: dict[str, Any]) -> QuerySet[Content]:
        """Those of a course or a module. Raises Http404 for one that this person may not read."""
        user = self.request.user
        if "course" in asked:
            courses = Course.objects.readable_by(user)
            rows = rows.filter(module__course=get_object_or_404(courses, pk=asked["course"]))
        else:
            modules = Module.objects.readable_by(user)
            rows = rows.filter(module=get_object_or_404(modules, pk=asked["module"]))
        # One number for both places, since a cursor holds the first column only.
        place = F("module__order") * 2**31 + F("order")
        return rows.annotate(place=ExpressionWrapper(place, BigIntegerField()))

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page, with the items of its contents."""
        page = super().paginate_queryset(queryset)
        fetch_items(page or [])
        return page

    def course_of(self, row: Content) -> int:
        """That of its module."""
        return row.module.course_id

    @extend_schema(
        request={
            "application/json": NewContentSerializer,
            "multipart/form-data": NewContentInPartsSerializer,
        },
    )
    def create(self, request: Request) -> Response:
        """Add a content of any kind to a module."""
        sent = Sent(NewContentSerializer, request.data)
        kind = kind_named(sent.place["kind"])
        if kind is None:
            words = _("There is no kind of content of this name.")
            raise serializers.ValidationError({"kind": [words]}, "invalid_choice")
        modules = Module.objects.readable_by(request.user).select_related("course")
        module = get_object_or_404(modules, pk=sent.place["module"])
        refuse_who_may_not_edit(request, module.course_id)
        place, made = sent.place.get("order"), []
        with sent.file(request, module.course) as file:
            form = sent.form(kind, file)
            with refusals(), transaction.atomic():
                lock_outline(module.course_id)
                with sent.told():
                    item = save_item(form=form, module=module, author=person_of(request))
                made.append(item.contents.get())
                if place is not None:
                    move_content(content=made[0], module=module, place=place)
        return self._made(made[0])

    @extend_schema(
        request={
            "application/json": ContentChangeSerializer,
            "multipart/form-data": ContentChangeInPartsSerializer,
        },
        parameters=[STATE],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the title, or fields of the kind; what is left out stays. A file takes the place of the old one."""
        content = self.editable(pk)
        sent = Sent(ContentChangeSerializer, request.data)

        def change() -> None:
            content = self.seen(pk)
            item, kind = content.item, kind_of(content.content_type)
            if item is None or kind is None:
                raise Content.DoesNotExist
            seen = state_of(item, kind.form._meta.fields or ())
            form = sent.form(kind, file, item)
            with transaction.atomic():
                lock_outline(content.module.course_id)
                self.refuse_another_state(pk)
                with sent.told():
                    save_item(
                        form=form, module=content.module, author=person_of(request), seen=seen
                    )

        with sent.file(request, content.module.course) as file, refusals():
            anew(change)
        return self.answer(pk)

    @extend_schema(parameters=TRYING, responses=DELETED)
    def destroy(self, request: Request, pk: str) -> Response:
        """Put the content into the trash."""
        content = self.editable(pk)

        def step() -> Counts:
            trash_content(content=content, by=person_of(request))
            return {"contents": 1}

        return self.take(step, course=self.course_of(content), pk=pk, then=deleted)

    @extend_schema(request=NothingSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take the content back from the trash; 409 (`module`) while its module is there. Twice is once."""
        validated(NothingSerializer, request.data)
        rows = Content.everything.editable_by(request.user).select_related("module")
        content = get_object_or_404(rows, pk=pk)

        def step() -> Counts:
            restore_content(content=content)
            return {"contents": 1}

        return self.take(step, course=self.course_of(content), then=lambda: self.answer(pk))

    @extend_schema(
        request=NothingSerializer,
        parameters=TRYING,
        responses=stepped(PlacedContentSerializer, is_new=True),
    )
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """Put a copy of the content behind it."""
        content = self.editable(pk)
        validated(NothingSerializer, request.data)
        made: list[Content] = []

        def step() -> Counts:
            made.append(copy_content(content=content))
            return {"contents": 1}

        return self.take(
            step, course=self.course_of(content), pk=pk, then=lambda: self._made(made[0])
        )

    @extend_schema(
        request=ContentPlaceSerializer,
        parameters=TRYING,
        responses=stepped(PlacedContentSerializer),
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Put the content in another place of its module, or in another module of the course."""
        content = self.editable(pk)
        wish = validated(ContentPlaceSerializer, request.data)
        modules = Module.objects.filter(course=self.course_of(content))
        module = get_object_or_404(modules, pk=wish.get("module", content.module_id))

        def step() -> Counts:
            rows = Content.objects.filter(module=module)
            before = keys_in_order(rows)
            move_content(content=content, module=module, place=wish["order"])
            return {"contents": moved(before, keys_in_order(rows))}

        return self.take(step, course=self.course_of(content), pk=pk, then=lambda: self.answer(pk))

    def _made(self, content: Content) -> Response:
        return self.made(content.pk, reverse("api:content-detail", args=[content.pk]))
