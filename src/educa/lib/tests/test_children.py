"""Children: a process that dies is begun anew, one that dies again and again ends all, and none is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="needs the children of Linux"),
]

PATIENCE = 60  # seconds until a test gives up
PAUSE = 0.02  # seconds between two looks
PROGRAM = r"""
import os, signal, subprocess, sys, time
from educa.lib.children import Child, keep

def say(word, pid):
    os.write(1, f"{word} {pid}\n".encode())  # at once, since others write, too

def rest():
    say("rests", os.getpid())
    signal.pause()

def end():
    say("ends", os.getpid())

def refuse_to_end():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    rest()
    rest()

def leave_one_behind():
    left = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    say("left", left.pid)
    rest()

children = [Child(name, globals()[name]) for name in sys.argv[1:]]
sys.exit(0 if keep(children, grace=0.5) else 1)
"""


@contextmanager
def parent_of(*children: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that keeps children which do these things."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *children],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def said(process: "subprocess.Popen[str]", word: str) -> int:
    """The number of the next process that says this word."""
    assert process.stdout is not None
    return int(next(line for line in process.stdout if line.startswith(word)).split()[1])


def runs(pid: int) -> bool:
    """Whether there is such a process, which has not ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return when this is so; whoever asks without a pause takes the processor from those who are waited for."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(PAUSE)


def test_a_child_that_was_killed_is_begun_anew() -> None:
    with parent_of("rest") as parent:
        first = said(parent, "rests")
        os.kill(first, signal.SIGKILL)
        second = said(parent, "rests")
        parent.terminate()
        _, errors = parent.communicate(timeout=PATIENCE)

    assert first != second
    assert errors == "rest was ended by signal 9\n"


def test_a_child_that_ends_again_and_again_is_given_up_and_all_end() -> None:
    with parent_of("rest", "end") as parent:
        rests = said(parent, "rests")
        _, errors = parent.communicate(timeout=PATIENCE)

    assert parent.returncode == 1
    assert errors.count("end ended with status 0") == 6
    assert not runs(rests)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_all_children_when_it_is_told_to(number: int) -> None:
    with parent_of("rest", "rest") as parent:
        children = [said(parent, "rests"), said(parent, "rests")]
        parent.send_signal(number)
        _, errors = parent.communicate(timeout=PATIENCE)

    assert (parent.returncode, errors) == (0, "")
    assert not any(map(runs, children))


def test_a_child_that_does_not_end_in_time_is_killed() -> None:
    with parent_of("refuse_to_end") as parent:
        child = said(parent, "rests")
        parent.terminate()
        _, errors = parent.communicate(timeout=PATIENCE)

    assert parent.returncode == 0
    assert errors == "refuse_to_end did not end within 0 s and is killed\n"
    assert not runs(child)


def test_what_a_dead_child_leaves_behind_is_killed() -> None:
    with parent_of("leave_one_behind") as parent:
        left, first = said(parent, "left"), said(parent, "rests")
        os.kill(first, signal.SIGKILL)
        said(parent, "rests")

        until(lambda: not runs(left))


def test_no_child_outlives_a_parent_that_is_killed() -> None:
    with parent_of("rest", "rest") as parent:
        children = [said(parent, "rests"), said(parent, "rests")]
        parent.kill()

        until(lambda: not any(map(runs, children)))
