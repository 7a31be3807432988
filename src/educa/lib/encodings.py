"""Which encodings of an answer who asks can read (`Accept-Encoding`, RFC 9110, section 12.5.3)."""

import re

GZIP = re.compile(r"\bgzip\b", re.IGNORECASE)
REFUSED = re.compile(r";\s*q\s*=\s*0(?:\.0*)?\s*$", re.IGNORECASE)  # behind the name of an encoding


def accepted(header: str) -> str:
    """The header without the encodings that it refuses, in which others look for names alone."""
    # One by one, so that a long header costs no more than a short one.
    return ",".join(each for each in header.split(",") if not REFUSED.search(each))


def takes_gzip(header: str) -> bool:
    """Whether an answer may be compressed by gzip."""
    return GZIP.search(accepted(header)) is not None
