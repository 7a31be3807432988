"""The servers that the tests asked for, which end with whoever asked for them.

`running("PostgreSQL", ...)` starts a keeper: this file as a program of its own, which starts the
servers, says where they are, and waits until the other end of its input is gone, however that
happened. Then it stops them and removes their folder. Should the keeper itself be killed, the kernel
stops the servers, and the next keeper removes the folder. Standard library only.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import SERVERS, Broken, start

ROOT = Path(__file__).resolve().parent.parent
TEMPORARY = Path("/tmp")  # not TMPDIR: the way there must be open to another user, and short
PREFIX = "educa-servers-"
PAUSE = 0.1  # seconds between two looks at a folder that must go
QUIET = 0.5  # seconds for which it must then stay away
REMOVALS = 100
TRUE = {"1", "true", "yes", "on"}


def strict() -> bool:
    """Whether what can't be had is a failure: where CI or EDUCA_TEST_STRICT say so."""
    return any(os.environ.get(name, "").lower() in TRUE for name in ("CI", "EDUCA_TEST_STRICT"))


def keep(names: Iterable[str]) -> None:
    """Be the keeper: start servers, print where they are as JSON, and wait for the end of input."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(1))
    sweep()
    folder = _make_folder()
    farewell = ""
    try:
        with ExitStack() as servers:
            places: dict[str, list[str]] = {}
            for name in names:
                process, address = start(SERVERS[name], folder)
                servers.callback(_stop, process, SERVERS[name].stop)
                places.setdefault(name, []).append(address)
            print(json.dumps([os.getpid(), str(folder), places]), flush=True)
            farewell = sys.stdin.read()
    finally:
        _remove(folder, quiet=0 if farewell else QUIET)


def _stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    process.send_signal(how)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _make_folder() -> Path:
    """A folder that is locked before it has the name by which `sweep` would find it."""
    draft = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=TEMPORARY))
    _hold(draft)
    draft.chmod(0o711)
    return draft.rename(draft.with_name(draft.name.removeprefix(".")))


def _remove(folder: Path, *, quiet: float) -> None:
    """Remove the folder until it stays away for that many seconds.

    When the run was killed, those who wrote there take a moment to notice.
    """
    absent = 0.0
    for _ in range(REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if absent >= quiet:
            return
        threading.Event().wait(PAUSE)
        absent = 0.0 if folder.exists() else absent + PAUSE


def _hold(folder: Path) -> int:
    """Lock the folder for as long as this process lives. Raises OSError when another holds it."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def sweep() -> None:
    """Remove what keepers left that were killed before they could."""
    for folder in TEMPORARY.glob(f"{PREFIX}*"):
        with suppress(OSError):
            lock = _hold(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


@dataclass
class Running:
    """Servers that answer, and why others do not."""

    keeper: int
    folder: Path
    addresses: dict[str, list[str]]
    missing: list[str] = field(default_factory=list)


@contextmanager
def running(*names: str) -> Iterator[Running]:
    """Keep these servers (a name twice: two of them) running for the length of a block.

    Those that are not installed are named in `missing`. Raises Broken when one does not start.
    """
    absent = {name for name in names if SERVERS[name].program() is None}
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.services", *(name for name in names if name not in absent)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the tests, which still need their servers
    )
    assert keeper.stdin
    assert keeper.stdout
    assert keeper.stderr
    try:
        line = keeper.stdout.readline()
        if not line:
            raise Broken(keeper.stderr.read().decode(errors="replace").strip())
        missing = [missing_server(name) for name in sorted(absent)]
        pid, folder, addresses = json.loads(line)
        yield Running(pid, Path(folder), addresses, missing)
    finally:
        with suppress(BrokenPipeError):
            keeper.stdin.write(b"done")
            keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()
        keeper.stderr.close()


def missing_server(name: str) -> str:
    """One line that says what can't be had and how to get it."""
    return f"{name} is missing: install {SERVERS[name].get_it}"


if __name__ == "__main__":
    try:
        keep(sys.argv[1:])
    except (Broken, OSError, RuntimeError) as error:
        sys.exit(str(error))
