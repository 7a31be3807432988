"""How the C library divides memory, set for a process that serves."""

import ctypes
from contextlib import suppress

M_ARENA_MAX = -8  # of <malloc.h>


def share_one_arena() -> None:
    """Let all threads take memory from one place. To be called before the first thread begins.

    By itself glibc makes another arena for each thread, and each keeps what it was once given: 22 MB of the 89
    of a process at rest. Under the interpreter's lock threads hardly ask at the same time. Other C libraries have nothing to set.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
