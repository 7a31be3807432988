"""Sessions in the database, read together with the person whose they are.

The database alone says whether a session is there: one that was deleted is dead at once, in every process and
whatever the cache holds. What a process remembers is whose a session was, which never changes; so the next
request asks for both rows in one statement, and looks whether they belong together.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import connections, router
from django.db.models import Subquery
from django.utils import timezone
from django.utils.crypto import get_random_string

from educa.lib.prepared import prepared_cursor

if TYPE_CHECKING:
    from educa.accounts.models import User

KEY = re.compile(r"[a-z0-9]{32}")  # what Django makes them of
MOST_REMEMBERED = 20_000  # sessions of a process
# What stands in the statement where a request puts its own values.
SOME_KEY, SOME_OWNER, SOME_TIME = "a key", -1, datetime(1970, 1, 1, tzinfo=UTC)

_owners: dict[str, str] = {}


class SessionStore(DatabaseStore):
    """Django's store, for which a cookie that is no key is no session.

    A quoted cookie can hold any character, and PostgreSQL refuses a question with a NUL in it. `person` is
    whose the session is, where they were read with it; `educa.accounts.middleware` makes use of that.
    """

    person: "User | None" = None

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and KEY.fullmatch(key))

    def load(self) -> dict[str, Any]:
        """What is in the session; nothing where there is none, or none any more."""
        self.person = None
        key = self.session_key or ""
        if (owner := _owners.get(key)) and (found := self._load_with(owner)):
            return found
        data: dict[str, Any] = super().load()
        _remember(key, data.get(SESSION_KEY))
        return data

    def _load_with(self, owner: str) -> dict[str, Any]:
        """The session and its person in one statement; nothing unless they belong together."""
        person, said = read_together(self.session_key or "", int(owner)) or (None, None)
        data: dict[str, Any] = self.decode(said) if said else {}
        if data.get(SESSION_KEY) != owner:
            return {}
        self.person = person
        return data

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's
        """Keep it, and remember whose it is."""
        super().save(must_create)
        _remember(self.session_key or "", self.get(SESSION_KEY))

    def cycle_key(self) -> None:
        """Another key. A session that has none yet gets its only one when it is saved, at the end of the request."""
        if self.session_key is None:
            self.modified = True
        else:
            super().cycle_key()

    def _get_new_session_key(self) -> str:
        """A key; nobody is asked whether it is new, since a row with a known key can't be made (`create`)."""
        return get_random_string(32, VALID_KEY_CHARS)

    def flush(self) -> None:
        """Nobody's any more."""
        self.person = None
        super().flush()


@dataclass(frozen=True)
class _Statement:
    """The question in SQL, what else is in it, and how its row becomes a person.

    `names` are the fields of the person; after these come whether they teach, and the session. `converters` are
    those of the database, for some of the columns.
    """

    sql: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    converters: tuple[tuple[int, Any, Any], ...]


def read_together(key: str, owner: int) -> "tuple[User, str | None] | None":
    """The account with that number, and what is in the session with that key; None without the account."""
    from educa.accounts.models import User  # noqa: PLC0415 - this is read before models may be

    using = router.db_for_read(User)
    known = {SOME_KEY: key, SOME_OWNER: owner, SOME_TIME: _adapted(timezone.now(), using)}
    with prepared_cursor(using) as cursor:
        statement = _statement(using)
        cursor.execute(statement.sql, [known.get(each, each) for each in statement.parameters])
        found = cursor.fetchone()
    if found is None:
        return None
    row = [*found]
    for place, converters, expression in statement.converters:
        for convert in converters:
            row[place] = convert(row[place], expression, connections[using])
    *values, is_instructor, session = row
    person = User.from_db(using, statement.names, values)
    vars(person)["is_instructor"] = is_instructor
    return person, session


@cache
def _statement(using: str) -> _Statement:
    """What Django makes of the question, which takes it ten times as long as the database needs to answer."""
    from educa.accounts.models import User  # noqa: PLC0415 - this is read before models may be

    there = Session.objects.filter(session_key=SOME_KEY, expire_date__gt=SOME_TIME)
    rows = User.objects.with_teaching().using(using)
    asked = rows.annotate(session=Subquery(there.values("session_data"))).filter(pk=SOME_OWNER)
    compiler = asked.order_by().query.get_compiler(using)
    sql, parameters = compiler.as_sql()
    some_time = _adapted(SOME_TIME, using)
    columns = [column for column, _sql, _alias in compiler.select]
    converters = compiler.get_converters(columns).items()
    return _Statement(
        sql,
        tuple(SOME_TIME if each == some_time else each for each in parameters),
        tuple(field.attname for field in User._meta.concrete_fields),
        tuple((place, converts, expression) for place, (converts, expression) in converters),
    )


def _adapted(moment: datetime, using: str) -> Any:
    return connections[using].ops.adapt_datetimefield_value(moment)


def _remember(key: str, owner: str | None) -> None:
    if not owner:
        return
    if len(_owners) >= MOST_REMEMBERED:
        _owners.clear()
    _owners[key] = owner
