"""Sessions in the database, asked for only by keys that it could have."""

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

KEY = re.compile(r"[a-z0-9]{32}")  # what Django makes them of


class SessionStore(DatabaseStore):
    """Django's store, for which a cookie that is no key is no session.

    A quoted cookie can hold any character, and PostgreSQL refuses a question with a NUL in it.
    """

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and KEY.fullmatch(key))
