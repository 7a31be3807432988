"""Rows that hang on a row, fetched along with it: one statement in the place of two."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, QuerySet, Subquery

# Of names of columns, and of a statement.
LISTS = {
    "sqlite": "(SELECT json_group_array(json_array({})) FROM ({}) AS listed)",
    "postgresql": "(SELECT coalesce(json_agg(json_build_array({}))::text, '[]') FROM ({}) AS listed)",
}


class Listed(Subquery):
    """The rows of `queryset.values_list(...)` as a list of lists, in their order; to annotate rows with.

    For columns of numbers and texts: what others look like differs between databases. Without rows it is empty.
    With `TextField()` it comes as the text that says so, where not each row's is needed.
    """

    def __init__(
        self, queryset: "QuerySet[Any, Any]", output_field: "Field[Any, Any] | None" = None
    ) -> None:
        super().__init__(queryset, output_field=output_field or JSONField())

    def as_sql(
        self, compiler: Any, connection: BaseDatabaseWrapper, *_args: Any, **_more: Any
    ) -> tuple[str, Any]:
        """The statement, around that of the queryset."""
        inner, parameters = self.query.as_sql(compiler, connection)
        names = ", ".join(
            f"listed.{connection.ops.quote_name(name)}" for name in self.query.selected or ()
        )
        return LISTS[connection.vendor].format(names, inner[1:-1]), parameters
