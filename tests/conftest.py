"""What the tests of several processes share."""

from tests.racing import fork_servers, start_process

__all__ = ["fork_servers", "start_process"]
