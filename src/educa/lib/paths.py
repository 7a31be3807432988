"""Paths of pages, at a tenth of what `reverse` costs: lists have several in each row."""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from django.urls import ResolverMatch, get_script_prefix, get_urlconf, resolve, reverse

PLAIN = (
    "!$&'()*+,;=/~:@"  # signs that stand in a path as they are, by RFC 3986 and as Django has it
)
NEEDS_NO_QUOTES = re.compile("[-a-z0-9]*")  # most slugs
WORD = "x0x"  # which fits the pattern of any text in an address, and stands in no address of ours
LONGEST_KEPT = 200  # characters of a path of which `view_at` should be asked
SOME_NUMBER = 9_222_000_000_000_000_000  # in the place of the first number: of no row


def path_to(name: str, *arguments: int | str) -> str:
    """As `reverse` with these arguments. The words among them must be few, such as the names of kinds."""
    words = tuple(each if isinstance(each, str) else None for each in arguments)
    numbers = tuple(each for each in arguments if not isinstance(each, str))
    return _pattern(name, words, get_script_prefix(), get_urlconf()) % numbers


@lru_cache(500)
def _pattern(name: str, words: tuple[str | None, ...], _prefix: str, urlconf: str | None) -> str:
    """The path with `%d` in the places of numbers, which it has in the order in which they are given."""
    arguments = [SOME_NUMBER + at if word is None else word for at, word in enumerate(words)]
    path = reverse(name, urlconf=urlconf, args=arguments).replace("%", "%%")
    for each in arguments:
        if not isinstance(each, str):
            path = path.replace(str(each), "%d")
    return path


def path_of(name: str, text: str) -> str:
    """The path of the URL of that name with this text as its one argument, as `reverse` gives it at 20 times the cost.

    The text must be one that the URL's pattern takes: a slug, the name of a stored file.
    """
    return paths_of(name)(text)


def paths_of(name: str) -> Callable[[str], str]:
    """`path_of` for that name and one text after the other, in this request: for lists."""
    before, after = _around(name, get_script_prefix(), get_urlconf())

    def path(text: str) -> str:
        told = text if NEEDS_NO_QUOTES.fullmatch(text) else quote(text, safe=PLAIN)
        return f"{before}{told}{after}"

    return path


@lru_cache(2000)
def view_at(path: str, urlconf: str | None = None) -> ResolverMatch:
    """What answers at a path below the site's own, where finding it costs more than all else. Raises Resolver404."""
    return resolve(path, urlconf)


@lru_cache(100)
def _around(name: str, _prefix: str, urlconf: str | None) -> tuple[str, str]:
    before, _word, after = reverse(name, urlconf=urlconf, args=[WORD]).partition(WORD)
    return before, after
