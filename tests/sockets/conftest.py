"""A site with sockets, on the servers that the stage has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.sockets.live import LiveSite, live_site


@pytest.fixture(scope="package")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """A running site, which the tests of this package share; each makes courses of its own."""
    folder: Path = tmp_path_factory.mktemp("live")
    environment = {}
    if connection.vendor == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("postgres_url")
        environment["CHANNEL_LAYER_URL"] = request.getfixturevalue("redis_url")
    with live_site(folder, **environment) as running:
        yield running
