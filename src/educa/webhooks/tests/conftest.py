"""What the tests of webhooks have in common."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from educa.lib.tests.receiving import Receiver, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Another program, on this machine, which the settings allow to be told things."""
    settings.EDUCA_WEBHOOK_PLAIN_HTTP = True
    settings.EDUCA_WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    with receiving() as started:
        yield started
