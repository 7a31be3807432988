"""Lists come in pages: a cursor, which stays right while rows come and go."""

from typing import Any

from rest_framework.pagination import CursorPagination

USUAL, MOST = 20, 100  # rows of a page


class Pages(CursorPagination):
    """`next` and `previous` are addresses; `page_size` is capped."""

    page_size = USUAL
    max_page_size = MOST
    page_size_query_param = "page_size"
    ordering: Any = "-pk"
