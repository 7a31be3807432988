"""What the templates of every app share: icons, covers, sizes of pictures, page numbers."""

from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext

from educa.lib import frame
from educa.lib.covers import cover_svg, hue_of
from educa.lib.fragments import fragment, fragments
from educa.lib.paths import path_to
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
def icon(name: str, *, bare: bool = False) -> SafeString:
    """Draw an icon of the sprite; it is hidden from screen readers, so a word stands beside it.

    One that is `bare` has no class: the styles of the place, where there may be hundreds, know it by its element.
    """
    return _icon(name, static("educa/icons.svg"), bare)


@lru_cache(500)
def _icon(name: str, sprite: str, bare: bool) -> SafeString:  # noqa: FBT001 - as above
    style = "icon directional" if name in DIRECTIONAL else "icon"
    return format_html(
        '<svg{} aria-hidden="true"><use href="{}#{}"/></svg>',
        "" if bare else format_html(' class="{}"', style),
        sprite,
        name,
    )


class FragmentNode(Node):
    """See `educa.lib.fragments`."""

    def __init__(
        self,
        template: FilterExpression,
        choices: dict[str, FilterExpression],
        values: dict[str, FilterExpression],
        target: str = "",
    ) -> None:
        self.template, self.choices, self.values = template, choices, values
        self.target = target

    def render(self, context: Context) -> SafeString:
        found = fragment(
            self.template.resolve(context),
            {name: each.resolve(context) for name, each in self.choices.items()},
            {name: each.resolve(context) for name, each in self.values.items()},
        )
        if not self.target:
            return found
        context[self.target] = found
        return SafeString()


@register.tag("fragment")
def do_fragment(parser: Parser, token: Token) -> FragmentNode:
    """Include a part that is rendered once for each language and choice, and set values into its blanks.

    `{% fragment "a.html" by is_open=course.is_open with title=course.title %}`. It has nothing of the page's
    context but what is named; see `educa.lib.fragments`. With `as name` at the end it is for later in the page.
    """
    _tag, template, *bits = token.split_contents()
    target = bits.pop() if bits[-2:-1] == ["as"] else ""
    bits = bits[:-1] if target else bits
    found: dict[str, dict[str, FilterExpression]] = {"by": {}, "with": {}}
    while bits:
        what = bits.pop(0)
        named = token_kwargs(bits, parser) if what in found else {}
        if not named:
            raise TemplateSyntaxError(
                f"fragment takes by name=choice … with name=value …, not {what}"
            )
        found[what] = named
    return FragmentNode(parser.compile_filter(template), found["by"], found["with"], target)


register.simple_tag(frame.header, takes_context=True, name="site_header")
register.simple_tag(frame.footer, takes_context=True, name="site_footer")
register.simple_tag(path_to, name="path")


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


@register.simple_tag(takes_context=True)
def page_address(context: Context, number: int | str) -> str:
    """Write the address of another page of the list that is shown; what else was asked for stays."""
    return f"{_up_to_number(context)}{number}"


@register.simple_tag(takes_context=True)
def page_links(context: Context, page: "Page[object]") -> SafeString:
    """Draw links to the pages around this one, if there are others; an ellipsis stands for those left out."""
    if not page.has_other_pages():
        return SafeString()
    start, number = _up_to_number(context), page.number
    shown = page.paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    links = (
        (
            {"is_gap": not isinstance(each, int), "is_current": each == number},
            {"number": str(each), "url": f"{start}{each}"},
        )
        for each in shown
    )
    return fragment(
        "components/page_links.html",
        {"has_previous": page.has_previous(), "has_next": page.has_next()},
        {
            "previous": f"{start}{number - 1}",
            "next": f"{start}{number + 1}",
            "numbers": fragments("components/page_link.html", links),
        },
    )


def _up_to_number(context: Context) -> str:
    """The address of another page of this list, but for its number."""
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    return f"?{asked.urlencode()}&page=" if asked else "?page="


@register.filter
def undo_of(message: Message) -> str:
    """Give the path that takes back what the message tells of, from its tag `undo:<path>`; "" if none."""
    address = next(
        (tag.removeprefix("undo:") for tag in message.tags.split() if tag.startswith("undo:")),
        "",
    )
    is_path = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    return address if is_path else ""
