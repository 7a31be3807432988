"""The secret key that Educa makes for itself when none is given."""

import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_secret_key(path: Path) -> str:
    """Read the key kept in `path`, or make one there that only this user can read.

    Two processes that start at once end with the same key. Raises ImproperlyConfigured, naming
    EDUCA_DATA_DIR, when the place can't be written or what is there is no key.
    """
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"EDUCA_DATA_DIR: {error.filename or path}: {error.strerror}"
        ) from None
    if not key or not key.isascii():
        reason = "holds no key; restore it, or delete it to have one made (everybody signs in anew)"
        raise ImproperlyConfigured(f"EDUCA_DATA_DIR: {path} {reason}")
    return key.decode("ascii")


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Readable by this user only from its first moment, under a name that nobody else has.
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(64) + "\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)  # fails when another process was first, and then its key holds
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
