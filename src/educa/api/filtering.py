"""What a list can be asked for: filters, words and orders, each from a list of what is allowed."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

ALWAYS = {"page_size", "cursor", "format"}


class Filters(BaseFilterBackend):
    """Asks the view: `filters` is a serializer class of the parameters, `filter(rows, values)` applies them.

    A parameter that is not known is refused, as one with a value that makes no sense.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        """The rows that were asked for. Raises ValidationError."""
        asked = getattr(view, "filters", None)
        known = set(asked().fields) if asked else set()
        given = {name: request.query_params[name] for name in request.query_params}
        unknown = given.keys() - known - ALWAYS
        if unknown:
            raise serializers.ValidationError(
                {name: ["This parameter is not known."] for name in sorted(unknown)}, "unknown"
            )
        if asked is None:
            return queryset
        values = asked(data={name: given[name] for name in given if name in known})
        values.is_valid(raise_exception=True)
        return view.filter(queryset, values.validated_data)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Told to the schema by `educa.api.schema`."""
        return []
