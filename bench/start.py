"""How long it takes from a clean checkout to the first page: `./educa run`, as somebody who tries Educa types it.

It makes its environment, for which packages come from wherever this machine has them (a cache, or the net),
the database with the demonstration, and the static files.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from bench.processes import ROOT, answers_within, free_port

PATIENCE = 600.0  # seconds until a checkout that shows no page counts as broken
OWN = (
    "PYTHONPATH",
    "DJANGO_",
    "EDUCA_",
    "DATABASE_",
    "CACHE_",
    "CHANNEL_",
    "EMAIL_",
    "HOST",
)  # of this run, not of the checkout


def seconds_to_first_page(folder: Path) -> float:
    """Clone the last commit into a folder, and start it there. Raises RuntimeError when no page comes."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    port = free_port()
    known = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    began = time.monotonic()
    # A group of its own, so that what it has started to install packages ends with it.
    process = subprocess.Popen(
        ["./educa", "run"],
        cwd=folder,
        env={**known, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        if not answers_within(PATIENCE, process, f"http://127.0.0.1:{port}/"):
            raise RuntimeError("a clean checkout shows no page")
        return time.monotonic() - began
    finally:
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
