"""The outline of the player in templates: made of pieces that are ready, since it has hundreds of lines."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from educa.courses.outline import Entry, Part
from educa.lib.fragments import fragment, fragments

register = template.Library()

PART = "students/course/outline_part.html"
ENTRY = "students/course/outline_entry.html"
LINK = "students/course/outline_link.html"


@register.simple_tag
def outline_parts(parts: Iterable[Part], current: Part | None) -> SafeString:
    """The modules of a course; the current one is open, and all of them are where there is none."""
    opened = current.pk if current else None
    return fragments(
        PART,
        (
            (
                {"is_open": opened in {None, part.pk}},
                {
                    "place": part.place,
                    "title": part.title,
                    "done": part.done,
                    "total": part.total,
                    "inside": _inside(part),
                },
            )
            for part in parts
        ),
    )


@register.simple_tag
def outline_entries(entries: Iterable[Entry]) -> SafeString:
    """The contents of one module; a text needs no icon."""
    rows = (
        (
            {
                "is_current": entry.is_current,
                "is_done": entry.is_done,
                "kind_icon": "" if entry.kind == "text" else entry.icon,
            },
            {"url": entry.url, "title": entry.title},
        )
        for entry in entries
    )
    return format_html("<ol>{}</ol>", fragments(ENTRY, rows))


def _inside(part: Part) -> SafeString:
    """Its contents, or the way to them where they are not at hand."""
    if part.outline:
        return outline_entries(part.outline)
    return fragment(LINK, {}, {"url": part.url}) if part.total else SafeString()
