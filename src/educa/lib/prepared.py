"""Questions that are put into SQL once, since that costs more than asking them."""

import re
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from educa.lib.keys import BIGGEST_KEY

BLANK = "\ue000"  # of no one's words: from Unicode's private area
BLANK_NUMBER = 9_111_000_000_000_000_000  # of no row: a key that is never reached
MOST_KEPT = 500  # statements of one question
PLACEHOLDER = re.compile("%[%s]")  # of a parameter, or of a sign of per cent


def prepared_cursor(using: str = DEFAULT_DB_ALIAS) -> CursorWrapper:
    """A cursor for a statement that is the same each time but for its parameters.

    PostgreSQL then parses and plans it once for a connection; elsewhere it is a cursor as ever.
    """
    here = connections[using]
    make: Callable[[], CursorWrapper] = getattr(here, "prepared_cursor", here.cursor)
    return make()


class PreparedQuestion:
    """A queryset that differs from one time to the next by one text only; `ask` gives its first row, or None.

    `question` makes it of a text. The columns come as the database gives them: for numbers and texts.
    """

    def __init__(self, question: Callable[[str], "QuerySet[Any, Any]"]) -> None:
        self.question = question
        self._statements: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def ask(self, text: str) -> tuple[Any, ...] | None:
        """The first row for this text; takes one statement."""
        with prepared_cursor() as cursor:
            statement, parameters = self._statement(connection.vendor)
            cursor.execute(statement, [text if each == BLANK else each for each in parameters])
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def _statement(self, vendor: str) -> tuple[str, tuple[Any, ...]]:
        if vendor not in self._statements:
            asked = self.question(BLANK)[:1].query.sql_with_params()
            self._statements[vendor] = _with_constants(*asked, [BLANK])
        return self._statements[vendor]


