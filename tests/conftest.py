"""What the tests of several processes share."""

from tests.racing import start_process

__all__ = ["start_process"]
