"""Connections to PostgreSQL that are kept."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import DataError, OperationalError
from django.test.utils import CaptureQueriesContext

from educa.config.backends import postgresql
from educa.lib.postgresql.base import DatabaseWrapper


@pytest.fixture
def connection(postgres_url: str, django_db_blocker: Any) -> Iterator[DatabaseWrapper]:
    """A connection that has been used, as the next request finds it."""
    settings = {"TIME_ZONE": None, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False}
    wrapper = DatabaseWrapper({**settings, **postgresql(urlsplit(postgres_url), 5)}, "kept")
    with django_db_blocker.unblock():
        ask(wrapper)
        wrapper.close_if_unusable_or_obsolete()
        yield wrapper
        wrapper.close()


def ask(connection: DatabaseWrapper, question: str = "SELECT pg_backend_pid()") -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_a_quiet_connection_is_used_again_without_a_question(connection):
    kept = ask(connection)
    connection.health_check_done = False

    with CaptureQueriesContext(connection) as statements:
        assert ask(connection) == kept
    assert len(statements) == 1


def test_a_connection_that_the_server_has_ended_is_replaced(connection, postgres_url):
    ended = ask(connection)
    connection.health_check_done = False
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])

    assert ask(connection) != ended


def test_after_an_error_the_server_is_asked(connection, monkeypatch):
    connection.errors_occurred = True
    monkeypatch.setattr(connection, "_is_quiet", lambda: pytest.fail("it was only looked at"))

    assert connection.is_usable()


def test_a_closed_connection_is_of_no_use(connection):
    connection.connection.close()

    assert not connection.is_usable()


def test_what_is_prepared_is_planned_once(connection):
    question = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%moments%%'"
    with connection.prepared_cursor() as cursor:
        deque((cursor.execute("SELECT %s::int AS moments", [each]) for each in range(9)), maxlen=0)

    with connection.cursor() as cursor:
        cursor.execute(question)
        assert cursor.fetchall() == [(9, 0)]


def test_a_server_that_is_not_there_is_told(connection, postgres_url):
    connection.close()
    connection.settings_dict["PORT"] = 1

    with pytest.raises(OperationalError):
        ask(connection)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-29 13:52:59.5+00", datetime(2026, 11, 29, 13, 52, 59, 500_000, UTC)),
        ("2026-07-01 12:00:00.000001+02", datetime(2026, 7, 1, 10, 0, 0, 1, UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(connection, written, read):
    found = ask(connection, f"SELECT '{written}'::timestamptz")

    assert (found, found.tzinfo) == (read, UTC)


@pytest.mark.parametrize("written", ["infinity", "0044-03-15 12:00:00+00 BC"])
def test_a_moment_that_python_has_no_word_for_is_an_error(connection, written):
    with pytest.raises(DataError):
        ask(connection, f"SELECT '{written}'::timestamptz")


def test_a_moment_in_another_zone_is_left_to_django(connection):
    ask(connection, "SELECT set_config('TimeZone', 'Asia/Kolkata', false)")

    found = ask(connection, "SELECT '2026-11-29 13:00:00+05:30'::timestamptz")

    assert found == datetime(2026, 11, 29, 13, 0, tzinfo=UTC)  # which has each session in UTC
