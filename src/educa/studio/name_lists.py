"""Lists of people as instructors bring them: typed lines, and CSV files of any origin."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BIGGEST_FILE = 1024 * 1024  # bytes: 10,000 lines of a hundred letters
DELIMITERS = ",;\t"
FORMULAS = "=+-@\t\r"  # what makes a cell of a spreadsheet a formula
USERNAME_COLUMNS = {"user name", "username", "user_name", "user", "login"}
EMAIL_COLUMNS = {"email", "e-mail", "email address", "e-mail address", "mail", "email_address"}

Lines = list[tuple[int, str]]


def typed_lines(text: str) -> Lines:
    """The lines with something on them, numbered from 1. Raises ValidationError for too many."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    return _bounded([(number, line) for number, line in lines if line])


def lines_of_csv(file: Any) -> Lines:
    """The user name, or else the address, in each row, with the number of the line that it ends on.

    A first row with the names of columns says where they stand; without one it is the first column. Raises
    ValidationError, in words, for what is no such file.
    """
    if file.size > BIGGEST_FILE:
        raise ValidationError(_("This file is too big for a list of students."), code="size")
    rows = _rows(_text(file.read()))
    first = next(rows, None)
    if first is None:
        raise ValidationError(_("There is nobody in this file."), code="empty")
    columns = _columns(first[1])
    found = [] if columns else [(first[0], _cell(first[1], 0))]
    for number, row in rows:
        login = next((cell for column in columns or [0] if (cell := _cell(row, column))), "")
        found.append((number, login))
        if len(found) > settings.EDUCA_MAX_STUDENT_ROWS:
            break
    lines = [(number, login) for number, login in found if login]
    if not lines:
        raise ValidationError(_("There is nobody in this file."), code="empty")
    return _bounded(lines)


def guarded(cell: str) -> str:
    """The cell as a spreadsheet shows it, and does not compute it."""
    return f"'{cell}" if cell[:1] and cell[0] in FORMULAS else cell


def _bounded(lines: Lines) -> Lines:
    most = settings.EDUCA_MAX_STUDENT_ROWS
    if len(lines) > most:
        raise ValidationError(
            _("This list is too long: %(most)d students can be added at a time."),
            code="rows",
            params={"most": most},
        )
    return lines


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise ValidationError(
            _("This is no CSV file in UTF-8. Save the table as “CSV UTF-8”."), code="binary"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValidationError(
            _("Line %(line)d is not in UTF-8. Save the table as “CSV UTF-8”."),
            code="encoding",
            params={"line": line},
        ) from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error:
        raise ValidationError(
            _("Line %(line)d can’t be read: a quotation mark is missing or too many."),
            code="quotes",
            params={"line": reader.line_num},
        ) from None


def _delimiter(text: str) -> str:
    """What stands most often in the first line with something on it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _columns(row: list[str]) -> list[int]:
    """Where user names and addresses stand, in the order in which they count; none without a header."""
    titles = [cell.strip().lower() for cell in row]
    users = USERNAME_COLUMNS | {_("User name").lower()}
    return [
        *(place for place, title in enumerate(titles) if title in users),
        *(place for place, title in enumerate(titles) if title in EMAIL_COLUMNS),
    ]


def _cell(row: list[str], column: int) -> str:
    cell = row[column].strip() if column < len(row) else ""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in set(FORMULAS) else cell
