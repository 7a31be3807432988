"""Addresses of many things of one sort, turned around once and then filled in."""

from collections.abc import Callable
from urllib.parse import quote

from django.urls import reverse

PLAIN = (
    "!$&'()*+,;=/~:@"  # signs that stand in a path as they are, by RFC 3986 and as Django has it
)
WORD = "x0x"  # which fits the pattern of any text in an address, and stands in no address of ours


def turner(name: str) -> Callable[[str], str]:
    """What gives the path of the URL of that name for its one argument, a text, as `reverse` does.

    The text must be one that the URL's pattern takes: a slug, the name of a stored file. `reverse` takes
    twenty times as long, so that a list of links shows it; the path is that of this request and no other.
    """
    before, after = reverse(name, args=[WORD]).split(WORD)
    return lambda value: f"{before}{quote(value, safe=PLAIN)}{after}"
