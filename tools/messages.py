"""The catalogs of translations: what can be translated, and two languages made by this script.

    python -m tools.messages            bring src/educa/locale/ up to date
    python -m tools.messages --check    fail when that would change something

`en` lists every string of the source. `en_XA` is English with accents, about 40 % longer and in
brackets, so that text which is cut, joined from parts or not translatable at all catches the eye.
`ar_XB` is English turned around, in a language that is written from right to left and has six forms
of the plural. Catalogs of other languages, which people translate, are given the strings that are new,
and lose those that are gone. The output depends on the strings and the files they are in, and on
nothing else.

For developers: it needs GNU gettext and polib.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parent.parent / "src/educa"
CATALOGS = SOURCE / "locale"
EXTRACT = ("makemessages", "--locale=en", "--add-location=file", "--no-wrap", "--ignore=tests")
LONGER = 0.4  # of the English text, as other languages are
FILLING = "ōñé ţŵö ţħřéé ƒöûř ƒïṽé šïẋ šéṽéñ éïğħţ ñïñé ţéñ "
ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçđéƒğħïĵķļṁñöṗɋřšţûṽŵẋÿžÅƁÇĐÉƑĞĦÏĴĶĻṀÑÖṖɊŘŠŢÛṼŴẊŸŽ",
)
RIGHT_TO_LEFT, END = "\u202e", "\u202c"
# What must stay as it is: placeholders of both kinds, elements and entities of HTML, addresses.
KEPT = re.compile(
    r"(%\(\w+\)[-+ #0]*[\d.]*[a-z]|%[-+ #0]*[\d.]*[a-z%]"
    r"|\{\w*(?:![rsa])?(?::[^{}]*)?\}|</?[a-zA-Z][^>]*>|&#?\w+;|https?://\S+|\n)"
)
TWO_FORMS = "nplurals=2; plural=(n != 1);"
SIX_FORMS = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 :"
    " n%100>=11 && n%100<=99 ? 4 : 5;"
)

Change = Callable[[str], str]


def accented(text: str) -> str:
    """Longer English: `Save` becomes `[Šåṽé ōñ]`."""
    shown = KEPT.sub("", text)
    wanted = max(1, round(len(shown) * LONGER) - 3)  # brackets and blank are a part of it
    filling = (FILLING * (wanted // len(FILLING) + 1))[:wanted].strip()
    return _bracketed(_outside_kept(text, lambda part: part.translate(ACCENTED)), filling)


def mirrored(text: str) -> str:
    """English that is read from right to left, letter by letter."""
    return _outside_kept(text, lambda part: f"{RIGHT_TO_LEFT}{part}{END}" if part.strip() else part)


def _outside_kept(text: str, change: Change) -> str:
    # Splitting by a pattern with one group gives text and what was kept in turn.
    parts = KEPT.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _bracketed(text: str, filling: str) -> str:
    """Brackets within the line breaks that gettext wants a translation to begin and end with."""
    bare = text.strip("\n")
    before, _, after = text.partition(bare)
    return f"{before}[{bare} {filling}]{after}"


def extract() -> polib.POFile:
    """Every string of the source that is marked for translation. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        # A copy, because the extraction leaves files beside the templates for a moment.
        copy = Path(folder) / "educa"
        left_out = shutil.ignore_patterns("locale", "static", "tests", "__pycache__")
        shutil.copytree(SOURCE, copy, ignore=left_out)
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", *EXTRACT]
        # Without settings: what is marked does not depend on a site.
        kept = {name: text for name, text in os.environ.items() if not name.startswith("DJANGO_")}
        subprocess.run(command, cwd=copy, env=kept, check=True, stdout=subprocess.DEVNULL)
        return polib.pofile(str(copy / "locale/en/LC_MESSAGES/django.po"))


def catalog(found: polib.POFile, language: str, plurals: str) -> polib.POFile:
    """An empty catalog for the strings that were found, in the order of the strings."""
    made = polib.POFile(wrapwidth=0)
    made.metadata = {
        "Project-Id-Version": "Educa",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plurals,
    }
    forms = dict.fromkeys(range(int(plurals[len("nplurals=")])), "")
    for entry in sorted(found, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        made.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgid_plural=entry.msgid_plural,
                msgstr_plural=dict(forms) if entry.msgid_plural else {},
                comment=entry.comment,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
                occurrences=sorted({(file, "") for file, _ in entry.occurrences}),
            )
        )
    return made


def translated(made: polib.POFile, change: Change, one: int) -> polib.POFile:
    """The same with every string changed; plural form number `one` is the singular."""
    for entry in made:
        entry.occurrences = []
        if entry.msgid_plural:
            entry.msgstr_plural = {
                form: change(entry.msgid if form == one else entry.msgid_plural)
                for form in entry.msgstr_plural
            }
        else:
            entry.msgstr = change(entry.msgid)
    return made


def catalogs() -> dict[str, polib.POFile]:
    """All catalogs, by locale."""
    found = extract()
    return {
        "en": catalog(found, "en", TWO_FORMS),
        "en_XA": translated(catalog(found, "en_XA", TWO_FORMS), accented, one=0),
        "ar_XB": translated(catalog(found, "ar_XB", SIX_FORMS), mirrored, one=1),
    }


def write(made: dict[str, polib.POFile], target: Path) -> None:
    """Write the catalogs, and those with translations compiled, too."""
    for locale, file in made.items():
        folder = target / locale / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        file.save(str(folder / "django.po"), newline="\n")
        if locale != "en":
            file.save_as_mofile(str(folder / "django.mo"))


def renew(made: dict[str, polib.POFile], target: Path) -> None:
    """Bring the catalogs that people translate up to date, and compile them."""
    for path in sorted(target.glob("*/LC_MESSAGES/django.po")):
        if path.parts[-3] not in made:
            translation = polib.pofile(str(path), wrapwidth=0)
            translation.merge(made["en"])
            for gone in translation.obsolete_entries():
                translation.remove(gone)
            translation.sort(key=_key)
            translation.save(newline="\n")
            translation.save_as_mofile(str(path.with_suffix(".mo")))


def differences(made: dict[str, polib.POFile]) -> list[str]:
    """Strings that the catalogs lack or have too much, and made languages that are not of this script.

    In which file a string stands is only a hint for translators, and may be out of date.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        write(made, target)
        files = [file.relative_to(target) for file in sorted(target.rglob("*_*/*/django.*"))]
        stale = [
            str(file)
            for file in files
            if not (CATALOGS / file).exists()
            or (CATALOGS / file).read_bytes() != (target / file).read_bytes()
        ]
    return [*_changes(made["en"]), *stale]


def _changes(wanted: polib.POFile) -> list[str]:
    path = CATALOGS / "en/LC_MESSAGES/django.po"
    kept = {_key(entry) for entry in polib.pofile(str(path))} if path.exists() else set()
    found = {_key(entry): entry.occurrences[0][0] for entry in wanted}
    new = [f"new in {found[key]}: {key[0]!r}" for key in found if key not in kept]
    return [*new, *[f"gone: {key[0]!r}" for key in sorted(kept - found.keys())]]


def _key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgid, entry.msgid_plural, entry.msgctxt or ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail when stale")
    options = parser.parse_args()
    if shutil.which("xgettext") is None:
        print("This needs GNU gettext (Debian: apt install gettext).", file=sys.stderr)
        return 2
    made = catalogs()
    if not options.check:
        write(made, CATALOGS)
        renew(made, CATALOGS)
        print(f"{len(made['en'])} strings")
        return 0
    if stale := differences(made):
        print("Run `python -m tools.messages`; not up to date:", *stale, sep="\n  ")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
