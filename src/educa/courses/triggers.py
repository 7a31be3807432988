"""The triggers that move generations, for both databases.

They are made anew after each migration, and are dropped before one begins: SQLite drops them along with a table
that Django makes anew, and neither database alters what a trigger names. All steps go with them, in the same
transaction, so that each generation is 0 for as long as nothing would move it, and nobody keeps anything under that:
while a migration runs, and after one that has failed. A site that begins to serve makes them where it does not find
its own.

A step is a random number: the sums of a database that was restored from a backup, or of triggers that were away, go
another way than before.
"""

# ruff: noqa: S608 - what is put together here are names of tables and columns, which are ours

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from educa.courses.generations import COURSE, Shown, all_shown
from educa.courses.models import CATALOGUE, Course, Facet, Generation

PREFIX = "courses_shown"  # of the names of all triggers and functions
STEPS = Generation._meta.db_table
ONE_IN = 16  # steps of a course makes one of those that are there
REMEMBERED = 400  # characters: what a transaction has moved already, and need not move again
STEP = {
    "sqlite": "1 + (random() & 2147483647)",
    "postgresql": "1 + floor(random() * 2147483647)::bigint",
}
EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the triggers, unless the same are there; then everything moves. Asks two questions where they are."""
    connection = connections[using]
    if are_ours(using) and _is_moving(connection):
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
        ):  # one server after the other; SQLite has one at a time
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [PREFIX])
        if not are_ours(using):
            _make(connection)
        for statement in _moving_all(connection):
            cursor.execute(statement)


def are_ours(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether all triggers are there, and are those that this version makes."""
    connection = connections[using]
    return _installed(connection) == _wanted(connection)


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers away, as far as there are any, and all steps with them: nothing is kept from then on."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in _dropping(connection):
            cursor.execute(statement)
        # Last: by now whoever was writing has ended, as a trigger is dropped under a lock of its table.
        if STEPS in connection.introspection.table_names(cursor):
            cursor.execute(f"DELETE FROM {STEPS}")


def drop_before_migrating(
    sender: AppConfig, *, using: str = DEFAULT_DB_ALIAS, plan: Any = None, **kwargs: Any
) -> None:
    """Receiver of `pre_migrate`."""
    if plan:
        drop(using)


def install_after_migrating(
    sender: AppConfig, *, using: str = DEFAULT_DB_ALIAS, **kwargs: Any
) -> None:
    """Receiver of `post_migrate`, which is sent when the tables of all apps are there."""
    present = connections[using].introspection.table_names()
    if {STEPS, *(each.table for each in all_shown())} <= {*present}:
        install(using)


def _make(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in (*_dropping(connection), *_making(connection)):
            cursor.execute(statement)
        if connection.vendor == "postgresql":  # SQLite keeps the words of a trigger as they are
            cursor.execute(f"COMMENT ON FUNCTION {PREFIX}_move IS '{_wanted(connection)}'")


def _is_moving(connection: BaseDatabaseWrapper) -> bool:
    """Whether the catalogue has a generation; not after all tables were emptied."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {STEPS} WHERE course = {CATALOGUE})")
        return bool(cursor.fetchone()[0])


def _wanted(connection: BaseDatabaseWrapper) -> str:
    return sha256("\n".join(_making(connection)).encode()).hexdigest()


def _installed(connection: BaseDatabaseWrapper) -> str:
    """What `_wanted` gave when the triggers were made that are there; "" where some are missing."""
    made = list(_making(connection))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
                [f"{PREFIX}%"],
            )
            return _wanted(connection) if {sql for (sql,) in cursor} == set(made) else ""
        cursor.execute(
            "SELECT obj_description(to_regprocedure(%s), 'pg_proc'),"
            " (SELECT count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname LIKE %s AND relnamespace = current_schema()::regnamespace)",
            [f"{PREFIX}_move(bigint, integer)", f"{PREFIX}%"],
        )
        digest, number = cursor.fetchone()
        return digest if digest and number == len(all_shown()) else ""


def _making(connection: BaseDatabaseWrapper) -> Iterator[str]:
    tables = enumerate(all_shown())
    if connection.vendor == "sqlite":
        for number, each in tables:
            yield from _sqlite(f"{PREFIX}_{number}", each)
        return
    yield MOVE
    for number, each in tables:
        yield from _postgresql(f"{PREFIX}_{number}", each)


def _dropping(connection: BaseDatabaseWrapper) -> list[str]:
    """Statements that drop what is there, whichever release has made it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
                [f"{PREFIX}%"],
            )
            return [f"DROP TRIGGER {name}" for (name,) in cursor]
        cursor.execute(
            "SELECT oid::regprocedure FROM pg_proc"
            " WHERE proname LIKE %s AND pronamespace = current_schema()::regnamespace",
            [f"{PREFIX}%"],
        )
        return [f"DROP FUNCTION {name} CASCADE" for (name,) in cursor]


