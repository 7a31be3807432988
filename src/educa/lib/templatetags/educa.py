"""What the templates of every app share: icons, covers, sizes of pictures, page numbers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext

from educa.lib.covers import cover_svg, hue_of
from educa.lib.ready import Ready, path_to
from educa.lib.renditions import size_of
from educa.lib.srcset import SIZES, srcset

register = template.Library()
register.filter(size_of)
register.filter(srcset)

# These point along the line of reading, so a right-to-left page mirrors them.
DIRECTIONAL = frozenset(
    {"arrow-left", "arrow-right", "chevron-right", "log-in", "log-out", "reply", "send-horizontal"}
)


@register.simple_tag
@lru_cache(500)  # the address of the sprite is that of the start
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is hidden from screen readers, so a word stands beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " directional" if name in DIRECTIONAL else "",
        static("educa/icons.svg"),
        name,
    )


@register.simple_tag
def ready(template: str, **values: object) -> SafeString:
    """As `include`, of a template that was rendered before and prints these values, and nothing else of the page."""
    return Ready(template, *values).filled(**values)


@register.simple_tag
def path(name: str, *numbers: int) -> str:
    """As `url`, for addresses with numbers only."""
    return path_to(name, *numbers)


@register.simple_tag
def cover(slug: str, subject_slug: str) -> SafeString:
    """Draw the generated cover of the course with this slug, in the hue of its subject."""
    return cover_svg(slug, hue_of(subject_slug))


@register.simple_tag
def sizes(place: str) -> str:
    """How wide pictures are shown in a place: `content`, `card`, or `side` of a page."""
    return SIZES[place]


@register.filter
def grouped(number: int) -> str:
    """Write a count with the reader's thousands separator: 1,204."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def ago(moment: datetime) -> str:
    """Write how long ago a moment is, in its largest unit: 3 days ago."""
    passed = timezone.now() - moment
    if passed < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(time)s ago") % {"time": timesince(moment, depth=1)}


@register.filter
def elided(page: "Page[object]") -> Iterator[int | str]:
    """Give the page numbers around this one; an ellipsis stands for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def undo_of(message: Message) -> str:
    """Give the path that takes back what the message tells of, from its tag `undo:<path>`; "" if none."""
    address = next(
        (tag.removeprefix("undo:") for tag in message.tags.split() if tag.startswith("undo:")),
        "",
    )
    is_path = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    return address if is_path else ""
