"""The languages that pages can be in: those that have a catalog."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, to_language

# Made by tools/messages.py, to see how pages bear longer words and the other direction; whether each
# is written from right to left.
MADE = {"en-xa": ("Ļöñğéř Éñğļïšħ", False), "ar-xb": ("Mirrored English", True)}


def known_languages(catalogs: Path) -> dict[str, str]:
    """The name that each language gives itself, by its code.

    Tells Django of the made ones. A catalog of a language that Django does not know is left out.
    """
    for code, (name, bidi) in MADE.items():
        LANG_INFO[code] = {"bidi": bidi, "code": code, "name": name, "name_local": name}
    found = sorted(file.parts[-3] for file in catalogs.glob("*/LC_MESSAGES/django.po"))
    return {code: name for code in map(to_language, found) if (name := _own_name(code))}


def _own_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return ""
