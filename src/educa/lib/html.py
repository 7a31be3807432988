"""The one allow-list of HTML that may be shown: for Markdown, for imports, on save and on render."""

import re
from collections.abc import Callable, Collection
from functools import cache
from html import unescape
from urllib.parse import unquote

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from pygments.token import STANDARD_TYPES

from educa.lib.scrolling import with_scrolling
from educa.lib.srcset import with_sizes

Rewrite = Callable[[str], str | None]
"""Given the address in a link or picture, the one to put there; None drops the attribute."""

MATHML = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msqrt", "mroot", "mfrac", "msub",
    "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable",
    "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "semantics", "annotation",
}  # fmt: skip
TAGS = MATHML | {
    "a", "abbr", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "label", "li", "mark", "ol",
    "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
    "wbr",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "dir", "id", "lang", "title", "role", "aria-label", "aria-hidden"},
    "a": {"href"},
    "div": {"tabindex"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "input": {"type", "checked", "disabled"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "details": {"open"},
    "math": {"display", "xmlns"},
    "mo": {"stretchy", "fence", "separator", "lspace", "rspace", "minsize", "maxsize", "form",
           "largeop", "movablelimits", "symmetric", "accent"},
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mtext": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "mspace": {"width", "height", "depth", "linebreak"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mtable": {"columnalign", "rowspacing", "columnspacing", "rowlines", "columnlines"},
    "mtd": {"columnalign", "columnspan", "rowspan"},
    "menclose": {"notation"},
    "annotation": {"encoding"},
}  # fmt: skip
URL_SCHEMES = {"http", "https", "mailto", "tel"}
# The text of these goes with them; of all other unknown elements only the tags go.
CLEAN_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "embed",
    "svg",
    "title",
}
# What Markdown and highlighting make. With the classes of the page itself a text could lie over it.
CLASSES = frozenset(STANDARD_TYPES.values()) | {
    "block", "code", "contains-task-list", "footnote-backref", "footnote-item", "footnote-ref",
    "footnotes", "footnotes-list", "footnotes-sep", "formula", "inline", "math", "table-scroll",
    "task-list-item", "task-list-item-checkbox",
}  # fmt: skip
# Ids of authors live apart from those of the page, so that no text can pose as a part of the page.
ID_PREFIX = "c-"
# Between these and what stands beside them there is no blank; around all others there is.
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "mi",
    "mn", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var", "wbr",
})  # fmt: skip
UNSEEN = {"annotation"}  # what a formula was written as
CLEAN_TAG = re.compile(r'</?(?P<name>[a-z0-9]+)(?: alt="(?P<description>[^"]*)")? ?/?>')
# Elements that may not stand in each other (a heading in a heading) move when they are read again.
MAX_PASSES = 8


# Elements in each other, beyond which a parser takes time that grows with the square of them.
MAX_DEPTH = 500
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that hold nothing, and those that the next of their kind ends.
FLAT = frozenset({
    "br", "col", "dd", "dt", "hr", "img", "input", "li", "option", "p", "tbody", "td", "tfoot", "th",
    "thead", "tr", "wbr",
})  # fmt: skip


def sanitize(html: str, rewrite: Rewrite | None = None) -> SafeString:
    """Keep what the allow-list names; `sanitize(sanitize(x)) == sanitize(x)`.

    Pictures of other hosts are dropped (they would tell that host who reads), links to other hosts
    stay and give nothing away. `rewrite` sees each address before that. What is nested beyond all
    measure is shown as it was typed.
    """
    if _is_bottomless(html):
        return escape(html)
    clean = _clean(html, rewrite)
    for _ in range(MAX_PASSES):
        again = _clean(clean, None)
        if again == clean:
            break
        clean = again
    # What the cleaner leaves: its allow-list has no script, no style and no foreign address.
    return mark_safe(clean)


def _is_bottomless(html: str) -> bool:
    depth = 0
    for tag in TAG.finditer(html):
        if tag[2].lower() not in FLAT:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


IDENTIFIED = re.compile(r'<[a-z0-9]+(?:\s[\w-]+="[^"]*")*?\sid="([^"]*)"')


