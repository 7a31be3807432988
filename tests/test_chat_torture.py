"""A room through a thousand messages and twenty faults: on the servers of production, or all in one process."""

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from tests import servers
from tests.missing import miss
from tests.services import missing_server
from tests.torture.__main__ import torture

SEED = 7


@pytest.fixture
def prepared(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[str | None]:
    """A database with all tables, as the site of a run finds it: the URL of PostgreSQL, or a file for SQLite."""
    tmp_path.chmod(0o711)
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            (tmp_path / "data").mkdir()
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(tmp_path / "data/db.sqlite3")])
            yield None
        else:
            yield from _copied_on_postgresql()


def _copied_on_postgresql() -> Iterator[str]:
    own = connection.settings_dict
    name = f"{own['NAME']}_torture"
    quoted, template = map(connection.ops.quote_name, (name, own["NAME"]))
    connections.close_all()  # a database that somebody uses is no template
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE {template}")
    yield f"postgres://{own['USER']}@{own['HOST']}:{own['PORT']}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def test_nothing_is_lost_doubled_or_out_of_order_whatever_fails(
    prepared: str | None, tmp_path: Path
) -> None:
    for name in ("Redis", "Memcached") if prepared else ():
        if servers.SERVERS[name].program() is None:
            miss(missing_server(name))
    asked = argparse.Namespace(
        clients=8, messages=1000, faults=20, seed=SEED, rate=100, kinds=None,
        postgres=prepared is not None, database=prepared,
    )  # fmt: skip

    report = asyncio.run(torture(asked, tmp_path))

    assert report["wrong"] == []
    assert sum(report["faults"].values()) == asked.faults
