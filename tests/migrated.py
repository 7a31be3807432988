"""Databases that have all tables and nobody in them: made once in a run, since that takes seconds, and then copied."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from educa.config.tests.commands import run_educa
from tests.settings import WORKER

TEMPLATE, DRAFT = "migrated", "migrating"
EXISTS = "SELECT 1 FROM pg_database WHERE datname = %s"
IN_MEMORY = "file:copy?mode=memory&cache=shared"
WAIT_FOR_TURN = "SELECT pg_advisory_lock(7)"  # until the connection ends


@contextmanager
def first_of_run(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, bool]]:
    """A folder that all workers of a run share, and whether it is this one's turn to fill it; others wait."""
    shared = os.environ.get("EDUCA_TEST_FOLDER")
    place = Path(shared) if shared else tmp_path_factory.getbasetemp()
    folder, is_full = place / name, place / f"{name}.full"
    with (place / f"{name}.lock").open("wb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        folder.mkdir(exist_ok=True)
        yield folder, not is_full.exists()
        is_full.touch()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of such a site on SQLite; for `copy_migrated`, never to be changed."""
    with first_of_run(TEMPLATE, tmp_path_factory) as (folder, is_first):
        if is_first:
            _migrate(folder)
    return folder


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of such a database; for `copied_postgres`, as nobody may be connected to it.

    It stays for other workers, and goes with the server.
    """
    with psycopg.connect(_beside(postgres_url, "postgres"), autocommit=True) as connection:
        connection.execute(WAIT_FOR_TURN)
        if not connection.execute(EXISTS, [TEMPLATE]).fetchone():
            connection.execute(f"DROP DATABASE IF EXISTS {DRAFT} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DRAFT}")
            url = _beside(postgres_url, DRAFT)
            _migrate(tmp_path_factory.mktemp("migrated-postgres"), DATABASE_URL=url)
            connection.execute(f"ALTER DATABASE {DRAFT} RENAME TO {TEMPLATE}")
    return _beside(postgres_url, TEMPLATE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Have pytest-django begin with a copy, where several workers share one; PostgreSQL is as quick without."""
    if "PYTEST_XDIST_WORKER" not in os.environ or connection.vendor != "sqlite":
        yield
        return
    # Others copy the folder at the same time: no file may come to it.
    template = (request.getfixturevalue("migrated") / "db.sqlite3").as_uri() + "?immutable=1"
    # What is in memory is gone when nobody is connected to it.
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as copy:
        with closing(sqlite3.connect(template, uri=True)) as full:
            full.backup(copy)
        connection.settings_dict["TEST"]["NAME"] = IN_MEMORY
        yield


@pytest.fixture
def postgres_copy(migrated_postgres: str) -> Iterator[str]:
    """The URL of a PostgreSQL database of this test's own, with all tables and nobody in it."""
    with copied_postgres(migrated_postgres, "copy") as url:
        yield url


def copy_migrated(migrated: Path, folder: Path) -> Path:
    """Have a data directory with everything of `migrated`; the folder."""
    return Path(shutil.copytree(migrated, folder, dirs_exist_ok=True))


@contextmanager
def copied_postgres(migrated_postgres: str, name: str) -> Iterator[str]:
    """The URL of a copy of that name and of this worker's own, which goes with whoever is still connected."""
    database = f"{name}_{WORKER}"
    with psycopg.connect(_beside(migrated_postgres, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {database} TEMPLATE {TEMPLATE}")
        yield _beside(migrated_postgres, database)
        connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


def _beside(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    return url.rpartition("/")[0] + f"/{database}"


def _migrate(folder: Path, **variables: str) -> None:
    done = run_educa(folder, "manage", "migrate", "-v0", **variables)
    assert done.returncode == 0, done.stderr
