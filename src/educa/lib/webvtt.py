"""Captions in WebVTT (W3C, 4 April 2019): what is one, and what is not."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 2 * 2**20
TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
TIMING = re.compile(rf"^({TIME})[ \t]+-->[ \t]+({TIME})(?:[ \t]+\S.*)?$")
SUBRIP_TIMING = re.compile(
    r"^(\d{2}:\d{2}:\d{2}),(\d{3})[ \t]+-->[ \t]+(\d{2}:\d{2}:\d{2}),(\d{3})", re.MULTILINE
)


def checked_captions(data: bytes) -> str:
    """The text of a WebVTT file, without its byte order mark.

    Raises ValidationError, naming the line, for anything else: SRT has no header and commas in its
    times. Cues, notes, styles and regions are separated by empty lines (section 4.1).
    """
    if len(data) > MAX_BYTES:
        raise ValidationError(_("These captions are too large."), code="size")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_("Captions must be text in UTF-8."), code="encoding") from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.match(r"^WEBVTT(?:[ \t].*)?$", lines[0]):
        raise ValidationError(_("Captions must be WebVTT, and begin with “WEBVTT”."), code="header")
    for number, line in enumerate(lines, 1):
        if "-->" in line and not TIMING.match(line.strip()):
            raise ValidationError(
                _("Line %(number)s of the captions is no valid time."),
                code="timing",
                params={"number": number},
            )
    return text


def from_subrip(text: str) -> str:
    """SubRip as WebVTT; anything else stays as it is, but for a byte order mark and blanks in front."""
    text = text.replace("\r\n", "\n").lstrip("\ufeff \n")
    if text.startswith("WEBVTT") or not SUBRIP_TIMING.search(text):
        return text
    return "WEBVTT\n\n" + SUBRIP_TIMING.sub(r"\1.\2 --> \3.\4", text)
