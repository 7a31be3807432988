"""What is in the trash of a course: modules with their contents, and contents that were deleted alone."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from educa.accounts.models import User
from educa.courses.kinds.registry import Kind, kinds
from educa.courses.models import Content, Course, Module


def kept_until(trashed_at: datetime) -> datetime:
    """When what was deleted then goes for good."""
    return trashed_at + timedelta(days=settings.EDUCA_TRASH_DAYS)


@dataclass
class Deleted:
    """A module or a content in the trash, as a page shows it; a module has no `module` that it stood in.

    `contents` are those that went with a module. A content that `waits` can't come back before its module.
    """

    pk: int
    title: str
    kind_label: str
    icon: str
    at: datetime
    by: User | None
    module: str = ""
    waits: bool = False
    contents: list["Deleted"] = field(default_factory=list)

    @property
    def until(self) -> datetime:
        return kept_until(self.at)


def trash_of(course: Course) -> list[Deleted]:
    """What was deleted in the course, the latest first; two statements."""
    by_type = {kind.content_type().pk: kind for kind in kinds()}
    alone: list[Deleted] = []
    together: dict[int, list[Deleted]] = defaultdict(list)
    for row in _contents(course):
        with_module = row.trashed_at == row.module.trashed_at
        siblings = together[row.module_id] if with_module else alone
        siblings.append(_content(row, by_type.get(row.content_type_id)))
    modules = Module.everything.filter(course=course).exclude(trashed_at=None)
    entries = [_module(row, together[row.pk]) for row in modules.select_related("trashed_by")]
    return sorted([*entries, *alone], key=lambda entry: (entry.at, entry.pk), reverse=True)


def _contents(course: Course) -> Any:
    rows = Content.everything.filter(module__course=course).exclude(trashed_at=None)
    return rows.with_titles().select_related("module", "trashed_by").order_by("module", "order")


def _module(row: Any, contents: list[Deleted]) -> Deleted:
    label = str(Module._meta.verbose_name)
    return Deleted(
        row.pk, row.title, label, "layers", row.trashed_at, row.trashed_by, contents=contents
    )


def _content(row: Any, kind: Kind | None) -> Deleted:
    return Deleted(
        row.pk,
        row.shown_title or _("(missing)"),
        kind.label if kind else "",
        kind.icon if kind else "file",
        row.trashed_at,
        row.trashed_by,
        module=row.module.title,
        waits=row.module.trashed_at is not None,
    )
