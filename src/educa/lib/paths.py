"""Paths of pages, at a tenth of what `reverse` costs: lists have several in each row."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

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
