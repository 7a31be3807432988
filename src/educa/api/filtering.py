"""What a list can be asked for: filters, words and orders, each from a list of what is allowed."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request


class Filters(BaseFilterBackend):
    """Asks the view: `filters` is a serializer class of the parameters, `filter(rows, values)` applies them.

    A value that makes no sense is refused; so are other parameters, by the view itself.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        """The rows that were asked for. Raises ValidationError."""
        asked = getattr(view, "filters", None)
        if asked is None:
            return queryset
        given = request.query_params
        known = asked().fields
        values = asked(data={name: given[name] for name in given if name in known})
        values.is_valid(raise_exception=True)
        return view.filter(queryset, values.validated_data)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Told to the schema by `educa.api.schema`."""
        return []
