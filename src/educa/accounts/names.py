"""Names of people: what a name may consist of, and when two of them look the same.

User names are handles: everybody may see them, so they are kept apart by what a reader sees and not
by code points (Unicode UTS 39). Display names are free, but for what could disturb a page.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_USERNAME_LENGTH = 60
MOST_MARKS = 3  # in a row, on one letter; living languages need no more

# Unicode's categories of what words are written with.
LETTERS_MARKS_AND_DIGITS = frozenset({"Ll", "Lu", "Lo", "Lm", "Mn", "Mc", "Nd"})

# Letters and marks by category that nobody can see.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")

# They change the direction of what stands around them.
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

JOINERS = frozenset("\u200c\u200d")  # emoji and Persian are written with them

SCRIPTS_OF_ONE_LANGUAGE = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)

# Small letters and digits that look like the Latin letter below them.
LOOKALIKES = str.maketrans(
    "аеһіјӏорсѕухԁԛԝкїёүѵԍп" "αοϲϳρυνικγχηωτ" "օոսհցզյ" "ıɑɡɩʋ" "01",
    "aehijlopcsyxdqwkïëyvgn" "aocjpuvikyxnwt" "onuhgqj" "iagiv" "ol",
)  # fmt: skip

RESERVED = frozenset(
    [
        "abuse",
        "admin",
        "administrator",
        "all",
        "anonymous",
        "api",
        "bot",
        "channel",
        "deleted",
        "educa",
        "everyone",
        "help",
        "here",
        "hostmaster",
        "info",
        "instructor",
        "instructors",
        "me",
        "mod",
        "moderator",
        "moderators",
        "nobody",
        "none",
        "noreply",
        "no-reply",
        "null",
        "official",
        "owner",
        "postmaster",
        "root",
        "security",
        "staff",
        "student",
        "students",
        "support",
        "sysadmin",
        "system",
        "teacher",
        "teachers",
        "team",
        "undefined",
        "user",
        "webmaster",
        "www",
    ]
)


def normalized(name: str) -> str:
    """The one spelling under which a user name is stored: NFKC and lower case."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


def appearance(name: str) -> str:
    """What a reader sees in a user name; names that are easily taken for each other have the same."""
    digits = (str(unicodedata.digit(char)) if char.isdigit() else char for char in normalized(name))
    return "".join(digits).translate(LOOKALIKES)


def shown_name(display_name: str, first_name: str, last_name: str, username: str) -> str:
    """The name by which people are shown to others: as they chose it, or else made of the others; never empty."""
    return display_name or f"{first_name} {last_name}".strip() or username


def is_reserved(name: str) -> bool:
    """Whether readers would take somebody of that name for the site itself."""
    return appearance(name) in {appearance(word) for word in RESERVED}


def validate_username(name: str) -> None:
    """Raises ValidationError unless the name is letters, digits and . - _ of one script."""
    name = normalized(name)
    if not all(_may_stand_in_username(char) for char in name):
        raise ValidationError(
            _("Use only letters, digits, and the signs . - _ in your user name."), code="characters"
        )
    if not (name[:1].isalnum() and _is_bearable(name)):
        raise ValidationError(_("Begin your user name with a letter or a digit."), code="beginning")
    if len(name) > MAX_USERNAME_LENGTH:
        raise ValidationError(
            _("Your user name may have %(most)d characters."),
            code="max_length",
            params={"most": MAX_USERNAME_LENGTH},
        )
    if not _is_of_one_script(name):
        raise ValidationError(
            _("The letters of your user name belong to different scripts."), code="scripts"
        )


def _may_stand_in_username(char: str) -> bool:
    if char in INVISIBLE or "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0000":
        return False
    return char in ".-_" or unicodedata.category(char) in LETTERS_MARKS_AND_DIGITS


def _is_bearable(name: str) -> bool:
    """Whether no letter is buried under marks."""
    kinds = "".join(unicodedata.category(char)[0] for char in name)
    return "M" * (MOST_MARKS + 1) not in kinds


def _is_of_one_script(name: str) -> bool:
    scripts = {_script(char) for char in name if char.isalpha()}
    together = (scripts <= others for others in SCRIPTS_OF_ONE_LANGUAGE)
    return len(scripts) <= 1 or any(together)


def _script(letter: str) -> str:
    """The first word of a letter's Unicode name, which is its script for all living ones."""
    return unicodedata.name(letter, "UNKNOWN").split()[0]


def cleaned_line(text: str) -> str:
    """One line as it is stored: NFC, single blanks, without characters that nobody sees.

    Raises ValidationError for control and direction characters, and for piles of marks.
    """
    line = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip()
    line = "".join(char for char in line if not _is_idle(char))
    if any(
        char in DIRECTIONS or unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}
        for char in line
    ):
        raise ValidationError(_("It contains characters that can't be shown."), code="characters")
    if not _is_bearable(line):
        raise ValidationError(_("It contains too many marks on one letter."), code="marks")
    return line if any(char not in JOINERS for char in line) else ""


def _is_idle(char: str) -> bool:
    """Whether the character only hides between others: formatting that is neither joiner nor direction."""
    return unicodedata.category(char) == "Cf" and char not in JOINERS | DIRECTIONS
