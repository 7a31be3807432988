"""What the requests of authors have in common: who may, in which state of things, and whether only to try."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.models import Scope
from educa.api.parsing import StrictJSONParser
from educa.api.preconditions import etag_of, refuse_unless_current
from educa.api.problems import Problem
from educa.api.serializers import StrictSerializer
from educa.courses.actions import Changed, OutlineChanged
from educa.courses.actions.locking import lock_outline
from educa.courses.models import Course
from educa.lib.keys import BIGGEST_KEY

TRIES = 4  # of a change whose row somebody else saves between reading and locking it
MOST_KEYS = 10_000  # of one order
LAST_PLACE = 2**31 - 1

Counts = dict[str, int]
T = TypeVar("T")


class NothingSerializer(StrictSerializer):
    """A step that takes no words."""


class TryingParameters(StrictSerializer):
    """Whether the step is only tried."""

    dry_run = serializers.BooleanField(
        default=False, help_text="Check everything, change nothing, and say what would change."
    )


class TriedSerializer(serializers.Serializer[Any]):
    """What a step would have changed: how many rows of each sort."""

    dry_run = serializers.BooleanField()
    would = serializers.DictField(child=serializers.IntegerField())


class KeyField(serializers.IntegerField):
    """The id of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": BIGGEST_KEY, **kwargs})


class OrderField(serializers.IntegerField):
    """A place among siblings, counted from 0; beyond the end means last."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LAST_PLACE, **kwargs})


class KeysField(serializers.ListField):
    """The ids of all siblings, each once, in the order that they are to have."""

    child = KeyField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MOST_KEYS, **kwargs})

    def to_internal_value(self, data: Any) -> list[int]:
        """The ids. Raises ValidationError for one that is there twice."""
        keys: list[int] = super().to_internal_value(data)
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError(_("An id is there twice."), "twice")
        return keys


STATE = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` of the state that is to be changed; 412 where there is another one by now.",
)
TRYING: list[Any] = [STATE, TryingParameters]
"""The parameters of a step that can be tried."""


def stepped(
    serializer: type[serializers.Serializer[Any]], *, is_new: bool = False
) -> dict[int, Any]:
    """What a step answers that can be tried: the row, or what would change."""
    if is_new:
        return {201: serializer, 200: TriedSerializer}
    name = serializer.__name__.removesuffix("Serializer")
    either = PolymorphicProxySerializer(
        component_name=f"{name}OrTried",
        serializers=[serializer, TriedSerializer],
        resource_type_field_name=None,
    )
    return {200: either}


DELETED = {204: OpenApiResponse(description="It is in the trash."), 200: TriedSerializer}


class Authoring:
    """For viewsets of what authors change: its readers see a row, and those who may edit it change it.

    A subclass gives the rows of `get_queryset` for reading, and `course_of` a row.
    """

    scope = Scope.TEACH
    lookup_value_regex = "[0-9]{1,18}"
    takes_files: frozenset[str] = frozenset()  # the actions that take multipart, too
    rehearsed: frozenset[str] = frozenset()  # the actions that know `dry_run`

    request: Any
    action: str
    action_map: dict[str, str]
    kwargs: dict[str, Any]
    parser_classes: Any
    is_dry = False
    is_tagged = True
    get_queryset: Callable[[], QuerySet[Any]]
    get_serializer: Any

    def course_of(self, row: Any) -> int:
        """The key of the course that a row belongs to."""
        raise NotImplementedError

    def get_parsers(self) -> list[Any]:
        """JSON; multipart, too, where a file may come along."""
        # The body is parsed before the framework knows the action.
        method = str(self.request.method).lower() if self.request else ""
        name = getattr(self, "action", None) or self.action_map.get(method)
        in_parts = [MultiPartParser] if name in self.takes_files else []
        self.parser_classes = [StrictJSONParser, *in_parts]
        return [parser() for parser in self.parser_classes]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """See whether the step is only tried. Raises ValidationError for another parameter.

        Who means to try, and misspells it, must not have it done.
        """
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method not in SAFE_METHODS or self.action == "retrieve":
            known = TryingParameters if self.action in self.rehearsed else NothingSerializer
            self.is_dry = validated(known, request.query_params.dict()).get("dry_run", False)

    def get_object(self) -> Any:
        """The row of the path, which no filter of the list hides. Raises Http404."""
        return self.seen(self.kwargs["pk"])

    def seen(self, pk: Any) -> Any:
        """The row, as its readers have it. Raises Http404."""
        return get_object_or_404(self.get_queryset(), pk=pk)

    def shown(self, pk: Any) -> Any:
        """What a GET of the row answers. Raises Http404."""
        return self.get_serializer(self.seen(pk)).data

    def editable(self, pk: Any) -> Any:
        """The row, to be changed. Raises Http404, and PermissionDenied for who may only read it."""
        row = self.seen(pk)
        refuse_who_may_not_edit(self.request, self.course_of(row))
        return row

    def refuse_another_state(self, pk: Any) -> None:
        """Raises Problem (412) unless the row is in the state that the request names, if it names one.

        To be asked under the lock under which the row is changed.
        """
        if "If-Match" in self.request.headers:
            refuse_unless_current(self.request, self.shown(pk))

    def take(
        self,
        step: Callable[[], Counts],
        *,
        course: int,
        pk: Any = None,
        then: Callable[[], Response],
    ) -> Response:
        """Take the step under the lock of the course, and answer with `then`; or only try it.

        `step` gives how many rows of each sort it changes; `pk` is the row whose state may be named.
        Raises Problem (409) for what can't be done now, (412) for another state.
        """
        with refusals(), transaction.atomic():
            lock_outline(course)
            if pk is not None:
                self.refuse_another_state(pk)
            would = step()
            if self.is_dry:
                transaction.set_rollback(True)
        if self.is_dry:
            self.is_tagged = False
            return Response({"dry_run": True, "would": would})
        return then()

    def answer(self, pk: Any) -> Response:
        """The row as it is now."""
        return Response(self.shown(pk))

    def made(self, pk: int, path: str) -> Response:
        """A new row, with its address and its tag."""
        body = self.shown(pk)
        headers = {"Location": self.request.build_absolute_uri(path), "ETag": etag_of(body)}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)


def refuse_who_may_not_edit(request: Request, course: int) -> None:
    """Raises PermissionDenied for who does not teach the course, or is no instructor any more."""
    if not Course.objects.editable_by(request.user).filter(pk=course).exists():
        raise PermissionDenied


def validated(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What the body says. Raises ValidationError."""
    wish = serializer(data=data)
    wish.is_valid(raise_exception=True)
    return dict(wish.validated_data)


