"""Everything that is in the database, and what became different in it."""

from typing import Any

from django.apps import apps
from django.db.models import Model

from educa.courses.models import Generation

OURS = "educa."
COUNTED = {"api_accesstoken.last_used_at"}  # changed by asking at all

Rows = dict[str, dict[Any, dict[str, Any]]]


def models() -> list[type[Model]]:
    """The models of Educa's own apps, and the tables between them, but for what triggers count."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith(OURS) and model is not Generation
    ]


def field_names() -> list[str]:
    """The name of every field of every model, also as it is called in the database."""
    fields = [field for model in models() for field in model._meta.get_fields()]
    names = {field.name for field in fields}
    return sorted(names | {field.attname for field in fields if hasattr(field, "attname")})


def all_rows() -> Rows:
    """Table by table, the rows by their key."""
    return {
        model._meta.db_table: {
            row["pk"]: row for row in model._base_manager.values("pk", *_columns(model))
        }
        for model in models()
    }


def difference(before: Rows, after: Rows) -> set[str]:
    """`+table` for rows that came, `-table` for those that went, `table.column` for what changed."""
    found = set()
    for table, rows in after.items():
        old = before[table]
        found |= {f"+{table}" for _ in rows.keys() - old.keys()}
        found |= {f"-{table}" for _ in old.keys() - rows.keys()}
        for key in rows.keys() & old.keys():
            found |= {f"{table}.{name}" for name in rows[key] if rows[key][name] != old[key][name]}
    return found - COUNTED


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
