"""What every page knows: the chosen theme, and the languages to choose from."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info

THEMES = frozenset({"light", "dark"})


def site(request: HttpRequest) -> dict[str, object]:
    """Give `theme` ("light", "dark", or "" to follow the system) and `languages`.

    The theme comes from a cookie, so that the first paint has it and no script has to correct it.
    """
    return {
        "theme": theme_of(request),
        "languages": _choices_of(tuple((code, str(name)) for code, name in settings.LANGUAGES)),
    }


def theme_of(request: HttpRequest) -> str:
    """The theme that somebody has chosen; "" for what their system has."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


@lru_cache(maxsize=20)
def _choices_of(languages: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Give code and own name of each language; none if there is no choice."""
    own = tuple((code, _own_name(code, name)) for code, name in languages)
    return own if len(own) > 1 else ()


def _own_name(code: str, name: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:  # a language that Django does not know goes by the name in the settings
        return name
