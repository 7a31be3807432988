"""Captions as packages hold them: WebVTT, or SubRip, which becomes WebVTT."""

from educa.interchange.archive import Archive
from educa.interchange.pages import decoded
from educa.lib.webvtt import MAX_BYTES, checked_captions, from_subrip


def read(archive: Archive, name: str) -> str:
    """The captions in a file of the archive as WebVTT. Raises ValidationError for what is neither."""
    if archive.size(name) > MAX_BYTES:
        return checked_captions(b" " * (MAX_BYTES + 1))
    return checked_captions(from_subrip(decoded(archive.read(name, MAX_BYTES))).encode())
