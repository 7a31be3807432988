"""Work that no request waits for: duties, and the threads that see to them.

A duty is a function in an app's `duties.py`. There is no queue: what there is to do stands in the rows
of the app, and a duty claims it there under a lease, so that several processes may have the same
duties. Whoever adds such a row says `poke()` on commit, and need not wait for the next round.
"""

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.utils.module_loading import autodiscover_modules

from educa.lib.signals import STOPS, held_back

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds that duties get to notice that they are to end
LONGEST_PAUSE = 600.0  # seconds before another try of a duty that fails, unless its own are longer
# Seconds between two rounds above which a database connection is not kept for the next one.
IDLE = 60.0
# What PostgreSQL allows a page: no limits for who has nobody waiting.
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")

Work = TypeVar("Work", bound=Callable[[], object])


class Stopped(Exception):
    """The duty that runs here is to end: what it has begun will be taken up again."""


@dataclass(frozen=True)
class Duty:
    """A function that is called every so often; an urgent one also when somebody pokes."""

    name: str
    work: Callable[[], object]
    every: timedelta
    urgent: bool = False

    def pause(self, failures: int) -> float:
        """Seconds until the next round; longer from one failure to the next."""
        usual = self.every.total_seconds()
        return max(usual, min(2.0**failures, LONGEST_PAUSE)) if failures else usual


_duties: dict[str, Duty] = {}
_at_work: list["Worker"] = []
_here = threading.local()


def duty(*, every: timedelta, urgent: bool = False) -> Callable[[Work], Work]:
    """Make a function a duty. It is called at the start and then every so often, never twice at a time.

    It must do no harm when it is called too often, or by several processes at once.
    """

    def register(work: Work) -> Work:
        name = f"{work.__module__}.{work.__qualname__}"
        _duties[name] = Duty(name, work, every, urgent)
        return work

    return register


def all_duties() -> list[Duty]:
    """The duties of all installed apps."""
    autodiscover_modules("duties")
    return list(_duties.values())


def poke() -> None:
    """Let the urgent duties of this process begin at once; other processes come to it by themselves."""
    for worker in _at_work:
        if worker.duty.urgent:
            worker.wake()


def give_way() -> None:
    """Raises Stopped in a duty that is to end. Long work calls it wherever it may be broken off."""
    worker: Worker | None = getattr(_here, "worker", None)
    if worker is not None and worker.is_ending:
        raise Stopped


class Worker:
    """A thread that sees to one duty until it is stopped.

    It is a daemon, so that work which never ends can't keep the process alive.
    """

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self.is_ending = False
        self._woken = threading.Event()
        self._failures = 0
        name = f"educa-duty-{duty.name.rpartition('.')[2]}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        _at_work.append(self)
        self._thread.start()

    def wake(self) -> None:
        """Begin the next round at once."""
        self._woken.set()

    def end(self) -> None:
        """Begin no other round."""
        self.is_ending = True
        self.wake()

    def join(self, patience: float) -> None:
        """Wait for the end of the round; after `patience` seconds it is left behind."""
        self._thread.join(patience)
        _at_work.remove(self)

    def _run(self) -> None:
        _here.worker = self
        while not self.is_ending:
            # Cleared before the work and not after, so that nothing which comes meanwhile is lost.
            self._woken.clear()
            self._attend()
            pause = self.duty.pause(self._failures)
            if pause > IDLE:
                connections.close_all()
            if not self.is_ending:
                self._woken.wait(pause)
        connections.close_all()

    def _attend(self) -> None:
        """One round. Whatever goes wrong in it is logged, and is no end."""
        try:
            close_old_connections()
            self.duty.work()
        except Stopped:
            logger.info("%s was broken off", self.duty.name)
        except Exception:
            self._failures += 1
            pause = self.duty.pause(self._failures)
            logger.exception("%s failed; another try comes in %.0f s", self.duty.name, pause)
        else:
            self._failures = 0
        finally:
            close_old_connections()


@contextlib.contextmanager
def working(duties: Iterable[Duty] | None = None) -> Iterator[None]:
    """See to these duties, or to all there are, for as long as the block runs."""
    workers = [Worker(duty) for duty in (all_duties() if duties is None else duties)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.end()
        deadline = time.monotonic() + PATIENCE
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))


def work_until_stopped(on_ready: Callable[[], object]) -> None:
    """See to all duties until SIGINT or SIGTERM comes."""
    with held_back(STOPS), working():
        on_ready()
        signal.sigwait(STOPS)


@contextlib.contextmanager
def unhurried(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let this thread's statements and transactions take as long as they need."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        for limit in LIMITS:
            cursor.execute(f"SET {limit} = 0")
    try:
        yield
    finally:
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            for limit in LIMITS:
                cursor.execute(f"RESET {limit}")
