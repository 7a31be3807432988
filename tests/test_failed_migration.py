"""A migration of another version fails: nobody sees anything old, neither meanwhile nor afterwards."""

import os
from pathlib import Path

import pytest

from tests.racing import SOURCE, Start, answer, together
from tests.test_caches import PREPARE, SITE, Site

pytestmark = pytest.mark.once

# A version whose migration can not be carried out, as on a full disk.
NEXT = """
from educa.config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "next_app"]
"""
FAILING = """
from django.db import migrations

class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL("SELECT * FROM no_such_table")]
"""
MIGRATE = """
from django.core.management import call_command
from django.db import DatabaseError
answer = {"failed": False}
try:
    call_command("migrate", verbosity=0, interactive=False)
except DatabaseError:
    answer = {"failed": True}
"""
BEGIN = """
from educa.config.preparing import migrate
migrate()
answer = {}
"""

BEGIN_WHEN_TOLD = f"sys.stdin.readline()\n{BEGIN}"
ARE_OURS = """
from educa.courses.triggers import are_ours
answer = {"are_ours": are_ours()}
"""


@pytest.fixture
def next_version(tmp_path: Path) -> dict[str, str]:
    """The environment of the version that fails."""
    migrations = tmp_path / "next_app" / "migrations"
    migrations.mkdir(parents=True)
    for folder in (migrations, migrations.parent):
        (folder / "__init__.py").touch()
    (migrations / "0001_initial.py").write_text(FAILING)
    (tmp_path / "next_settings.py").write_text(NEXT)
    return {
        "DJANGO_SETTINGS_MODULE": "next_settings",
        "PYTHONPATH": os.pathsep.join([str(SOURCE), str(tmp_path)]),
    }


@pytest.fixture
def site(start: Start) -> Site:
    """A process of this version that has shown its pages."""
    answer(start(PREPARE))
    found = Site(start(SITE))
    assert found.process.hear() == "ready\n", found.process.errors
    found.do("press 1")
    return found


def test_a_site_that_goes_on_after_a_failed_migration_shows_what_is_new(
    start: Start, site: Site, next_version: dict[str, str]
) -> None:
    assert answer(start(MIGRATE, next_version)) == {"failed": True}
    site.do("press 1")

    site.do("rename Storms")

    assert "Storms" in site.do("tell /course/tides/")
    assert "Storms" in site.do("tell /")


def test_a_site_that_begins_again_after_a_failed_migration_keeps_pages_and_shows_what_is_new(
    start: Start, site: Site, next_version: dict[str, str]
) -> None:
    answer(start(MIGRATE, next_version))
    site.do("rename Storms")
    answer(start(BEGIN))
    before = site.do("press 1"), site.do("count hits")
    assert site.do("press 1") == before[0]
    assert site.do("count hits") > before[1]

    site.do("rename Waves")

    assert "Waves" in site.do("tell /course/tides/")
    assert "Waves" in site.do("tell /")


def test_servers_that_begin_at_once_after_a_failed_migration_all_begin(
    start: Start, next_version: dict[str, str]
) -> None:
    answer(start(MIGRATE, next_version))
    before = answer(start(ARE_OURS))

    together([start(BEGIN_WHEN_TOLD) for _ in range(3)])

    assert before == {"are_ours": False}
    assert answer(start(ARE_OURS)) == {"are_ours": True}
