"""Which rows are the demonstration's.

The mark is an entry in Django's own history (`LogEntry`), made in the same transaction as the row:
an administrator sees it, it needs no table of ours, and a number that was used once never comes
back, so that it can't point at somebody else's row. An account marks itself, and everything else is
marked by the account that owns it: whoever is deleted takes those marks along.
"""

from typing import TypeVar

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from educa.accounts.models import User

MARK = "Made by the demonstration."  # stored, so never translated

M = TypeVar("M", bound=models.Model)


def mark(row: models.Model, by: User) -> None:
    """Remember that the demonstration made this row."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=ADDITION,
        change_message=MARK,
    )


def marked(model: type[M]) -> "models.QuerySet[M]":
    """The rows of a model that the demonstration made and that are still there."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), change_message=MARK
    )
    return model._default_manager.filter(
        pk__in=[int(pk) for pk in entries.values_list("object_id", flat=True) if pk]
    )
