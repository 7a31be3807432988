"""The sizes of a picture that a page offers, for browsers to choose from."""

import re
from html import unescape

from django.forms.utils import flatatt

from educa.lib.paths import path_of
from educa.lib.renditions import WIDTHS, Size, renditions_of, size_of

# Pictures as they stand in HTML that has been cleaned: values in quotes, and escaped.
PICTURE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
NUMBER = re.compile(r"[1-9]")
PIXELS = re.compile(r"[1-9][0-9]{0,4}")
# Three dots of a telephone for each of the page are one more than anybody sees: 960 in all will do.
PHONE = "(max-width: 30rem) and (min-resolution: 2.5dppx) 20rem, "
FULL = "calc(100vw - 2.5rem)"
# How wide pictures are shown where, in the words of style sheets: prose.css, reader.css, page.css.
SIZES = {
    "text": f"{PHONE}(min-width: 40.5rem) 38rem, {FULL}",
    "content": f"{PHONE}(min-width: 81rem) 56rem, (min-width: 58rem) calc(100vw - 25rem), {FULL}",
    "card": f"{PHONE}(min-width: 38rem) 24rem, {FULL}",
    "side": f"{PHONE}(min-width: 58rem) 20rem, {FULL}",
}


def srcset(name: str) -> str:
    """The value of `srcset` for a stored picture; "" where there is nothing to choose from.

    The picture itself is among the choices unless it is larger than any page needs.
    """
    size, widths = size_of(name), renditions_of(name)
    if size and widths and WIDTHS[-1] not in widths:
        widths[size.width] = name
    return ", ".join(f"{path_of('media', n)} {width}w" for width, n in widths.items())


def with_sizes(clean: str) -> str:
    """Add `srcset`, `sizes`, `width` and `height` to the site's own pictures in HTML.

    `clean` must come from `sanitize`: of an author's HTML, anything might be taken for an attribute.
    """
    return PICTURE.sub(_with_sizes, clean)


def _with_sizes(picture: re.Match[str]) -> str:
    attributes = {name: unescape(value) for name, value in ATTRIBUTE.findall(picture[1])}
    name = _own_picture(attributes.get("src", ""))
    size = size_of(name)
    # Without a width that holds, a browser would draw the picture as wide as `sizes` says.
    if size is None or not NUMBER.match(attributes.get("width", "1")):
        return picture[0]
    box = _box(attributes, size)
    choices = {"srcset": srcset(name), "sizes": _width_on_page(box)}
    added = (box | choices) if choices["srcset"] else box
    missing = {key: value for key, value in added.items() if key not in attributes}
    return f"<img{picture[1]}{flatatt(missing)}>"


def _own_picture(address: str) -> str:
    """The stored name of the picture at an address, letter for letter as the site writes it; else ""."""
    name = "/".join(address.rsplit("/", 2)[-2:])
    return name if size_of(name) and address == path_of("media", name) else ""


def _box(attributes: dict[str, str], size: Size) -> dict[str, str]:
    """Width and height for the page to keep a place of that shape; what an author chose decides."""
    width, height = (_pixels(attributes.get(side, "")) for side in ("width", "height"))
    if width:
        size = size.at_width(width)
    elif "width" in attributes:  # a share of what is around it
        return {}
    elif height:
        size = size.at_height(height)
    return {"width": str(size.width), "height": str(size.height)}


def _width_on_page(box: dict[str, str]) -> str:
    """For `sizes`: a picture that is drawn smaller than the smallest rendition needs no more."""
    width = _pixels(box.get("width", ""))
    return f"{width}px" if 0 < width < WIDTHS[0] else SIZES["text"]


def _pixels(value: str) -> int:
    """The number that an attribute says; 0 where it is none."""
    return int(value) if PIXELS.fullmatch(value) else 0
