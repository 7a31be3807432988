"""Invitation codes: short words that let whoever knows them into a course."""

import secrets

from django.utils.crypto import constant_time_compare

CODE_LENGTH = (
    8  # of 30 letters: 650,000 million codes, of which one person may try ten in half an hour
)
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is read as another one, and no U, for the sake of words


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def spelled(code: str) -> str:
    """The code as people read it out: in two halves."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}" if code else ""


def is_same_code(typed: str, code: str) -> bool:
    """Whether somebody has typed this code, in whatever case and grouping; takes equally long if not."""
    letters = "".join(char for char in typed.upper() if char.isalnum())
    return bool(code) and constant_time_compare(letters, code)
