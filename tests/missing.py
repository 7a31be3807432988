"""What a test does that can't have what it needs."""

from typing import NoReturn

import pytest

from tests import services


def miss(what: str) -> NoReturn:
    """Skip the test for want of something; fail it where nothing may be skipped."""
    if services.strict():
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