def anew(change: Callable[[], T]) -> T:
    """Make the change, which reads a row and saves it; once more where somebody else saved in between."""
    for _try in range(TRIES - 1):
        try:
            return change()
        except Changed:
            continue
    try:
        return change()
    except Changed:
        raise _outline_changed() from None


@contextmanager
def refusals() -> Iterator[None]:
    """What the rules refuse, as problems: a step that can't be taken now is a conflict (409)."""
    try:
        yield
    except OutlineChanged:
        raise _outline_changed() from None
    except ObjectDoesNotExist:
        raise NotFound from None
    except ValidationError as error:
        first = error.error_list[0] if hasattr(error, "error_list") else error
        raise _conflict(str(first.code or "invalid"), " ".join(error.messages)) from error


def deleted() -> Response:
    """What is answered when something has gone to the trash."""
    return Response(status=status.HTTP_204_NO_CONTENT)


def refuse_strangers(keys: list[int], siblings: QuerySet[Any]) -> None:
    """Raises NotFound for an id that is none of these rows."""
    if not set(keys) <= set(siblings.values_list("pk", flat=True)):
        raise NotFound


def keys_in_order(siblings: QuerySet[Any]) -> list[int]:
    """The ids of these rows, in their order."""
    return list(siblings.order_by("order").values_list("pk", flat=True))


def moved(before: list[int], after: list[int]) -> int:
    """How many ids of the second list have another place there, or none, in the first one."""
    places = {key: place for place, key in enumerate(before)}
    return sum(places.get(key) != place for place, key in enumerate(after))


def _outline_changed() -> Problem:
    words = _("Somebody else has changed this course meanwhile. Read it again first.")
    return _conflict("outline", words)


def _conflict(code: str, words: str) -> Problem:
    return Problem(status.HTTP_409_CONFLICT, code, words)
