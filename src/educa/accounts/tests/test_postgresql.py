"""Statements that PostgreSQL plans once: the same answers, on connections that come and go."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from educa.accounts.models import User
from educa.accounts.tests.factories import make_user
from educa.lib.prepared import PreparedRows, prepared_cursor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _on_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite prepares for one process anyway")


def named(_case, key):
    return User.objects.filter(pk=key).values_list("username")


NAMES = PreparedRows(named)


def prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_statement_is_counted_as_others_are():
    user = make_user()

    with CaptureQueriesContext(connection) as statements:
        found = NAMES.ask(user.pk)

    assert (found, len(statements)) == ([(user.username,)], 1)
    assert statements[0]["sql"].startswith("SELECT")


def test_connection_that_was_closed_is_opened():
    user = make_user()
    NAMES.ask(user.pk)
    connection.close()

    assert NAMES.ask(user.pk) == [(user.username,)]


def test_statement_goes_on_after_a_transaction_that_failed():
    user = make_user()
    NAMES.ask(user.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("SELECT nothing FROM nowhere")

    assert NAMES.ask(user.pk) == [(user.username,)]


@pytest.mark.usefixtures("_on_postgresql")
def test_numbers_of_all_sizes_share_a_plan():
    connection.close()

    for number in (1, 70_000, 2**40):
        NAMES.ask(number)

    assert len([each for each in prepared() if "username" in each]) == 1


@pytest.mark.usefixtures("_on_postgresql")
def test_other_statements_are_not_prepared():
    connection.close()
    make_user()

    with prepared_cursor() as cursor:
        cursor.execute("SELECT %s", [1])

    assert len(prepared()) == 1


@pytest.mark.usefixtures("_on_postgresql")
def test_sign_for_a_percent_is_one_and_parameters_have_their_places():
    with prepared_cursor() as cursor:
        cursor.execute("SELECT '100%%', %s || %s::text", ["%s", "b"])

        assert cursor.fetchone() == ("100%", "%sb")
