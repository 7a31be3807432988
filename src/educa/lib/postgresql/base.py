"""The engine of `DATABASES`: a request that finds its connection quiet takes it for alive."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that goes away says so, and then there is something to read on the connection.

    Django asks `SELECT 1` in each request, which costs a way to the server and back; looking costs a
    hundredth of that. After an error, or with something to read, the server is asked as ever.
    """

    def is_usable(self) -> bool:
        """Whether the connection can be used."""
        if not self.errors_occurred and self._is_quiet():
            return True
        return bool(super().is_usable())

    def _is_quiet(self) -> bool:
        """Whether it is open, and nothing has come from the server that nobody has asked for."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