def _moving_all(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    step = STEP[connection.vendor]
    topics = f"SELECT {CATALOGUE} AS course UNION SELECT id FROM {COURSE}"
    return f"UPDATE {STEPS} SET number = number + {step}", _first_steps(
        topics, Facet.CONTENTS, step
    )


def _first_steps(topics: str, part: Facet, step: str) -> str:
    return (
        f"INSERT INTO {STEPS} (course, part, number) SELECT topic.course, {part.value}, {step}"
        f" FROM (SELECT 0 AS course WHERE 1 = 0 UNION {topics}) AS topic WHERE NOT EXISTS"
        f" (SELECT 1 FROM {STEPS} WHERE course = topic.course AND part = {part.value})"
    )


def _sqlite(name: str, table: Shown) -> Iterator[str]:
    """One trigger for each event: where one writes at a time, a course has one row and it is counted up."""
    step = STEP["sqlite"]
    for event, rows in EVENTS.items():
        topics = " UNION ".join(table.topics(row) for row in rows)
        when = (
            f"UPDATE OF {', '.join(table.columns)}"
            if event == "UPDATE" and table.columns
            else event
        )
        forget = f" DELETE FROM {STEPS} WHERE course = OLD.id;" if _is_end(table, event) else ""
        yield (
            f"CREATE TRIGGER {name}_{event.lower()} AFTER {when} ON {table.table} BEGIN"
            f" UPDATE {STEPS} SET number = number + {step}"
            f" WHERE part = {table.part.value} AND course IN ({topics});"
            f" {_first_steps(topics, table.part, step)};{forget} END"
        )


MOVE = f"""
CREATE FUNCTION {PREFIX}_move(topic bigint, of_part integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    here text := ' ' || topic || '.' || of_part || ' ';
    -- The catalogue moves with each course: among them it would be forgotten, and move again and again.
    place text := CASE topic WHEN {CATALOGUE} THEN 'educa.moved_catalogue' ELSE 'educa.moved' END;
    moved text := coalesce(current_setting(place, true), '');
BEGIN
    IF position(here IN moved) > 0 THEN
        RETURN;
    END IF;
    PERFORM set_config(place, right(moved || here, {REMEMBERED}), true);
    INSERT INTO {STEPS} (course, part, number) VALUES (topic, of_part, {STEP["postgresql"]});
    IF random() * {ONE_IN} < 1 THEN
        WITH gone AS (
            DELETE FROM {STEPS} WHERE id IN (
                SELECT id FROM {STEPS} WHERE course = topic AND part = of_part FOR UPDATE SKIP LOCKED
            ) RETURNING number
        )
        INSERT INTO {STEPS} (course, part, number)
        SELECT topic, of_part, sum(number) FROM gone HAVING count(*) > 0;
    END IF;
END $$
"""


def _postgresql(name: str, table: Shown) -> Iterator[str]:
    """A function and its trigger; a transaction moves a course once, however many rows it changes."""
    columns = f" OF {', '.join(table.columns)}" if table.columns else ""
    move = f"PERFORM {PREFIX}_move(topic.course, {table.part.value}) FROM ({{}}) AS topic (course);"
    # Its key may be given to another course in this transaction, which has to move then.
    forget = (
        f"IF TG_OP = 'DELETE' THEN DELETE FROM {STEPS} WHERE id IN"
        f" (SELECT id FROM {STEPS} WHERE course = OLD.id FOR UPDATE SKIP LOCKED);"
        " PERFORM set_config('educa.moved', regexp_replace("
        r"current_setting('educa.moved', true), ' ' || OLD.id || '\.\d+ ', '', 'g'), true);"
        " END IF;"
    )
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {move.format(table.topics('OLD'))} END IF;"
        f" IF TG_OP <> 'DELETE' THEN {move.format(table.topics('NEW'))} END IF;"
        f" {forget if _is_end(table, 'DELETE') else ''} RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE{columns} OR DELETE ON {table.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _is_end(table: Shown, event: str) -> bool:
    """Whether nobody will ask for the generation of the row's course any more."""
    return table.model is Course and event == "DELETE"
