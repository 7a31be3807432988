"""Databases that have all tables and nobody in them: made once, since that takes seconds, and then copied."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from educa.config.tests.commands import run_educa
from tests.settings import WORKER

TEMPLATE = f"migrated_{WORKER}"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of such a site on SQLite; for `copy_migrated`, never to be changed."""
    folder = tmp_path_factory.mktemp("migrated")
    _migrate(folder)
    return folder


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of such a database; for `copied_postgres`, as nobody may be connected to it."""
    url = _beside(postgres_url, TEMPLATE)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
        _migrate(tmp_path_factory.mktemp("migrated-postgres"), DATABASE_URL=url)
        yield url
        connection.execute(f"DROP DATABASE {TEMPLATE} WITH (FORCE)")


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
