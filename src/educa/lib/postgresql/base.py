"""The engine of `DATABASES`: a request that finds its connection quiet takes it for alive."""

import re
import select
from functools import lru_cache
from typing import Any, Self

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.utils import CursorWrapper
from psycopg import RawCursor
from psycopg.types.numeric import Int8

NEVER = 2**31 - 1  # times that a statement is seen before psycopg prepares it unasked


PLACE = re.compile("%[s%]")


class PreparingCursor(RawCursor[Any]):
    """Has the server parse and plan each statement once for a connection, which costs more than answering it.

    Numbers go as `bigint`, whatever their size, so that there is one plan for all of them. Parameters are numbered
    here, once, since psycopg forgets that it has read a statement of more than 4,096 characters.
    """

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Self:
        """As ever, prepared; psycopg counts and keeps no other statement, of which some are large."""
        told = [Int8(each) if type(each) is int else each for each in params or ()]
        self.connection.prepare_threshold = NEVER
        try:
            return super().execute(_numbered(query), told, prepare=True)
        finally:
            self.connection.prepare_threshold = None


@lru_cache(1000)
def _numbered(query: str) -> bytes:
    """The statement with `$1` and so on in the places of `%s`."""
    number = 0

    def place(match: re.Match[str]) -> str:
        nonlocal number
        if match[0] == "%%":
            return "%"
        number += 1
        return f"${number}"

    return PLACE.sub(place, query).encode()


class Operations(DatabaseOperations):
    """Tells a statement that was prepared as it was asked, which psycopg does not keep."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """What is written into logs."""
        return super().last_executed_query(cursor, sql, params) or str(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that goes away says so, and then there is something to read on the connection.

    Django asks `SELECT 1` in each request, which costs a way to the server and back; looking costs a
    hundredth of that. After an error, or with something to read, the server is asked as ever.
    """

    ops_class = Operations

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor for statements that are the same each time but for their parameters."""
        engine: Any = self  # of which the stubs do not know all
        engine.close_if_health_check_failed()
        engine.ensure_connection()
        with engine.wrap_database_errors:
            cursor: CursorWrapper = engine._prepare_cursor(PreparingCursor(engine.connection))
            return cursor

    def is_usable(self) -> bool:
        """Whether the connection can be used."""
        if not self.errors_occurred and self._is_quiet():
            return True
        return bool(super().is_usable())

    def _is_quiet(self) -> bool:
        """Whether it is open, and nothing has come from the server that nobody has asked for."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
