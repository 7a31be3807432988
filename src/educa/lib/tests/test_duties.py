"""Duties: when they are called, what becomes of their errors, and how they end."""

import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection

from educa.lib import duties
from educa.lib.duties import Duty, Stopped, give_way, poke, unhurried, working

LONG = timedelta(hours=1)
PATIENCE = 10  # seconds until a test gives up


class Rounds:
    """Work that counts how often it was called, and can be waited for."""

    def __init__(self, *faults):
        self.faults = list(faults)
        self.count = 0
        self._called = threading.Semaphore(0)

    def __call__(self):
        self.count += 1
        self._called.release()
        if self.faults:
            raise self.faults.pop(0)

    def wait(self):
        assert self._called.acquire(timeout=PATIENCE)


def of(work, every=LONG, **how):
    return Duty("tests.work", work, every, **how)


def test_a_duty_is_called_at_the_start():
    work = Rounds()

    with working([of(work)]):
        work.wait()

    assert work.count == 1


def test_a_duty_is_called_again_when_its_time_has_come():
    work = Rounds()

    with working([of(work, every=timedelta(milliseconds=1))]):
        work.wait()
        work.wait()


def test_a_poke_begins_the_next_round_of_urgent_duties_only():
    urgent, other = Rounds(), Rounds()

    with working([of(urgent, urgent=True), of(other)]):
        urgent.wait()
        other.wait()
        poke()
        urgent.wait()

    assert other.count == 1


def test_a_poke_during_a_round_is_not_lost():
    begun, go_on = threading.Event(), threading.Event()
    rounds = []

    def work():
        rounds.append(1)
        begun.set()
        if len(rounds) == 1:
            assert go_on.wait(PATIENCE)
        else:
            again.set()

    again = threading.Event()
    with working([of(work, urgent=True)]):
        assert begun.wait(PATIENCE)
        poke()
        go_on.set()

        assert again.wait(PATIENCE)


def test_nobody_needs_to_be_there_for_a_poke():
    poke()


def test_an_error_is_logged_and_the_duty_goes_on(caplog):
    work = Rounds(ValueError("broken row"))

    with working([of(work, every=timedelta(milliseconds=1), urgent=True)]):
        work.wait()
        poke()
        work.wait()

    assert "tests.work failed; another try comes in 2 s" in caplog.text
    assert "broken row" in caplog.text


def test_a_duty_that_fails_keeps_no_other_from_its_work(caplog):
    work = Rounds()

    with working([of(Rounds(ValueError("broken row"))), of(work)]):
        work.wait()


@pytest.mark.parametrize(
    ("every", "failures", "seconds"),
    [(5, 0, 5), (5, 1, 5), (5, 4, 16), (5, 99, 600), (3600, 9, 3600)],
)
def test_the_more_often_it_fails_the_longer_is_the_pause(every, failures, seconds):
    assert of(print, every=timedelta(seconds=every)).pause(failures) == seconds


def test_long_work_is_broken_off_at_the_end(caplog):
    begun, ended = threading.Event(), threading.Event()

    def work():
        begun.set()
        try:
            while not ended.wait(0.001):
                give_way()
        except Stopped:
            ended.set()
            raise

    with working([of(work)]):
        assert begun.wait(PATIENCE)

    assert ended.is_set()
    assert caplog.text == ""


def test_work_that_never_ends_does_not_keep_the_site_from_ending(monkeypatch):
    monkeypatch.setattr(duties, "PATIENCE", 0.01)
    begun, never = threading.Event(), threading.Event()

    def work():
        begun.set()
        never.wait(PATIENCE)

    with ExitStack() as stack:
        stack.callback(never.set)
        with working([of(work)]):
            assert begun.wait(PATIENCE)
        assert not never.is_set()


def test_elsewhere_nothing_is_broken_off():
    give_way()


@pytest.mark.django_db
def test_the_limits_of_pages_do_not_hold_for_work():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such limits")

    with unhurried():
        within = limit()

    assert within == "0"
    assert limit() == "10s"


def limit():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]
