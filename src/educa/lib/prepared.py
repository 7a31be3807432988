"""Questions that are put into SQL once, since that costs more than asking them."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet, Subquery, TextField

from educa.lib.keys import BIGGEST_KEY

BLANK = "\ue000"  # of no one's words: from Unicode's private area
FIRST_BLANK = -2_000_000_000  # in the place of numbers: no key, and no constant of a question


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


def prepared_cursor() -> CursorWrapper:
    """A cursor for a statement that is the same each time but for its parameters.

    PostgreSQL then parses and plans it once for a connection; elsewhere it is a cursor as ever.
    """
    make: Callable[[], CursorWrapper] = getattr(connection, "prepared_cursor", connection.cursor)
    return make()


class PreparedRows:
    """A queryset of values that differs from one time to the next by numbers only; `ask` gives its rows.

    `question` makes it of as many numbers as it takes. Nothing else in it may be another one later: no time, and
    no key of a row that could be made anew.
    """

    def __init__(self, question: "Callable[..., QuerySet[Any, Any]]") -> None:
        self.question = question
        count = len(signature(question).parameters)
        self._blanks = tuple(range(FIRST_BLANK, FIRST_BLANK + count))
        self._statements: dict[str, _Statement] = {}

    def ask(self, *numbers: int | None) -> list[tuple[Any, ...]]:
        """The rows for these numbers, as the queryset would give them; takes one statement.

        Nothing is found for a number that no key can be.
        """
        if any(number is not None and number > BIGGEST_KEY for number in numbers):
            return []
        told = dict(zip(self._blanks, numbers, strict=True))
        with prepared_cursor() as cursor:
            statement = self._statement()
            cursor.execute(statement.sql, [told.get(each, each) for each in statement.parameters])
            return [statement.converted(row) for row in cursor.fetchall()]

    def _statement(self) -> "_Statement":
        if connection.vendor not in self._statements:
            compiler = self.question(*self._blanks).query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            found = compiler.get_converters([each for each, _sql, _alias in compiler.select or ()])
            converters = {place: (each, expression) for place, (each, expression) in found.items()}
            self._statements[connection.vendor] = _Statement(sql, tuple(parameters), converters)
        return self._statements[connection.vendor]


@dataclass(frozen=True)
class _Statement:
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, tuple[list[Any], Any]]
    """By column: what makes of a value of the database what the field says it is, and the expression."""

    def converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, (converters, expression) in self.converters.items():
            for converter in converters:
                values[place] = converter(values[place], expression, connection)
        return tuple(values)


class Listed(Subquery):
    """All that a queryset finds, as one JSON list; its column is called `each`, and holds numbers or JSON.

    None where it finds nothing. The list is in no order.
    """

    output_field = TextField()
    template = "(SELECT '[' || GROUP_CONCAT(listed.each) || ']' FROM (%(subquery)s) AS listed)"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """PostgreSQL has another name for it, and wants texts."""
        template = "(SELECT '[' || STRING_AGG(listed.each::text, ',') || ']' FROM (%(subquery)s) AS listed)"
        return self.as_sql(compiler, connection, template=template, **extra)
