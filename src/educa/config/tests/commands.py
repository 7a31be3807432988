"""Settings and commands as an operator meets them: with an environment of one's own."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import educa
from educa.config import env

PACKAGE = Path(educa.__file__).parent
OF_THE_SITE = {"DATABASE_URL", "CACHE_URL", "CHANNEL_LAYER_URL", "EMAIL_URL", "HOST", "PORT"}
KEY = "a key for tests only, known to everybody who reads this line"
PRODUCTION = {
    "EDUCA_SECRET_KEY": KEY,
    "HOST": "0.0.0.0",
    "EDUCA_PROXY": "yes",
    "EDUCA_SITE_URL": "https://learn.example.org",
    "DATABASE_URL": "postgres://educa:secret@database.example.org/educa",
    "CACHE_URL": "memcached://cache.example.org:11211",
    "CHANNEL_LAYER_URL": "redis://layer.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://mail.example.org",
}


def scrubbed(data: Path, **variables: str) -> dict[str, str]:
    """This process's environment without what belongs to a site, and with the variables."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OF_THE_SITE and not name.startswith(("EDUCA_", "DJANGO_"))
    }
    return {**kept, "EDUCA_DATA_DIR": str(data), "PYTHONPATH": str(PACKAGE.parent), **variables}


def settings_with(monkeypatch: Any, data: Path, **variables: str) -> dict[str, Any]:
    """The settings that the variables make. Raises what reading them raises."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", scrubbed(data, **variables))
        patch.setattr(env, "names_read", set())
        return runpy.run_path(str(PACKAGE / "config/settings.py"))


def run_educa(data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a command of Educa says and how it ends."""
    return subprocess.run(
        [sys.executable, "-m", "educa", *words],
        check=False,
        cwd=PACKAGE,
        env=scrubbed(data, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
