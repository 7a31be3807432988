"""What every page knows: the chosen theme, and the languages to choose from."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info

THEMES = frozenset({"light", "dark"})


def site(request: HttpRequest) -> dict[str, object]:
    """Give `theme` ("light", "dark", or "" to follow the system) and `languages`.

    The theme comes from a cookie, so that the first paint has it and no script has to correct it.
    """
    return {
        "theme": theme_of(request),
        "languages": SimpleLazyObject(_languages),
    }


def theme_of(request: HttpRequest) -> str:
    """The theme that somebody has chosen; "" for what their system has."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def _languages() -> list[tuple[str, str]]:
    """Give code and own name of each language; none if there is no choice."""
    first, *others = ((code, _own_name(code, str(name))) for code, name in settings.LANGUAGES)
    return [first, *others] if others else []


def _own_name(code: str, name: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:  # a language that Django does not know goes by the name in the settings
        return name