def _with_constants(
    sql: str, parameters: Sequence[Any], blanks: Collection[int | str]
) -> tuple[str, tuple[Any, ...]]:
    """On PostgreSQL the statement with all written into it but the blanks, and the parameters that are left.

    It plans a statement once for a connection only where it may guess as well as it could with the values: of one
    with constants among the parameters it makes a plan each time, at several times what the answer costs.
    """
    written: Callable[[str, list[Any]], str] | None = getattr(connection.ops, "compose_sql", None)
    if written is None:
        return sql, tuple(parameters)
    coming, left = iter(parameters), []

    def put(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(coming)
        if value in blanks:
            left.append(value)
            return "%s"
        return written("%s", [value]).replace("%", "%%")

    return PLACEHOLDER.sub(put, sql), tuple(left)


@dataclass(frozen=True)
class Statement:
    """A statement; a parameter is a value, or the place of a blank. `converters` by the places of columns."""

    sql: str
    width: int
    parameters: tuple[tuple[int, Any], ...]
    converters: tuple[tuple[int, list[Any], Any], ...]
    offsets: tuple[tuple[int, str], ...]


def _offset(number: int | str) -> str:
    return f" OFFSET {int(number)}"


class PreparedRows:
    """A queryset of values that differs from one time to the next by numbers and texts only; `ask` gives its rows.

    `question(case, *blanks)` makes it, once for each `case`: what else the statement depends on, of which there
    must be few. A blank is a number or a text like the value that takes its place; nothing may be asked of it in
    Python but to compare it in the database, and to be where a slice of a queryset begins. Columns are as a queryset
    gives them. PostgreSQL, too, plans it once for a connection; the types of blanks must be told by where they stand.
    """

    def __init__(self, question: Callable[..., "QuerySet[Any, Any]"]) -> None:
        self.question = question
        self._statements: dict[Hashable, Statement] = {}

    def ask(
        self, *values: int | str | None, case: Hashable = None, limit: int | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows for these values, at most so many; takes one statement.

        Nothing is found for a number that no key can be.
        """
        return _rows(lambda: self.statement(case, values), values, limit)

    def statement(self, case: Hashable, values: tuple[int | str | None, ...]) -> Statement:
        """How the database is asked for values of these types."""
        key = connection.vendor, case, *map(type, values)
        found = self._statements.get(key)
        if found is None:
            if len(self._statements) >= MOST_KEPT:
                self._statements.clear()
            found = self._statements[key] = self._prepared(case, values)
        return found

    def _prepared(self, case: Hashable, values: tuple[int | str | None, ...]) -> Statement:
        blanks: list[int | str] = [
            f"{BLANK}{place}" if isinstance(value, str) else BLANK_NUMBER + place
            for place, value in enumerate(values)
        ]
        queryset = self.question(case, *blanks)
        compiler = queryset.query.get_compiler(connection=connection)
        asked, told = compiler.as_sql()
        sql, parameters = _with_constants(asked, told, blanks)
        columns = [column for column, _sql, _alias in compiler.select]
        return Statement(
            sql,
            len(columns),
            tuple((blanks.index(each) if each in blanks else -1, each) for each in parameters),
            tuple(
                (place, converters, expression)
                for place, (converters, expression) in compiler.get_converters(columns).items()
            ),
            # Django writes these into the statement.
            tuple(
                (place, _offset(each))
                for place, each in enumerate(blanks)
                if isinstance(each, int) and _offset(each) in sql
            ),
        )


class JoinedRows:
    """Two prepared questions in one statement: the first row of one, and beside it the first row of another.

    The first column of the second is null in none of its rows. Neither has blanks where a slice begins.
    """

    def __init__(self, first: PreparedRows, second: PreparedRows) -> None:
        self.first = first
        self.second = second
        self._statements: dict[Hashable, Statement] = {}

    def ask(
        self,
        values: tuple[int | str | None, ...],
        others: tuple[int | str | None, ...],
        *,
        case: Hashable = None,
    ) -> tuple[tuple[Any, ...], tuple[Any, ...] | None] | None:
        """The row for the values, and that for the others and the case; None in the place of one that is not there.

        Takes one statement. Nothing is found for a number that no key can be.
        """
        rows = _rows(lambda: self._statement(case, values, others), (*values, *others), 1)
        if not rows:
            return None
        width = self.first.statement(None, values).width
        row, beside = rows[0][:width], rows[0][width:]
        return row, None if beside[0] is None else beside

    def _statement(
        self,
        case: Hashable,
        values: tuple[int | str | None, ...],
        others: tuple[int | str | None, ...],
    ) -> Statement:
        key = connection.vendor, case, *map(type, values), *map(type, others)
        found = self._statements.get(key)
        if found is None:
            if len(self._statements) >= MOST_KEPT:
                self._statements.clear()
            first, second = self.first.statement(None, values), self.second.statement(case, others)
            found = self._statements[key] = _joined(first, second, len(values))
        return found


def _joined(first: Statement, second: Statement, values: int) -> Statement:
    """One statement of two, of which the first takes so many values. Raises ValueError for a slice with a blank."""
    if first.offsets or second.offsets:
        raise ValueError("a question that is joined has no blank where a slice begins")
    shift = first.width
    return Statement(
        f"SELECT * FROM ({first.sql}) AS first LEFT JOIN ({second.sql}) AS second ON TRUE",  # noqa: S608 - ours
        shift + second.width,
        (
            *first.parameters,
            *((at if at < 0 else at + values, each) for at, each in second.parameters),
        ),
        (*first.converters, *((at + shift, *rest) for at, *rest in second.converters)),
        (),
    )


def _rows(
    statement_of: Callable[[], Statement],
    values: tuple[int | str | None, ...],
    limit: int | None,
) -> list[tuple[Any, ...]]:
    if any(isinstance(value, int) and value > BIGGEST_KEY for value in values):
        return []
    with prepared_cursor() as cursor:
        statement = statement_of()
        sql = statement.sql if limit is None else f"{statement.sql} LIMIT {int(limit)}"
        for place, offset in statement.offsets:
            sql = sql.replace(offset, _offset(values[place] or 0))
        cursor.execute(sql, [each if at < 0 else values[at] for at, each in statement.parameters])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    if not statement.converters:
        return rows
    converted = [[*row] for row in rows]
    for place, converters, expression in statement.converters:
        for row in converted:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
    return [tuple(row) for row in converted]
