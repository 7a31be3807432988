"""Webhooks: which programs are told what happens, and what each was told."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from educa.api.authoring import NothingSerializer, TriedSerializer, TryingParameters, validated
from educa.api.models import Scope
from educa.api.pagination import Pages
from educa.api.permissions import HasScope, IsSignedIn
from educa.api.preconditions import refuse_unless_current
from educa.api.problems import Problem
from educa.api.serializers import StrictModelSerializer
from educa.api.tokens import refuse_unless_confirmed
from educa.api.views import ApiView, person_of
from educa.courses.models import Course
from educa.webhooks import actions
from educa.webhooks.models import Delivery, EventType, Webhook
from educa.webhooks.permissions import courses_to_hear_of, may_have_webhooks

SECRETS = {"create", "rotate"}  # what answers with a secret


class WebhookSerializer(StrictModelSerializer):
    """A webhook, without its secret. `failing_since` is null while the last delivery arrived."""

    course = serializers.PrimaryKeyRelatedField(
        queryset=Course.objects.none(),
        allow_null=True,
        required=False,
        help_text="One course; null is all courses that you teach, or look after.",
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EventType.choices), allow_empty=False
    )

    class Meta:
        model = Webhook
        fields = ["id", "url", "events", "course", "is_active", "created_at", "failing_since"]
        read_only_fields = ["created_at", "failing_since"]

    def get_fields(self) -> dict[str, Any]:
        """The course is one of which this person may be told."""
        fields: dict[str, Any] = super().get_fields()
        user = self.context["request"].user
        if user.is_authenticated and not fields["course"].read_only:
            fields["course"].queryset = courses_to_hear_of(user)
        return fields

    def validate_url(self, url: str) -> str:
        """One that may be sent to. Raises ValidationError."""
        actions.refuse_unfit(url)
        return url


class NewWebhookSerializer(WebhookSerializer):
    """A webhook with its secret."""

    secret = serializers.CharField(
        read_only=True, help_text="In this answer only; nobody can read it again."
    )

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """What a webhook was told, and what came of it. `id` is that of the header `webhook-id`."""

    id = serializers.UUIDField(source="uid", read_only=True)
    type = serializers.CharField(source="event", read_only=True)
    created_at = serializers.DateTimeField(source="created", read_only=True)
    next_try_at = serializers.SerializerMethodField(help_text="While it waits.")
    fault = serializers.ChoiceField(
        choices=["", *Delivery.Fault.values], read_only=True, help_text="Why it did not arrive."
    )

    class Meta:
        model = Delivery
        fields = [
            "id",
            "webhook",
            "type",
            "course",
            "status",
            "created_at",
            "tries",
            "tried_at",
            "next_try_at",
            "answer_status",
            "fault",
            "answer",
        ]
        read_only_fields = fields

    def get_next_try_at(self, delivery: Delivery) -> str | None:
        """When it is due."""
        if delivery.status != Delivery.Status.WAITING:
            return None
        written: str = serializers.DateTimeField().to_representation(delivery.due_at)
        return written


class WebhookPages(Pages):
    """The newest first."""

    ordering = "-created_at", "-pk"


class DeliveryPages(Pages):
    """The newest first."""

    ordering = "-created", "-pk"


class WebhookViewSet(
    ApiView,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Webhook],
):
    """Your webhooks: addresses of programs that are told what happens in your courses."""

    serializer_class = WebhookSerializer
    pagination_class = WebhookPages
    permission_classes = [IsSignedIn, HasScope]
    scope = Scope.TEACH
    lookup_value_regex = "[0-9]{1,18}"
    rehearsed = frozenset({"destroy"})
    queryset = Webhook.objects.none()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What answers with a secret is kept for nobody."""
        self.is_repeatable = self.action not in SECRETS
        super().initial(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Webhook]:
        """One's own."""
        return Webhook.objects.of(person_of(self.request))

    @extend_schema(responses={201: NewWebhookSerializer})
    def create(self, request: Request) -> Response:
        """Make a webhook, while you teach. The answer has its `secret`, which nobody can read again.

        By a session, the password must have been typed within the last ten minutes (`unconfirmed`).
        """
        owner = _who_teaches(request)
        refuse_unless_confirmed(request)
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        is_active = values.pop("is_active", True)
        with transaction.atomic():
            webhook = actions.make_webhook(owner=owner, **values)
            if not is_active:
                webhook = actions.change_webhook(webhook=webhook, is_active=False)
        body = self._with_secret(webhook)
        address = request.build_absolute_uri(f"{request.path}{webhook.pk}/")
        return Response(body, status=status.HTTP_201_CREATED, headers={"Location": address})

    def partial_update(self, request: Request, pk: str = "") -> Response:
        """Change it, while you teach. Switched on again, it forgets its failures; what was given up is not sent.

        By a session, another address needs the password as making one does. `If-Match` is honored.
        """
        _who_teaches(request)
        own = self.get_object()
        with transaction.atomic():
            own = self._current(request, own)
            asked = self.get_serializer(own, data=request.data, partial=True)
            asked.is_valid(raise_exception=True)
            if asked.validated_data.get("url", own.url) != own.url:
                refuse_unless_confirmed(request)
            changed = actions.change_webhook(webhook=own, **asked.validated_data)
        return Response(self.get_serializer(changed).data)

    @extend_schema(parameters=[TryingParameters], responses={204: None, 200: TriedSerializer})
    def destroy(self, request: Request, pk: str = "") -> Response:
        """Delete it with the log of its deliveries. `If-Match` is honored; `dry_run` says what would go."""
        is_dry = validated(TryingParameters, request.query_params.dict())["dry_run"]
        own = get_object_or_404(self.get_queryset(), pk=pk)
        with transaction.atomic():
            own = self._current(request, own)
            if is_dry:
                would = {"webhooks": 1, "deliveries": own.deliveries.count()}
                return Response({"dry_run": True, "would": would})
            own.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=NothingSerializer, responses={200: NewWebhookSerializer})
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str = "") -> Response:
        """Give it a new `secret`. For another day everything is signed with the old one as well."""
        _nothing(request)
        webhook = actions.change_secret(webhook=self.get_object())
        return Response(self._with_secret(webhook))

    @extend_schema(request=NothingSerializer, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str = "") -> Response:
        """Send a `ping`, once, also where the webhook is off; its delivery says what comes of it."""
        _nothing(request)
        delivery = actions.ask_for_test(webhook=self.get_object())
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=DeliverySerializer(many=True), operation_id="webhooks_deliveries_list")
    @action(detail=True, pagination_class=DeliveryPages)
    def deliveries(self, request: Request, pk: str = "") -> Response:
        """What it was told within the last 30 days."""
        rows = Delivery.objects.filter(webhook=self.get_object())
        page: Any = self.paginate_queryset(rows)  # type: ignore[arg-type]  # of another model
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)

    def _current(self, request: Request, own: Webhook) -> Webhook:
        """The row under its lock. Raises Problem (412), and Webhook.DoesNotExist as 404."""
        locked = get_object_or_404(self.get_queryset().select_for_update(no_key=True), pk=own.pk)
        refuse_unless_current(request, self.get_serializer(locked).data)
        return locked

    def _with_secret(self, webhook: Webhook) -> dict[str, Any]:
        return {**self.get_serializer(webhook).data, "secret": webhook.secret}


