"""The outline of the player in templates: made of pieces that are ready, since it has hundreds of lines."""

from collections.abc import Collection, Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from educa.courses.outline import Entry, Part
from educa.lib.fragments import fragment, fragments
from educa.lib.templatetags.educa import icon

register = template.Library()

PART = "students/course/outline_part.html"
ENTRY = "students/course/outline_entry.html"
LINK = "students/course/outline_link.html"
NO_CHOICES: dict[str, str] = {}
CURRENT, OPEN, NOTHING = map(mark_safe, (' aria-current="page"', " open", ""))


@register.simple_tag
def outline_parts(parts: Iterable[Part], current: Part | None) -> SafeString:
    """The modules of a course; the current one is open, and all of them are where there is none."""
    opened = current.pk if current else None
    rows = (
        {
            "open": OPEN if opened in {None, part.pk} else NOTHING,
            "place": part.place,
            "title": part.title,
            "done": part.done,
            "total": part.total,
            "inside": _inside(part),
        }
        for part in parts
    )
    return fragments(PART, ((NO_CHOICES, row) for row in rows))


@register.simple_tag
def outline_entries(entries: Collection[Entry]) -> SafeString:
    """The contents of one module; a text needs no icon."""
    done = _done() if any(entry.is_done for entry in entries) else NOTHING
    rows = (
        {
            "url": entry.url,
            "state": _state(entry, done),
            "title": entry.title,
            "icon": NOTHING if entry.kind == "text" else icon(entry.icon),
        }
        for entry in entries
    )
    lines = fragments(ENTRY, ((NO_CHOICES, row) for row in rows))
    return SafeString(f"<ol>{lines}</ol>")


def _done() -> SafeString:
    """An attribute of what is done, and what is said to screen readers before its title."""
    return format_html(' class="is-done"><i>{} </i', gettext("Done:"))


def _state(entry: Entry, done: SafeString) -> SafeString:
    if not entry.is_done:
        return CURRENT if entry.is_current else NOTHING
    return SafeString(CURRENT + done) if entry.is_current else done


def _inside(part: Part) -> SafeString:
    """Its contents, or the way to them where they are not at hand."""
    if part.outline:
        return outline_entries(part.outline)
    return fragment(LINK, NO_CHOICES, {"url": part.url}) if part.total else NOTHING
