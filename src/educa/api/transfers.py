"""Packages of courses, in and out: each is a job, which one asks for, and asks about until it is over."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.filtering import Filters
from educa.api.models import Scope
from educa.api.negotiation import OneFormat
from educa.api.pagination import Pages
from educa.api.parsing import StrictJSONParser
from educa.api.permissions import HasScope, Teaches, course_to_change
from educa.api.problems import Problem
from educa.api.serializers import PersonSerializer, StrictSerializer
from educa.api.views import DRY_RUN, ApiView, person_of
from educa.courses.actions.uploading import gone
from educa.courses.models import ArrivedFile, Course, Subject, Upload
from educa.interchange.actions import TooMany, ask_for_export, ask_for_import, go_on_with
from educa.interchange.downloading import package_response
from educa.interchange.judging import check_package
from educa.interchange.models import Transfer
from educa.interchange.progress import seen
from educa.lib.keys import BIGGEST_KEY

SOON = {"Retry-After": "2"}  # seconds until it is worth asking how far a transfer is
WHILE_OTHERS_RUN = "30"  # seconds


class TransferSerializer(serializers.ModelSerializer[Transfer]):
    """An import or an export: how far it is, and what came of it."""

    kind = serializers.ChoiceField(
        source="direction", choices=Transfer.Direction.choices, read_only=True
    )
    owner = PersonSerializer(read_only=True)
    dry_run = serializers.BooleanField(
        source="is_look", read_only=True, help_text="Whether it only looks, and changes nothing."
    )
    progress = serializers.SerializerMethodField(
        help_text="Per cent of `step`, while it runs; null where nobody knows."
    )
    step = serializers.SerializerMethodField(help_text="What is being done, in words.")
    can_import = serializers.BooleanField(
        source="can_go_on",
        read_only=True,
        help_text="Whether its package is still here to be imported.",
    )
    file = serializers.SerializerMethodField(help_text="Where an export is downloaded.")
    file_until = serializers.DateTimeField(
        source="package_until", read_only=True, allow_null=True, help_text="When the package goes."
    )

    class Meta:
        model = Transfer
        fields = [
            "id",
            "kind",
            "status",
            "owner",
            "course",
            "subject",
            "name",
            "size",
            "dry_run",
            "step",
            "progress",
            "can_import",
            "file",
            "file_until",
            "reason",
            "created",
            "finished_at",
        ]
        read_only_fields = fields

    def get_progress(self, transfer: Transfer) -> int | None:
        """How far it is."""
        done = transfer.status == Transfer.Status.DONE
        return 100 if done else seen(transfer).percent

    def get_step(self, transfer: Transfer) -> str:
        """What is being done; empty while nothing is."""
        return seen(transfer).step

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_file(self, transfer: Transfer) -> str | None:
        """The address of the package, for who may have it."""
        if not getattr(transfer, "may_download", False):
            return None
        where = reverse("api:transfer-file", args=[transfer.pk])
        return str(self.context["request"].build_absolute_uri(where))


class TransferWithReportSerializer(TransferSerializer):
    """A transfer with its report, which may be long."""

    report = serializers.JSONField(
        read_only=True,
        help_text="What became of everything (docs/reference/import-report.md); empty until it is over.",
    )

    class Meta(TransferSerializer.Meta):
        fields = [*TransferSerializer.Meta.fields, "report"]
        read_only_fields = fields


class ImportSerializer(StrictSerializer):
    """A package, as a file or as a finished upload, and the subject of its course."""

    file = serializers.FileField(required=False, help_text="The package, as multipart.")
    upload = serializers.UUIDField(
        required=False,
        help_text="The id of an upload of yours that is complete, in place of `file`.",
    )
    subject = serializers.PrimaryKeyRelatedField(
        queryset=Subject.objects.all(),
        required=False,
        allow_null=True,
        help_text="Of a new course; without it, the one that the package names.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one package. Raises ValidationError."""
        if ("file" in attrs) == ("upload" in attrs):
            raise serializers.ValidationError(_("Send a file, or name an upload."), "package")
        return attrs


class DryRunParameter(StrictSerializer):
    """Whether the package is only looked at."""

    dry_run = serializers.BooleanField(
        default=False, help_text="The report says what would come in, and nothing is changed."
    )


class NothingSerializer(StrictSerializer):
    """A step that takes no words."""


class TransferFilters(serializers.Serializer[Any]):
    """What a list of transfers can be asked for."""

    kind = serializers.ChoiceField(choices=Transfer.Direction.choices, required=False)
    status = serializers.ChoiceField(choices=Transfer.Status.choices, required=False)
    course = serializers.IntegerField(required=False, min_value=1, max_value=BIGGEST_KEY)


class TransferPages(Pages):
    """The newest first."""

    ordering = "-created", "-pk"


