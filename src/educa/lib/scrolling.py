"""What may be wider than a page scrolls in a box of its own: tables, and formulas that stand alone."""

import re
from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.translation import gettext

# Elements as they stand in HTML that has been cleaned: values in quotes.
TAG = re.compile(r"<(/?)(table|math)((?: [a-zA-Z-]+=\"[^\"]*\")*)>")
BOXED = re.compile(r'<div class="table-scroll"[^>]*>\s*$')
STANDS_ALONE = ' display="block"'


def with_scrolling(clean: str) -> str:
    """Put each table, and each formula that stands alone, into a box that scrolls.

    A keyboard reaches the boxes of tables; those of formulas are plain, as a page may have hundreds and
    few are too wide. `clean` must come from `sanitize`, which closes every element.
    """
    return "".join(_pieces(clean))


def _pieces(clean: str) -> Iterator[str]:
    at, box, depth = 0, "", 0
    for tag in TAG.finditer(clean):
        if box:
            depth += (-1 if tag[1] else 1) * (tag[2] == box)
            if depth == 0:
                yield f"{clean[at : tag.end()]}</div>"
                at, box = tag.end(), ""
        elif not tag[1] and _needs_box(tag, clean):
            yield clean[at : tag.start()] + _box_of(tag[2])
            at, box, depth = tag.start(), tag[2], 1
    yield clean[at:]


def _needs_box(tag: re.Match[str], clean: str) -> bool:
    if tag[2] == "math":
        return STANDS_ALONE in tag[3]
    return not BOXED.search(clean, max(0, tag.start() - 200), tag.start())


def _box_of(name: str) -> str:
    if name == "math":
        return '<div class="formula-scroll">'
    return format_html(
        '<div class="table-scroll" role="region" aria-label="{}" tabindex="0">', gettext("Table")
    )
