"""A site with sockets, on the servers that the stage has."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection

from tests.migrated import copied_postgres, copy_migrated
from tests.sockets.live import LiveSite, live_site


@pytest.fixture(scope="package")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """A running site, which the tests of this package share; each makes courses of its own."""
    folder: Path = tmp_path_factory.mktemp("live")
    with ExitStack() as stack:
        environment = {}
        if connection.vendor == "postgresql":
            template = request.getfixturevalue("migrated_postgres")
            environment["DATABASE_URL"] = stack.enter_context(copied_postgres(template, "live"))
            environment["CHANNEL_LAYER_URL"] = request.getfixturevalue("redis_url")
        else:
            copy_migrated(request.getfixturevalue("migrated"), folder)
        yield stack.enter_context(live_site(folder, **environment))
