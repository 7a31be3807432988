"""The secret key that Educa makes for itself when none is given."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_secret_key(path: Path) -> str:
    """Read the key kept in `path`, or make one there that only this user can read.

    Two processes that start at once end with the same key. Raises ImproperlyConfigured, naming
    EDUCA_DATA_DIR, when the place can't be written.
    """
    try:
        if not path.exists():
            _make(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"EDUCA_DATA_DIR: {error.filename or path}: {error.strerror}"
        ) from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(64) + "\n")
    try:
        os.link(draft, path)  # fails when another process was first, and then its key holds
    except FileExistsError:
        pass
    finally:
        draft.unlink()
