"""How passwords are hashed: as strong as ever, and in one thread of a process."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from educa.accounts.hashers import Argon2Hasher
from educa.accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.once

FORKED = """
import os
from django.conf import settings
settings.configure()
from educa.accounts.hashers import Argon2Hasher
hasher = Argon2Hasher()
kept = hasher.encode("word", hasher.salt())
child = os.fork()
if child == 0:
    os._exit(0 if hasher.verify("word", kept) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_password_is_found_in_its_hash_and_another_is_not():
    hasher = Argon2Hasher()
    kept = hasher.encode(PASSWORD, hasher.salt())

    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify(PASSWORD, kept)
    assert not hasher.verify(PASSWORD.upper(), kept)


def test_of_many_at_once_all_are_hashed_in_one_thread(monkeypatch):
    threads = []

    def verify(_self, _password, _kept):
        threads.append(threading.get_ident())
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: Argon2Hasher().verify(PASSWORD, "kept"), range(20)))

    assert answers == [True] * 20
    assert len(set(threads)) == 1


def test_what_is_no_hash_is_told_to_who_asked():
    with pytest.raises(ValueError, match="not enough values"):
        Argon2Hasher().verify(PASSWORD, "argon2")


def test_a_process_that_was_forked_after_a_hash_can_hash():
    done = subprocess.run(
        [sys.executable, "-c", FORKED],
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout == "0\n", done.stderr
