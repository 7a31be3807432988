"""Access tokens: made and revoked by a person themselves, and never by a token."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from educa.accounts.views.my_data import is_confirmed
from educa.api.actions import make_token
from educa.api.authentication import SessionAuthentication
from educa.api.forms import clean_name
from educa.api.models import AccessToken, Scope
from educa.api.pagination import Pages
from educa.api.permissions import IsSignedIn, SessionOnly
from educa.api.problems import Problem
from educa.api.serializers import StrictModelSerializer
from educa.api.views import ApiView, person_of


class TokenSerializer(StrictModelSerializer):
    """A token, without its secret."""

    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When it ends; null is never. It is to be said."
    )

    class Meta:
        model = AccessToken
        fields = ["id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at"]
        read_only_fields = ["hint", "created_at", "last_used_at"]

    def validate_name(self, name: str) -> str:
        """One line. Raises ValidationError."""
        return clean_name(name)

    def validate_expires_at(self, expires_at: datetime | None) -> datetime | None:
        """In the future. Raises ValidationError."""
        if expires_at is not None and expires_at <= timezone.now():
            raise serializers.ValidationError(_("This time is over."))
        return expires_at


class NewTokenSerializer(TokenSerializer):
    """A token that was made a moment ago, with its secret."""

    secret = serializers.CharField(
        read_only=True, help_text="In this answer only; nobody can read it again."
    )

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]


class TokenPages(Pages):
    """The newest first."""

    ordering = "-created_at", "-pk"


class TokenViewSet(
    ApiView,
    mixins.ListModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[AccessToken],
):
    """Your access tokens. A token can neither list, make nor revoke them."""

    serializer_class = TokenSerializer
    pagination_class = TokenPages
    permission_classes = [IsSignedIn, SessionOnly]
    lookup_value_regex = "[0-9]{1,18}"
    is_repeatable = False
    queryset = AccessToken.objects.none()

    def get_queryset(self) -> QuerySet[AccessToken]:
        """One's own."""
        return AccessToken.objects.of(person_of(self.request))

    @extend_schema(responses={201: NewTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token. The answer has its `secret`, which nobody can read again.

        By a session, the password must have been typed within the last ten minutes (`unconfirmed`).
        """
        refuse_unless_confirmed(request)
        asked: Any = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        token, secret = make_token(user=person_of(request), **asked.validated_data)
        body = {**self.get_serializer(token).data, "secret": secret}
        return Response(body, status=status.HTTP_201_CREATED)


def refuse_unless_confirmed(request: Request) -> None:
    """Raises Problem (403): an open browser must not be enough to get something that outlasts it.

    A token that may do it is no open browser.
    """
    if not isinstance(request.successful_authenticator, SessionAuthentication):
        return
    if not is_confirmed(request._request):
        raise Problem(
            status.HTTP_403_FORBIDDEN,
            "unconfirmed",
            _("Confirm your password first, on the page of your access tokens."),
        )
