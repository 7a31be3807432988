"""Work beside the thread that asks for it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

R = TypeVar("R")


def beside(work: Callable[[], R], *, name: str) -> "Future[R]":
    """Begin the work in a thread of its own, and give what will come of it.

    The thread is a daemon: what hangs can't keep the process alive, as it would in an executor.
    """
    result: Future[R] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
            result.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return result
