"""Questions that are put into SQL once, since that costs more than asking them."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

BLANK = "\ue000"  # of no one's words: from Unicode's private area


class PreparedQuestion:
    """A queryset that differs from one time to the next by one text only; `ask` gives its first row, or None.

    `question` makes it of a text. The columns come as the database gives them: for numbers and texts.
    """

    def __init__(self, question: Callable[[str], "QuerySet[Any, Any]"]) -> None:
        self.question = question
        self._statements: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def ask(self, text: str) -> tuple[Any, ...] | None:
        """The first row for this text; takes one statement."""
        with connection.cursor() as cursor:
            statement, parameters = self._statement(connection.vendor)
            cursor.execute(statement, [text if each == BLANK else each for each in parameters])
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def _statement(self, vendor: str) -> tuple[str, tuple[Any, ...]]:
        if vendor not in self._statements:
            self._statements[vendor] = self.question(BLANK)[:1].query.sql_with_params()
        return self._statements[vendor]
