"""Sessions in the database, read together with the person whose they are, and with what the page is about.

The database alone says whether a session is there: one that was deleted is dead at once, in every process and
whatever the cache holds. Whose a session is stands at the end of its key, so that both rows, and a third that the
page names, are asked for in one statement; then it is looked whether they belong together. What the key says is
worth nothing by itself.
"""

import re
from collections.abc import Callable
from functools import cache
from secrets import randbelow
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Subquery
from django.db.models.functions import Now
from django.utils.http import base36_to_int, int_to_base36

from educa.lib.prepared import JoinedRows, PreparedRows, prepared_cursor

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from educa.accounts.models import User

RANDOM = 32  # characters of a key that nobody can guess: 165 bits
MOST_OF_OWNER = 8  # characters that the column has left for whose it is
KEY = re.compile(r"[a-z0-9]{32,40}")
INSERT = """
INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING
"""


class Asked(NamedTuple):
    """What a page wants to know in the statement that reads the session.

    `rows` are those of a prepared question, whose first value is the key of the person; the others are `values`.
    """

    rows: PreparedRows
    values: tuple[int | str | None, ...]
    case: Any = None


class Found(NamedTuple):
    """What was asked for with the session of this person: the first row, or None where there is none."""

    person: int
    asked: Asked
    row: tuple[Any, ...] | None

    def rows_for(self, person: int, asked: Asked) -> list[tuple[Any, ...]] | None:
        """The rows that answer this question about this person, at most one.

        None where something else was asked, or about somebody else: then it has to be asked anew.
        """
        if (self.person, self.asked) != (person, asked):
            return None
        return [] if self.row is None else [self.row]


def owner_in(key: str) -> int | None:
    """Whose a session with this key would be, as far as the key says."""
    return base36_to_int(key[RANDOM:]) if len(key) > RANDOM else None


class SessionStore(DatabaseStore):
    """Django's store, for which a cookie that is no key is no session.

    A quoted cookie can hold any character, and PostgreSQL refuses a question with a NUL in it. `person` is
    whose the session is, where they were read with it; `educa.accounts.middleware` makes use of that, and says
    by `asking` what else to ask for, which is `found` then.
    """

    person: "User | None" = None
    asking: Callable[[], Asked | None] | None = None
    found: Found | None = None
    _left: str | None = None

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and KEY.fullmatch(key))

    def load(self) -> dict[str, Any]:
        """What is in the session; nothing where there is none, or none any more."""
        self.person = self.found = None
        owner = owner_in(self.session_key or "")
        data: dict[str, Any] = self._load_with(owner) if owner else {}
        return data or super().load()

    def _load_with(self, owner: int) -> dict[str, Any]:
        """The session and its person in one statement; nothing unless they belong together."""
        asked = self.asking and self.asking()
        both = read_together(self.session_key or "", owner, asked or None)
        if both is None:
            return {}
        person, said, row = both
        data: dict[str, Any] = self.decode(said) if said else {}
        if data.get(SESSION_KEY) != str(owner):
            return {}
        self.person = person
        self.found = Found(owner, asked, row) if asked else None
        return data

    def cycle_key(self) -> None:
        """Another key, which it gets when it is saved, at the end of the request: only then it is known whose it is."""
        self.get(SESSION_KEY)  # reads what is in it, if nothing has
        self._left, self._session_key = self._left or self.session_key, None
        self.modified = True
        if not vars(self)["_session_cache"]:  # one with nothing in it is not saved
            self._forget_left()

    def create(self) -> None:
        """Keep it under a new key, and not any more under the one before."""
        self._session_key = self._get_new_session_key()
        while not self._is_inserted():  # as somebody has this key
            self._session_key = self._get_new_session_key()
        self.modified = True
        self._forget_left()

    def _is_inserted(self) -> bool:
        """Whether there was no session with its key, and is one now; takes one statement, and no transaction."""
        row = self.create_model_instance(vars(self).setdefault("_session_cache", {}))
        until = connection.ops.adapt_datetimefield_value(row.expire_date)
        with prepared_cursor() as cursor:
            cursor.execute(INSERT, [row.session_key, row.session_data, until])
            return bool(cursor.rowcount)

    def _get_new_session_key(self) -> str:
        """A key; nobody is asked whether it is new, since a row with a known key can't be made (`create`)."""
        return key_of(vars(self).get("_session_cache", {}).get(SESSION_KEY))

    def flush(self) -> None:
        """Nobody's any more."""
        self.person = self.found = None
        self._forget_left()
        super().flush()

    def _forget_left(self) -> None:
        if self._left:
            self.delete(self._left)
            self._left = None


def key_of(owner: str | None) -> str:
    """A new key of a session of the person with that number, or of a visitor."""
    whose = int_to_base36(int(owner)) if owner else ""
    # One number, since Django's `get_random_string` asks the kernel for each character.
    random = int_to_base36(randbelow(36**RANDOM)).rjust(RANDOM, "0")
    return random + (whose if len(whose) <= MOST_OF_OWNER else "")


def read_together(
    key: str, owner: int, asked: Asked | None = None
) -> "tuple[User, str | None, tuple[Any, ...] | None] | None":
    """The account with that number, what is in the session with that key, and the row that is asked for.

    None without the account. Takes one statement.
    """
    from educa.accounts.models import User  # noqa: PLC0415 - this is read before models may be

    if asked:
        both = _joined(asked.rows).ask((owner, key), (owner, *asked.values), case=asked.case)
    else:
        rows = PERSON.ask(owner, key)
        both = (rows[0], None) if rows else None
    if both is None:
        return None
    (*values, is_instructor, session), row = both
    person = User.from_db(connection.alias, _columns(), values)
    vars(person)["is_instructor"] = bool(is_instructor)
    return person, session, row


def _person(_case: None, owner: int, key: str) -> "QuerySet[User, tuple[Any, ...]]":
    from educa.accounts.models import User  # noqa: PLC0415 - this is read before models may be

    there = Session.objects.filter(session_key=key, expire_date__gt=Now())
    rows = User.objects.with_teaching().annotate(session=Subquery(there.values("session_data")))
    return rows.filter(pk=owner).order_by().values_list(*_columns(), "is_instructor", "session")


PERSON = PreparedRows(_person)


@cache
def _columns() -> tuple[str, ...]:
    from educa.accounts.models.user import COLUMNS  # noqa: PLC0415 - this is read before models may be

    return COLUMNS


@cache
def _joined(rows: PreparedRows) -> JoinedRows:
    return JoinedRows(PERSON, rows)
