"""How passwords are kept."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.contrib.auth.hashers import Argon2PasswordHasher

P = ParamSpec("P")
T = TypeVar("T")


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id at OWASP's minimum (19 MiB, two passes, one lane): a tenth of Django's default cost.

    Source: OWASP Password Storage Cheat Sheet. Hashes made with other parameters are remade at the
    next sign-in. Of those who sign in at once in a process, one is hashed at a time.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The hash of a password, as it is kept."""
        return _in_turn(super().encode, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether this password has been kept so."""
        return _in_turn(super().verify, password, encoded)


def _in_turn(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do it in the one thread that hashes.

    Every thread that has hashed keeps the 19 MiB, and such threads take turns on a core in the middle of a hash,
    which drives each other's memory out of the core's own.
    """
    return _Thread.one.submit(work, *args, **kwargs).result()


class _Thread:
    one: ThreadPoolExecutor

    @classmethod
    def renew(cls) -> None:
        """Have a thread, which begins with the first work; a process that was forked has none of its parent's."""
        cls.one = ThreadPoolExecutor(1, thread_name_prefix="hashing")


_Thread.renew()
os.register_at_fork(after_in_child=_Thread.renew)
