"""Connections to PostgreSQL that are kept."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import OperationalError
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


def ask(connection: DatabaseWrapper) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
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


def test_a_server_that_is_not_there_is_told(connection, postgres_url):
    connection.close()
    connection.settings_dict["PORT"] = 1

    with pytest.raises(OperationalError):
        ask(connection)
