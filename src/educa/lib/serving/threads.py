"""A standing crew of threads that share one queue of work."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

Job = Callable[[], object]


class Overloaded(Exception):
    """More work is waiting than could be done while somebody still waits for it."""


class Threads:
    """`size` threads named `name`-1, -2 ... that live from `start` to `stop`.

    They are daemons, so that work which never ends can't keep the process alive. `at_exit` runs in
    each thread before it ends, for what belongs to the thread, such as database connections.
    """

    def __init__(
        self,
        size: int,
        *,
        name: str,
        most_waiting: int = 1000,
        at_exit: Callable[[], object] | None = None,
    ) -> None:
        self._size = size
        self._name = name
        self._most_waiting = most_waiting
        self._at_exit = at_exit
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._crew: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads; starting twice is starting once."""
        for number in range(len(self._crew) + 1, self._size + 1):
            thread = threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
            self._crew.append(thread)
            thread.start()

    def stop(self, patience: float) -> None:
        """Let the threads finish what they do; after `patience` seconds they are left behind."""
        for _ in self._crew:
            self._jobs.put(None)
        deadline = time.monotonic() + patience
        for thread in self._crew:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._crew.clear()

    def submit(self, job: Job) -> None:
        """Run the job in one of the threads. Raises Overloaded when too much waits already."""
        if self._jobs.qsize() >= self._most_waiting:
            raise Overloaded
        self._jobs.put(job)

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises, run in one of the threads."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - it is raised again where it is awaited
                tell(loop, answer, answer.set_exception, error)
            else:
                tell(loop, answer, answer.set_result, result)

        self.submit(job)
        return await answer

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except BaseException:
                logger.exception("A job failed in %s", threading.current_thread().name)
            del job  # or an idle thread would keep the last request in memory
        if self._at_exit is not None:
            self._at_exit()


def tell(
    loop: asyncio.AbstractEventLoop,
    future: "asyncio.Future[T]",
    settle: Callable[[T], None] | Callable[[Exception], None],
    value: object,
) -> None:
    """Settle a future of `loop` from another thread, unless nobody waits for it any more."""

    def settle_if_awaited() -> None:
        if not future.done():
            settle(value)  # type: ignore[arg-type]  # the caller pairs the two

    call_in(loop, settle_if_awaited)


def call_in(loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
    """Run the callback in the loop's thread; a loop that has ended has nobody left to tell."""
    try:
        loop.call_soon_threadsafe(callback)
    except RuntimeError:
        if not loop.is_closed():
            raise