def anchors_in(html: str) -> set[str]:
    """The ids in sanitized HTML, to which links in it can lead."""
    return {unescape(found) for found in IDENTIFIED.findall(html)}


def leads_astray(address: str, anchors: Collection[str]) -> bool:
    """Whether a link that stays on its page, such as `#waves`, leads to none of these ids."""
    if not address.startswith("#") or address == "#":
        return False
    name = unquote(unescape(address[1:]))
    return (name if name.startswith(ID_PREFIX) else ID_PREFIX + name) not in anchors


def shown(html: str, rewrite: Rewrite | None = None) -> SafeString:
    """What `sanitize` keeps, as a page shows it: with pictures in several sizes, and tables that scroll.

    Authors can't write `srcset`, which could name any host: it is no part of the allow-list.
    """
    # Cleaned before; what is added since is made of sizes and tags of ours.
    return mark_safe(with_scrolling(with_sizes(sanitize(html, rewrite))))


def _clean(html: str, rewrite: Rewrite | None) -> str:
    cleaner = _cleaner(rewrite) if rewrite else _usual_cleaner()
    return cleaner.clean(html.replace("\0", ""))


@cache
def _usual_cleaner() -> nh3.Cleaner:
    """The one that lets addresses be; made once, since making it takes as long as cleaning a page of text."""
    return _cleaner(None)


def _cleaner(rewrite: Rewrite | None) -> nh3.Cleaner:
    def check(tag: str, name: str, value: str) -> str | None:
        if name in {"href", "src"}:
            return _address(tag, name, value, rewrite)
        if name == "id":
            return value if value.startswith(ID_PREFIX) else ID_PREFIX + value
        if name == "class":
            return " ".join(word for word in value.split() if word in CLASSES) or None
        if tag == "input" and name == "type":
            return value if value == "checkbox" else None
        if name == "tabindex":
            return value if value == "0" else None
        return value

    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=CLEAN_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=check,
        url_schemes=URL_SCHEMES,
        link_rel="noopener nofollow ugc",
        set_tag_attribute_values={
            "input": {"type": "checkbox", "disabled": ""},
            "img": {"loading": "lazy"},
            "pre": {"tabindex": "0"},  # long lines scroll, by the keyboard too
        },
    )


def _address(tag: str, name: str, value: str, rewrite: Rewrite | None) -> str | None:
    if rewrite:
        found = rewrite(value)
        if found is None:
            return None
        value = found
        if not has_known_scheme(value):
            return None
    if (
        tag == "a"
        and value.startswith("#")
        and not value.startswith(f"#{ID_PREFIX}")
        and len(value) > 1
    ):
        return f"#{ID_PREFIX}{value[1:]}"
    if tag == "img" and not is_local(value):
        return None
    return value


def has_known_scheme(address: str) -> bool:
    """Whether a link may lead there: an address without a scheme, or with a harmless one."""
    # Browsers drop controls and blanks in front of the colon.
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", address))
    return scheme is None or scheme[1].lower() in URL_SCHEMES


def is_local(address: str) -> bool:
    """Whether an address stays on this site: a path from its root, and not `//host`."""
    # "/\t/host" is "//host" to browsers too.
    seen = re.sub(r"[\x00-\x20]", "", address)
    return seen.startswith("/") and not seen.startswith(("//", "/\\"))


def text_of(html: str) -> str:
    """What readers see of HTML, without marks, in one line; descriptions of pictures are part of it."""
    if _is_bottomless(html):
        return " ".join(html.split())
    clean = nh3.clean(
        html.replace("\0", ""),
        tags=TAGS - UNSEEN,
        clean_content_tags=CLEAN_CONTENT | UNSEEN,
        attributes={"img": {"alt"}},
        link_rel=None,
    )
    return " ".join(unescape(CLEAN_TAG.sub(_instead_of, clean)).split())


def _instead_of(tag: re.Match[str]) -> str:
    if tag["description"]:
        return f" {tag['description']} "
    return "" if tag["name"] in INLINE else " "