class DeliveryViewSet(ApiView, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Delivery]):
    """What your webhooks were told, one by one."""

    serializer_class = DeliverySerializer
    permission_classes = [IsSignedIn, HasScope]
    scope = Scope.TEACH
    lookup_field = "uid"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "uuid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    queryset = Delivery.objects.none()

    def get_queryset(self) -> QuerySet[Delivery]:
        """Those of one's own webhooks."""
        return Delivery.objects.of(person_of(self.request)).select_related("webhook")

    @extend_schema(request=NothingSerializer, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def redeliver(self, request: Request, pk: str = "") -> Response:
        """Send it again, under the same id. 409 while it is under way (`under_way`), or where the webhook is `off`."""
        _nothing(request)
        try:
            delivery = actions.ask_again(delivery=self.get_object())
        except actions.TooSoon as refused:
            raise Problem(
                status.HTTP_409_CONFLICT, str(refused.code), refused.messages[0]
            ) from refused
        return Response(self.get_serializer(delivery).data, status=status.HTTP_202_ACCEPTED)


def _who_teaches(request: Request) -> Any:
    if not request.user.is_authenticated:
        raise NotAuthenticated
    if not may_have_webhooks(request.user):
        raise PermissionDenied(_("Webhooks are for those who teach."))
    return request.user


def _nothing(request: Request) -> None:
    NothingSerializer(data=request.data).is_valid(raise_exception=True)
