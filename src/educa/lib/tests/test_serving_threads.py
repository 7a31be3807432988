"""The standing crew of threads."""

import asyncio
import threading
import time

import pytest

from educa.lib.serving.threads import Overloaded, Threads

pytestmark = pytest.mark.once


@pytest.fixture
def crew():
    crew = Threads(2, name="test-crew", most_waiting=3)
    crew.start()
    yield crew
    crew.stop(1)


def test_starting_twice_is_starting_once(crew):
    crew.start()

    names = [each.name for each in threading.enumerate() if each.name.startswith("test-crew")]
    assert sorted(names) == ["test-crew-1", "test-crew-2"]


def test_a_failing_job_does_not_end_its_thread(crew, caplog):
    done = threading.Event()
    for _ in range(2):
        crew.submit(lambda: 1 / 0)
    crew.submit(done.set)

    assert done.wait(5)
    assert "ZeroDivisionError" in caplog.text


def test_what_is_called_returns_or_raises_to_the_caller(crew):
    async def ask():
        with pytest.raises(ValueError, match="invalid literal"):
            await crew.call(int, "no number")
        return await crew.call(int, "7")

    assert asyncio.run(ask()) == 7


def test_nobody_waits_behind_more_than_can_be_done(crew):
    release = threading.Event()

    with pytest.raises(Overloaded):
        submit_all(crew, [release.wait] * 10)

    release.set()


def submit_all(crew, jobs):
    for job in jobs:
        crew.submit(job)


def test_each_thread_tidies_up_at_its_end():
    left = []
    crew = Threads(3, name="test-end", at_exit=lambda: left.append(threading.get_ident()))
    crew.start()

    crew.stop(5)

    assert len(set(left)) == 3


def test_work_that_never_ends_does_not_keep_the_crew_from_stopping():
    forever = threading.Event()
    crew = Threads(1, name="test-stuck")
    crew.start()
    crew.submit(forever.wait)

    begin = time.monotonic()
    crew.stop(0.1)

    assert time.monotonic() - begin < 2
    forever.set()
