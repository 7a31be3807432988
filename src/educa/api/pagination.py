"""Lists come in pages: a cursor, which stays right while rows come and go."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

USUAL, MOST = 20, 100  # rows of a page
PAGING = frozenset({"page_size", "cursor"})  # the parameters of every list
MOST_DIGITS = 9  # of a size that is read at all


class Pages(CursorPagination):
    """`next` and `previous` are addresses; `page_size` is capped.

    The first column of `ordering` must never be null, since a cursor holds its value.
    """

    page_size = USUAL
    max_page_size = MOST
    page_size_query_param = "page_size"
    ordering: Any = "-pk"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """The rows of a page. Raises NotFound for a cursor that was not given out here."""
        try:
            found: Any = super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError) as fault:  # it holds no value of the column
            raise exceptions.NotFound(self.invalid_cursor_message) from fault
        if len(request.query_params.get(self.page_size_query_param, "")) >= len(str(MOST)):
            # Who has asked for more than there is gets the same page as who has not.
            size = str(self.get_page_size(request))
            self.base_url = replace_query_param(
                str(self.base_url), self.page_size_query_param, size
            )
        return found

    def get_schema_operation_parameters(self, view: Any) -> Any:
        """With the usual size of a page, and the largest, which is also what one gets who asks for more."""
        found = super().get_schema_operation_parameters(view)
        for parameter in found:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "default": USUAL}
                parameter["description"] = (
                    f"Rows of a page: at most {MOST}, however many are asked for."
                )
        return found

    def decode_cursor(self, request: Request) -> Any:
        """Raises NotFound also for signs that PostgreSQL takes in no text."""
        cursor = super().decode_cursor(request)
        position = str((cursor and cursor.position) or "")
        if "\0" in position or not _is_text(position):
            raise exceptions.NotFound(self.invalid_cursor_message)
        return cursor

    def get_page_size(self, request: Request) -> int:
        """At most 100. Raises ValidationError for what is no number of rows."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return USUAL
        if not (asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS and int(asked)):
            words = {self.page_size_query_param: [_("This is no number of rows.")]}
            raise exceptions.ValidationError(words)
        return min(int(asked), MOST)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
