"""Pages while the database is down or a disk is full."""

import errno
import sqlite3
from contextlib import ExitStack
from http.client import HTTPConnection

import psycopg
import pytest
from django.db import InterfaceError, OperationalError

from educa.config import server
from educa.config.tests.commands import run_educa
from educa.config.tests.serving import serving
from educa.config.views import status_of
from tests import services
from tests.missing import miss

pytestmark = pytest.mark.once

SIGNED_IN = {"Cookie": f"session={'a' * 32}"}


def ask(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=SIGNED_IN)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


@pytest.fixture(scope="module")
def orphan(tmp_path_factory):
    """The port of a site whose PostgreSQL was there when it started, and went."""
    folder = tmp_path_factory.mktemp("data")
    assert run_educa(folder, "manage", "collectstatic", "--no-input", "-v", "0").returncode == 0
    with ExitStack() as stack:
        with services.running("PostgreSQL") as here:
            if here.missing:
                miss(here.missing[0])
            url = here.addresses["PostgreSQL"][0]
            process = stack.enter_context(serving(folder, server.APPLICATION, DATABASE_URL=url))
            assert ask(process.port, "/readyz")[0].status == 200
        yield process.port


@pytest.mark.parametrize("path", ["/", "/students/courses/", "/nothing", "/admin/"])
def test_pages_without_the_database_say_so_and_when_to_come_back(orphan, path):
    response, body = ask(orphan, path)

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert "can't be reached" in body
    assert "Content-Security-Policy" in response.headers


def test_health_without_the_database_does_not_depend_on_a_cookie(orphan):
    assert ask(orphan, "/healthz")[0].status == 200
    assert ask(orphan, "/readyz")[0].status == 503


def fault_of(sql, *before):
    connection = sqlite3.connect(":memory:")
    for statement in before:
        connection.execute(statement)
    try:
        connection.execute(sql)
    except sqlite3.Error as cause:
        fault = OperationalError(str(cause))
        fault.__cause__ = cause
        return fault
    finally:
        connection.close()


def test_a_table_that_is_missing_is_no_reason_to_try_again():
    assert status_of(fault_of("SELECT * FROM nothing")) == 500


def test_a_full_database_has_no_room():
    table = ("CREATE TABLE a (b)", "PRAGMA max_page_count = 2")

    assert status_of(fault_of("INSERT INTO a VALUES (randomblob(99999))", *table)) == 507


def test_a_full_disk_below_postgresql_has_no_room():
    fault = OperationalError()
    fault.__cause__ = psycopg.errors.DiskFull()

    assert status_of(fault) == 507


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (OperationalError(), 503),
        (InterfaceError(), 503),
        (OSError(errno.ENOSPC, "full"), 507),
        (OSError(errno.EIO, "broken"), 500),
        (ValueError(), 500),
        (None, 500),
    ],
)
def test_each_fault_has_its_status(fault, status):
    assert status_of(fault) == status
