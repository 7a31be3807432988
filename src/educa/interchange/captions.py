"""Captions as packages hold them: WebVTT, or SubRip, which becomes WebVTT."""

import re

from educa.interchange.archive import Archive
from educa.interchange.pages import decoded
from educa.lib.webvtt import MAX_BYTES, checked_captions

SUBRIP_TIMING = re.compile(
    r"^(\d{2}:\d{2}:\d{2}),(\d{3})[ \t]+-->[ \t]+(\d{2}:\d{2}:\d{2}),(\d{3})", re.MULTILINE
)


def read(archive: Archive, name: str) -> str:
    """The captions in a file of the archive as WebVTT. Raises ValidationError for what is neither."""
    if archive.size(name) > MAX_BYTES:
        return checked_captions(b" " * (MAX_BYTES + 1))
    data = archive.read(name, MAX_BYTES)
    text = decoded(data).replace("\r\n", "\n").lstrip("\ufeff \n")
    if not text.startswith("WEBVTT") and SUBRIP_TIMING.search(text):
        text = "WEBVTT\n\n" + SUBRIP_TIMING.sub(r"\1.\2 --> \3.\4", text)
    return checked_captions(text.encode())
