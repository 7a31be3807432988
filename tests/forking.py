"""Processes with Educa that begin at once: forked from one that has loaded it, as `educa host` forks its own.

To load everything takes 2 s of a processor, and a race needs four processes. `ForkServer` starts this file as a
program of its own, which loads Educa once and then forks a process for each piece of code that it is given. Each
has connections of its own; what differs between them in the environment comes too late for the settings.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

PATIENCE = 120.0  # seconds until a process that says nothing counts as broken
FORK, DESCRIPTORS = b"f", 3


class Process:
    """A process that runs a piece of code, whose input and output are ours."""

    def __init__(self, talk: socket.socket, status: socket.socket, errors: Path) -> None:
        self.returncode: int | None = None
        self._errors = errors
        for each in (talk, status):
            each.settimeout(PATIENCE)
        self._talk, self._status = talk, status
        self._input, self._output = talk.makefile("w"), talk.makefile("r")
        self._ending = status.makefile("r")
        if not (pid := self._ending.readline()):
            raise RuntimeError(f"nothing was forked: {self.errors}")
        self.pid = int(pid)

    @property
    def errors(self) -> str:
        """What all processes of the test have said of what went wrong."""
        return self._errors.read_text()

    def tell(self, line: str) -> None:
        """Send a line to its input."""
        self._input.write(f"{line}\n")
        self._input.flush()

    def hear(self) -> str:
        """The next line of its output; nothing once it has ended. Raises TimeoutError."""
        return self._output.readline()

    def end(self) -> str:
        """Close its input, and wait until it has ended; the rest of its output. Raises TimeoutError."""
        self._talk.shutdown(socket.SHUT_WR)
        rest = self._output.read()
        self.returncode = int(self._ending.readline())
        return rest

    def close(self) -> None:
        """Kill it if it is there, and let go of it."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.returncode = int(self._ending.readline())
        for each in (self._input, self._output, self._ending, self._talk, self._status):
            with suppress(BrokenPipeError):
                each.close()


class ForkServer:
    """A process that has loaded Educa with one environment."""

    def __init__(self, environment: Mapping[str, str], errors: Path) -> None:
        self._errors = errors
        self._control, theirs = socket.socketpair()
        with theirs, errors.open("a") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                env=dict(environment),
                cwd=errors.parent,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def fork(self, code: str, environment: Mapping[str, str], given: Mapping[str, Any]) -> Process:
        """Start a process that runs the code, which finds `given` and leaves an `answer`."""
        talk, theirs = socket.socketpair()
        status, minders = socket.socketpair()
        # Not a pipe: one that nobody empties stops the process once it is full.
        with theirs, minders, self._errors.open("a") as errors:
            descriptors = [theirs.fileno(), minders.fileno(), errors.fileno()]
            with suppress(BrokenPipeError):
                socket.send_fds(self._control, [FORK], descriptors)
        process = Process(talk, status, self._errors)
        process.tell(json.dumps([code, dict(environment), dict(given)]))
        return process

    def close(self) -> None:
        """End it, when everything that it has forked has ended."""
        self._control.close()
        self._process.wait()


def serve(control: socket.socket) -> None:
    """Load Educa, and fork whenever that is asked for, until nobody can ask; returns in each process forked."""
    import django  # noqa: PLC0415 - only the program needs it

    django.setup()
    from educa.config.hosting import load  # noqa: PLC0415 - after the settings

    load()
    minders = []
    while True:
        said, descriptors, *_ = socket.recv_fds(control, len(FORK), DESCRIPTORS)
        if not said:
            break
        if (minder := os.fork()) == 0:
            control.close()
            mind(*descriptors)
            return
        minders.append(minder)
        for each in descriptors:
            os.close(each)
    for minder in minders:
        os.waitpid(minder, 0)
    sys.exit()


def mind(talk: int, status: int, errors: int) -> None:
    """Fork, say which process that is, and at its end how it has ended; returns in the process forked."""
    if pid := os.fork():
        os.close(talk)
        os.write(status, f"{pid}\n".encode())
        _, ending = os.waitpid(pid, 0)
        os.write(status, f"{os.waitstatus_to_exitcode(ending)}\n".encode())
        os._exit(0)
    for ours, standard in ((talk, 0), (talk, 1), (errors, 2)):
        os.dup2(ours, standard)
    for each in (talk, status, errors):
        os.close(each)


def run() -> None:
    """Run the code that the input begins with, and print what it leaves as its answer."""
    code, environment, given = json.loads(sys.stdin.readline())
    os.environ.update(environment)
    print("ready", flush=True)
    found = {"json": json, "os": os, "sys": sys, "given": given}
    exec(code, found)
    print(json.dumps(found["answer"]), flush=True)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asking:
        serve(asking)
    run()
