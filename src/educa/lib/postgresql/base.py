"""The engine of `DATABASES`: a request that finds its connection quiet takes it for alive."""

import re
import select
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Self

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.utils import CursorWrapper
from psycopg import RawCursor
from psycopg.adapt import AdaptersMap
from psycopg.types.numeric import Int8

NEVER = 2**31 - 1  # times that a statement is seen before psycopg prepares it unasked
OF_UTC = "+00"  # at the end of a moment
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


class MomentLoader(BaseTzLoader):  # type: ignore[misc] # the stubs do not know it
    """Reads moments at a fifth of the cost: as PostgreSQL writes them where the zone is UTC, Python can read them.

    What it can't is left to Django's own loader: years before Christ, infinity, and how others write dates.
    """

    timezone = UTC

    def load(self, data: Any) -> Any:
        """The moment, in UTC."""
        text = str(data, "ascii")
        try:
            return datetime.fromisoformat(text) if text.endswith(OF_UTC) else super().load(data)
        except ValueError:
            return super().load(data)


@cache
def _reading_moments(template: AdaptersMap) -> AdaptersMap:
    """The adapters of a connection, with the loader above in the place of Django's."""
    adapters = AdaptersMap(template)
    adapters.register_loader("timestamptz", MomentLoader)
    return adapters


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

    def get_connection_params(self) -> dict[str, Any]:
        """How to connect; moments are read at once, where they are in UTC."""
        found: dict[str, Any] = super().get_connection_params()
        if self.timezone is UTC:
            found["context"] = _reading_moments(found["context"])
        return found

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
