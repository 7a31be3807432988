"""Taking the notes about place and camera out of moving pictures, whose frames stay as they are."""

import struct
from collections.abc import Callable

PNG_NOTES = frozenset({b"eXIf", b"iTXt", b"tEXt", b"zTXt"})
WEBP_NOTES = frozenset({b"EXIF", b"XMP "})
# The bits by which the first chunk of a WebP announces them.
WEBP_SAYS_NOTES = 0x08 | 0x04


def png_without_notes(data: bytes) -> bytes:
    """A PNG without Exif and texts. Raises struct.error where a chunk has no head."""
    kept = [data[:8]]
    at, kind = 8, b""
    while at < len(data) and kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + size  # the length, the kind and the checksum are four bytes each
        if kind not in PNG_NOTES:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def webp_without_notes(data: bytes) -> bytes:
    """A WebP without Exif and XMP. Raises struct.error where a chunk has no head."""
    kept = []
    at, whole = 12, 8 + int.from_bytes(data[4:8], "little")
    while at < min(whole, len(data)):
        kind, size = struct.unpack_from("<4sI", data, at)
        end = at + 8 + size + size % 2
        if kind not in WEBP_NOTES:
            chunk = bytearray(data[at:end])
            if kind == b"VP8X":
                chunk[8] &= ~WEBP_SAYS_NOTES
            kept.append(bytes(chunk))
        at = end
    chunks = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


WITHOUT_NOTES: dict[str, Callable[[bytes], bytes]] = {
    "PNG": png_without_notes,
    "WEBP": webp_without_notes,
}
