"""Where a program begins."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from educa.api.views import ApiView

PLACES = {
    "subjects": "api:subject-list",
    "courses": "api:course-list",
    "me": "api:me",
    "my_courses": "api:my-courses",
    "uploads": "api:upload-list",
    "transfers": "api:transfer-list",
    "tokens": "api:token-list",
    "webhooks": "api:webhook-list",
    "schema": "api:schema",
    "docs": "api:docs",
}


class RootView(ApiView):
    """What there is."""

    permission_classes: list[Any] = []

    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="root_retrieve")
    def get(self, request: Request) -> Response:
        """The addresses of everything that needs no key."""
        return Response({word: reverse(name, request=request) for word, name in PLACES.items()})
