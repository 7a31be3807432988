"""The contents of a course as plain values: the same as `ModuleWithContentsSerializer` gives, at a tenth of its cost."""

from typing import Any

from django.db.models import OuterRef, QuerySet
from rest_framework.request import Request

from educa.api.content_serializers import data_of, site_of
from educa.courses.items import items_of_course
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Module
from educa.courses.rendering import rendered_items
from educa.lib.listed import Listed
from educa.lib.prepared import PreparedRows
from educa.lib.remembering import Unkept

MODULE = "pk", "order", "title", "description"
CONTENT = "pk", "order", "content_type", "object_id"


def modules_with_contents(course: int, request: Request) -> list[dict[str, Any]]:
    """All modules of a course with contents and items, rendered; one statement, and what the items take.

    Raises Unkept with them where an item can't be shown: for now, perhaps.
    """
    names = {kind.content_type().pk: kind.name for kind in kinds()}
    modules = MODULES.ask(course, case=tuple(names))
    rows = [row for module in modules for row in module[-1]]
    items = items_of_course(course, {names[row[2]] for row in rows})
    placed = {pk: items.get((names[kind], key)) for pk, _order, kind, key in rows}
    shown = rendered_items(course, placed)
    site = site_of(request)

    def told(pk: int, order: int, kind: int, _key: int) -> dict[str, Any]:
        item = placed[pk]
        return {
            "id": pk,
            "order": order,
            "kind": names[kind],
            "title": item.title if item else "",
            "item": shown[pk].html,
            "data": data_of(item, site) if item else {},
        }

    found = [
        {
            "id": pk,
            "order": order,
            "title": title,
            "description": description,
            "contents": [told(*row) for row in contents],
        }
        for pk, order, title, description, contents in modules
    ]
    if not all(each.is_whole for each in shown.values()):
        raise Unkept(found)
    return found


def _modules(case: tuple[int, ...], course: int) -> "QuerySet[Module, tuple[Any, ...]]":
    """The question for the modules of a course; kinds are in it by the keys of their content types."""
    there = Content.objects.filter(module=OuterRef("pk"), content_type__in=case).order_by("order")
    listed = Listed(there.values_list(*CONTENT))
    rows = Module.objects.filter(course=course).order_by("order").annotate(listed=listed)
    found: QuerySet[Module, tuple[Any, ...]] = rows.values_list(*MODULE, "listed")
    return found


MODULES = PreparedRows(_modules)