class TransferViewSet(
    ApiView,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Transfer],
):
    """Your imports and exports; administrators see those of all."""

    permission_classes = [Teaches, HasScope]
    pagination_class = TransferPages
    filter_backends = [Filters]
    filters = TransferFilters
    scope = Scope.TEACH
    rehearsed = frozenset({"create"})
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Transfer.objects.none()

    def get_parsers(self) -> list[Any]:
        """JSON; to bring a package in, multipart too."""
        # The body is parsed before the framework knows the action.
        is_new = getattr(self, "action_map", {}).get("post") == "create"
        self.parser_classes = [StrictJSONParser, *([MultiPartParser] if is_new else [])]
        return [parser() for parser in self.parser_classes]

    def get_serializer_class(self) -> Any:
        """Without the report in lists."""
        return TransferSerializer if self.action == "list" else TransferWithReportSerializer

    def get_queryset(self) -> QuerySet[Transfer]:
        """What this person may see."""
        user = self.request.user
        rows = Transfer.objects.of(user).with_download_for(user).select_related("owner")
        return rows.defer("report") if self.action == "list" else rows

    def filter(self, rows: Any, asked: dict[str, Any]) -> QuerySet[Transfer]:
        """The rows that were asked for."""
        columns = {"kind": "direction", "status": "status", "course": "course"}
        found: QuerySet[Transfer] = rows.filter(
            **{columns[name]: value for name, value in asked.items()}
        )
        return found

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A transfer with its report. While it is under way, `Retry-After` says when to ask again."""
        transfer = self.get_object()
        headers = SOON if transfer.is_under_way else None
        return Response(self.get_serializer(transfer).data, headers=headers)

    @extend_schema(
        request={
            "multipart/form-data": ImportSerializer,
            "application/json": ImportSerializer,
        },
        parameters=[DryRunParameter],
        responses={202: TransferWithReportSerializer},
    )
    def create(self, request: Request) -> Response:
        """Bring a package in, soon: as a new course of yours, or as a new state of the one that you have from it.

        With `dry_run`, the package is judged as a whole, and nothing is changed; POST to `import/` imports it then.
        """
        asked = DryRunParameter(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wish = ImportSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        said = wish.validated_data
        with said.get("file") or self._arrived(said["upload"]) as file:
            check(file, "file" if "file" in said else "upload")
            transfer = self._ask(file, said.get("subject"), is_look=asked.validated_data[DRY_RUN])
        return accepted(request, transfer)

    @extend_schema(
        request=NothingSerializer, responses={202: TransferWithReportSerializer}, filters=False
    )
    @action(detail=True, methods=["post"], url_path="import", url_name="import")
    def go_on(self, request: Request, pk: str = "") -> Response:
        """Import what was only looked at, or what failed, as long as its package is here (`can_import`)."""
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        transfer = self.get_object()
        if transfer.owner_id != person_of(request).pk:
            raise PermissionDenied
        if not go_on_with(transfer):
            words = _("The package is gone, or being imported already.")
            raise Problem(status.HTTP_409_CONFLICT, "gone", words)
        return accepted(request, transfer)

    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        filters=False,
        operation_id="transfers_file",
    )
    @action(detail=True, content_negotiation_class=OneFormat)
    def file(self, request: Request, pk: str = "") -> HttpResponseBase:
        """The package of an export, for who asked for it while they may change the course; in parts, too."""
        rows = Transfer.objects.to_download_by(request.user)
        return package_response(request._request, get_object_or_404(rows, pk=pk))

    def _ask(self, file: Any, subject: Subject | None, *, is_look: bool) -> Transfer:
        """Ask for the import. Raises Problem (429) for who has as many under way as one may have."""
        try:
            return ask_for_import(
                owner=person_of(self.request), file=file, subject=subject, is_look=is_look
            )
        except TooMany:
            words = _("You have several imports under way. Wait until one of them is done.")
            number, headers = status.HTTP_429_TOO_MANY_REQUESTS, {"Retry-After": WHILE_OTHERS_RUN}
            raise Problem(number, "too_many", words, headers) from None

    def _arrived(self, key: Any) -> ArrivedFile:
        """The file of a whole upload of one's own. Raises ValidationError."""
        upload = Upload.objects.of(self.request.user).filter(pk=key).first()
        try:
            if upload is not None and upload.is_whole:
                return ArrivedFile(upload)
        except FileNotFoundError:
            pass
        raise ValidationError({"upload": gone()})


class ExportView(ApiView):
    """Takes a course out."""

    permission_classes = [Teaches, HasScope]
    scope = Scope.TEACH

    @extend_schema(
        request=NothingSerializer,
        responses={202: TransferWithReportSerializer},
        operation_id="courses_export",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Ask for a package of a course that you can change; twice is once, while the first is under way."""
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        course: Course = course_to_change(request, pk)
        return accepted(request, ask_for_export(owner=person_of(request), course=course))


def check(file: Any, field: str) -> None:
    """Raises Problem (413) for a package that is too large, ValidationError for what is none."""
    try:
        check_package(file)
    except ValidationError as error:
        if error.code == "size":
            number = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
            raise Problem(number, "size", " ".join(error.messages)) from None
        raise ValidationError({field: error}) from None


def accepted(request: Request, transfer: Transfer) -> Response:
    """The transfer that will be carried out, and where to ask about it."""
    user = request.user
    row = Transfer.objects.with_download_for(user).select_related("owner").get(pk=transfer.pk)
    body = TransferWithReportSerializer(row, context={"request": request}).data
    where = request.build_absolute_uri(reverse("api:transfer-detail", args=[transfer.pk]))
    return Response(body, status=status.HTTP_202_ACCEPTED, headers={"Location": where, **SOON})
