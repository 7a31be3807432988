"""Processes forked from this one, which are begun anew when they die and do not outlive it.

Whoever forks has no threads and no connections: a child would have them half.
"""

import ctypes
import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field

from educa.lib.signals import STOPS, held_back

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # of <sys/prctl.h>
MOST_DEATHS = 5  # of one child in SPAN; with the next one, beginning it anew is given up
SPAN = 60.0  # seconds


@dataclass
class Child:
    """What is done in a process of its own, for as long as its parent is there.

    `ps` shows the first 15 characters of the name.
    """

    name: str
    work: Callable[[], object]
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_DEATHS + 1))

    def dies_too_often(self) -> bool:
        """Take down that it has died now, and say whether that is hopeless."""
        self.deaths.append(time.monotonic())
        return len(self.deaths) > MOST_DEATHS and self.deaths[-1] - self.deaths[0] < SPAN


def keep(children: Sequence[Child], *, grace: float) -> bool:
    """Fork the children and keep them going until SIGINT or SIGTERM comes; False when one dies too often.

    At the end they are sent SIGTERM, and killed after `grace` seconds. Each has a process group, and what is
    left in it goes with the child. Linux only.
    """
    with held_back(STOPS | {signal.SIGCHLD}) as before:
        alive: dict[int, Child] = {}
        try:
            for child in children:
                alive[_fork(child, before)] = child
            while signal.sigwait(STOPS | {signal.SIGCHLD}) == signal.SIGCHLD:
                for child, how in _ended(alive):
                    logger.error("%s %s", child.name, how)
                    if child.dies_too_often():
                        logger.critical("%s can't be kept going", child.name)
                        return False
                    alive[_fork(child, before)] = child
        finally:
            _end(alive, grace)
    return True


def _fork(child: Child, held: AbstractSet[int]) -> int:
    parent = os.getpid()
    sys.stdout.flush()  # or the child would say it, too
    pid = os.fork()
    if pid == 0:
        _be(child, parent, held)
    os.setpgid(pid, pid)  # as the child does: whoever is first, nobody finds it without its group
    return pid


def _be(child: Child, parent: int, held: AbstractSet[int]) -> None:
    """The whole life of a child: nothing of what the parent is about to do must happen here, too."""
    status = 1
    try:
        os.setpgid(0, 0)
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_NAME, child.name.encode())
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        if os.getppid() == parent:  # else it was gone before the kernel knew whom to tell
            child.work()
            status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        logger.exception("%s failed", child.name)
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _ended(alive: dict[int, Child]) -> Iterator[tuple[Child, str]]:
    """Take those that have ended out of `alive`, and say how each did."""
    while ended := _next_ended():
        pid = ended.si_pid
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # before its number is free for somebody else
        os.waitpid(pid, 0)
        if child := alive.pop(pid, None):
            by_signal = ended.si_code in {os.CLD_KILLED, os.CLD_DUMPED}
            how = "was ended by signal" if by_signal else "ended with status"
            yield child, f"{how} {ended.si_status}"


def _next_ended() -> os.waitid_result | None:
    with suppress(ChildProcessError):
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return None


def _end(alive: dict[int, Child], grace: float) -> None:
    for pid in alive:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    list(_ended(alive))
    while alive and (left := deadline - time.monotonic()) > 0:
        signal.sigtimedwait({signal.SIGCHLD}, left)
        list(_ended(alive))
    for pid, child in alive.items():
        logger.error("%s did not end within %.0f s and is killed", child.name, grace)
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
