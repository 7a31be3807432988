"""Captions in WebVTT (W3C, 4 April 2019): what is one, and what is not."""

import re
from html import unescape
from itertools import groupby

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 2 * 2**20
TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
TIMING = re.compile(rf"^({TIME})[ \t]+-->[ \t]+({TIME})(?:[ \t]+\S.*)?$")
TAG = re.compile(r"<[^<>]*>")
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


def words_of_captions(data: bytes) -> str:
    """What is said in a WebVTT file, in one line, each sentence that stays for several cues once.

    Raises ValidationError for anything else.
    """
    blocks = checked_captions(data).replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
    lines = (line for block in blocks for line in _lines_of_cue(block))
    said = (" ".join(unescape(TAG.sub("", line)).split()) for line in lines)
    return " ".join(line for line, _same in groupby(said))


def _lines_of_cue(block: str) -> list[str]:
    """The lines after the time of a cue; none of what is no cue."""
    lines = block.strip("\n").split("\n")
    timed = [number for number, line in enumerate(lines[:2]) if TIMING.match(line.strip())]
    return lines[timed[0] + 1 :] if timed else []


def from_subrip(text: str) -> str:
    """SubRip as WebVTT; anything else stays as it is, but for a byte order mark and blanks in front."""
    text = text.replace("\r\n", "\n").lstrip("\ufeff \n")
    if text.startswith("WEBVTT") or not SUBRIP_TIMING.search(text):
        return text
    return "WEBVTT\n\n" + SUBRIP_TIMING.sub(r"\1.\2 --> \3.\4", text)
