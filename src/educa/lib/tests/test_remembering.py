"""Values that are kept for as long as they are right: who makes them, who gets them, and what is never kept."""

import os
import pickle
import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction

from educa.lib import remembering
from educa.lib.remembering import Family, Unkept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def family():
    """Values of a test."""
    yield Family("test")
    remembering._families.pop("test")


class Maker:
    """Makes one value after the other, and counts them."""

    def __init__(self, *values):
        self.values, self.made = list(values), 0

    def __call__(self):
        self.made += 1
        return self.values.pop(0) if len(self.values) > 1 else self.values[0]


def test_a_value_is_made_once(family):
    make = Maker("old", "new")

    assert [family.get([1], 7, make) for _ in range(3)] == ["old", "old", "old"]
    assert family.counts == {"misses": 1, "rebuilds": 1, "hits": 2}


def test_another_generation_has_another_value(family):
    make = Maker("old", "new")
    family.get([1], 7, make)

    assert family.get([1], 8, make) == "new"


@pytest.mark.parametrize("package", remembering.RENDERERS)
def test_values_of_another_version_of_a_renderer_are_not_found(package, monkeypatch):
    before, version = remembering.release(), remembering.version

    monkeypatch.setattr(
        remembering, "version", lambda name: "99" if name == package else version(name)
    )

    assert remembering.release.__wrapped__() != before


@pytest.mark.parametrize("setting", remembering.SHAPING)
def test_values_of_a_site_with_other_settings_are_not_found(setting, settings):
    before = remembering.release()

    setattr(settings, setting, "something else")

    assert remembering.release.__wrapped__() != before


@pytest.mark.parametrize("empty", [None, "", [], {}, 0])
def test_empty_values_are_kept_too(family, empty):
    make = Maker(empty)
    family.get([1], 7, make)

    assert family.get([1], 7, make) == empty
    assert make.made == 1


@pytest.mark.parametrize("text", ["two words", "line\nbreak", "a:b", "x" * 300, "", "ä", "a.b"])
def test_a_key_is_never_the_text_of_somebody(family, text):
    with pytest.raises(ValueError, match="is no key"):
        family.get([text], 7, Maker("value"))


def test_a_reader_of_the_old_state_does_not_overwrite_what_was_made_of_the_new_one(family):
    def slow():
        family.get([1], 8, lambda: "new")  # somebody has saved, and somebody else has read
        return "old"

    assert family.get([1], 7, slow) == "old"
    assert family.get([1], 8, Maker("never")) == "new"


def test_in_a_transaction_nothing_is_read_and_nothing_is_kept(family):
    family.get([1], 7, lambda: "committed")

    with transaction.atomic():
        assert family.get([1], 7, lambda: "not committed") == "not committed"
        family.get([2], 7, lambda: "not committed")

    assert family.get([1], 7, Maker("never")) == "committed"
    assert family.get([2], 7, lambda: "made") == "made"


def test_under_generation_0_nothing_is_kept(family):
    make = Maker("old", "new")

    assert [family.get([1], 0, make), family.get([1], lambda: 0, make)] == ["old", "new"]
    assert family.counts == {"passed": 2}


def test_an_answer_for_one_alone_is_given_to_nobody_else(family):
    def make():
        raise Unkept("for you")

    assert family.get([1], 7, make) == "for you"
    assert family.get([1], 7, lambda: "for all") == "for all"


def test_a_value_that_can_not_be_made_is_tried_again(family):
    with pytest.raises(RuntimeError):
        family.get([1], 7, fail)

    assert family.get([1], 7, lambda: "made") == "made"


def test_a_value_over_the_limit_of_memcached_is_made_smaller(family):
    make = Maker("long " * 400_000)
    family.get([1], 7, make)

    assert len(family.get([1], 7, make)) == 2_000_000
    assert make.made == 1


def test_a_large_value_takes_less_room_than_it_has_words(family):
    family.get([1], 7, Maker("long " * 20_000))

    assert len(cache.get(family._name([1], 7))) < 10_000


def test_what_does_not_get_smaller_is_kept_as_it_is(family):
    noise = os.urandom(100_000)
    family.get([1], 7, Maker(noise))

    assert cache.get(family._name([1], 7))[remembering.SEAL :].startswith(b"p")
    assert family.get([1], 7, Maker(b"")) == noise


def test_the_last_value_is_found_until_another_takes_its_place(family):
    assert family.last([1]) is None

    family.replace([1], "old")
    family.replace([1], "new")

    assert family.last([1]) == "new"
    assert family.counts == {"misses": 1, "rebuilds": 2, "hits": 1}


def test_in_a_transaction_there_is_no_last_value_and_none_takes_its_place(family):
    family.replace([1], "old")

    with transaction.atomic():
        family.replace([1], "of a transaction")
        assert family.last([1]) is None

    assert family.last([1]) == "old"


def test_what_stays_too_large_is_not_kept_and_counted(family):
    make = Maker(os.urandom(1_100_000))
    family.get([1], 7, make)
    family.get([1], 7, make)

    assert make.made == 2
    assert family.counts["oversized"] == 2


def test_what_is_older_than_fresh_is_made_by_one_and_given_to_the_others(family):
    family.fresh_for = 0
    family.get([1], 7, lambda: "old")

    def slow():
        assert family.get([1], 7, Maker("never")) == "old"
        return "new"

    assert family.get([1], 7, slow) == "new"
    assert family.counts["stale"] == 1


def fail():
    """Can not be made."""
    raise RuntimeError("no")


def test_what_can_not_be_made_anew_is_given_out_as_it_was_and_told(family, caplog):
    family.fresh_for = 0
    family.get([1], 7, lambda: "old")

    assert family.get([1], 7, fail) == "old"
    assert "could not be made anew" in caplog.text


def test_what_can_not_be_made_anew_is_tried_again_after_a_while(family):
    family.fresh_for, make = 0, Maker("new")
    family.get([1], 7, lambda: "old")
    family.get([1], 7, fail)
    assert (family.get([1], 7, make), make.made) == ("old", 0)

    cache.delete(f"{family._name([1], 7)}.lease")

    assert (family.get([1], 7, make), make.made) == ("new", 1)


def test_an_answer_that_tells_of_a_fault_is_not_given_to_who_can_have_the_last_value(family):
    family.fresh_for = 0
    family.get([1], 7, lambda: "old")

    def answer(*, is_fault):
        raise Unkept("answer", is_fault=is_fault)

    assert family.get([1], 7, lambda: answer(is_fault=False)) == "answer"
    assert family.get([1], 7, lambda: answer(is_fault=True)) == "old"
    assert family.get([2], 7, lambda: answer(is_fault=True)) == "answer"


def test_of_fifty_at_once_one_makes_the_value_and_all_get_it(family):
    begun, asking, answers = threading.Barrier(50), threading.Semaphore(0), []
    make = Maker("value")

    def make_when_all_ask():
        for _ in range(50):
            asking.acquire()
        return make()

    def ask():
        begun.wait()
        asking.release()
        answers.append(family.get([1], 7, make_when_all_ask))

    threads = [threading.Thread(target=ask) for _ in range(50)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert answers == ["value"] * 50
    assert make.made == 1


def test_what_is_made_between_the_look_and_the_lease_is_not_made_again(family, monkeypatch):
    make, look = Maker("value"), family._found

    def look_too_early(name):
        found = look(name)
        monkeypatch.undo()
        family.get([1], 7, make)  # as another thread does, before this one goes on
        return found

    monkeypatch.setattr(family, "_found", look_too_early)

    assert family.get([1], 7, make) == "value"
    assert make.made == 1
    assert cache.get(f"{family._name([1], 7)}.lease") is None


def test_another_process_that_makes_the_value_is_waited_for(family):
    name = family._name([1], 7)
    cache.set(f"{name}.lease", 1)
    late = threading.Timer(0.1, lambda: cache.set(name, family._packed(name, "theirs")))
    late.start()

    assert family.get([1], 7, Maker("ours")) == "theirs"
    late.join()


def test_a_process_that_died_with_its_lease_is_not_waited_for_long(family, monkeypatch):
    monkeypatch.setattr(remembering, "PATIENCE", 0.05)
    cache.set(f"{family._name([1], 7)}.lease", 1)

    assert family.get([1], 7, lambda: "ours") == "ours"
    assert remembering._Lease.is_held(family._name([1], 7))


def test_who_takes_longer_than_a_lease_does_not_end_that_of_another(family, monkeypatch):
    name = family._name([1], 7)
    monkeypatch.setattr(remembering, "LEASE", 0)

    def slow():
        cache.set(f"{name}.lease", 1)  # another process has it by now
        return "value"

    assert family.get([1], 7, slow) == "value"
    assert remembering._Lease.is_held(name)


def test_a_lease_ends_when_the_value_is_made(family):
    family.get([1], 7, Maker("value"))

    assert not remembering._Lease.is_held(family._name([1], 7))


@pytest.mark.parametrize(
    "rubbish", [b"", b"p", b"zzz", b"p" + pickle.dumps("no pair"), "text", 7, [1]]
)
def test_rubbish_in_the_cache_is_no_value(family, rubbish):
    cache.set(family._name([1], 7), rubbish)

    assert family.get([1], 7, lambda: "made") == "made"


def sealed(name, packed):
    """As a value of ours."""
    return remembering._seal_of(name, packed) + packed


@pytest.mark.parametrize("rubbish", [b"", b"p", b"zzz", b"p" + pickle.dumps("no pair")])
def test_rubbish_with_our_seal_is_no_value(family, rubbish):
    name = family._name([1], 7)
    cache.set(name, sealed(name, rubbish))

    assert family.get([1], 7, lambda: "made") == "made"


class Trap:
    """Runs when it is unpacked."""

    sprung = False

    def __reduce__(self):
        return setattr, (Trap, "sprung", True)


@pytest.mark.parametrize("seal", [b"", b"x" * remembering.SEAL])
def test_what_somebody_else_has_put_into_the_cache_is_not_unpacked(family, seal):
    cache.set(family._name([1], 7), seal + b"p" + pickle.dumps((Trap(), 0)))

    assert family.get([1], 7, lambda: "made") == "made"
    assert not Trap.sprung


def test_a_value_that_was_moved_to_another_name_is_no_value(family):
    family.get([1], 7, Maker("old"))
    cache.set(family._name([1], 8), cache.get(family._name([1], 7)))

    assert family.get([1], 8, Maker("new")) == "new"


def test_a_value_of_another_secret_key_is_no_value(family, settings):
    family.get([1], 7, Maker("old"))

    settings.SECRET_KEY = "another one"

    assert family.get([1], 7, Maker("new")) == "new"


def test_two_who_got_the_same_value_do_not_share_it(family):
    family.get([1], 7, lambda: ["value"]).append("mine")

    assert family.get([1], 7, Maker("never")) == ["value"]


def test_freshness_is_counted_from_when_the_value_was_made(family):
    family.fresh_for = timedelta(hours=1).total_seconds()
    family.get([1], 7, lambda: "value")

    assert family.get([1], 7, Maker("never")) == "value"


@pytest.fixture
def near():
    """Values that are at hand in the process, too."""
    remembering.forget()
    yield Family("near", near=True)
    remembering._families.pop("near")


def test_what_is_near_is_found_without_the_cache(near):
    make = Maker("old", "new")
    near.get([1], 7, make)
    cache.clear()

    assert near.get([1], 7, make) == "old"


def test_what_is_near_is_not_given_out_for_another_generation(near):
    make = Maker("old", "new")
    near.get([1], 7, make)

    assert near.get([1], 8, make) == "new"


def test_what_another_process_has_made_is_at_hand_after_it_was_found(near):
    near.get([1], 7, Maker("made"))
    remembering._at_hand.clear()
    near.get([1], 7, Maker("never"))
    cache.clear()

    assert near.get([1], 7, Maker("never")) == "made"


def test_what_was_used_longest_ago_is_not_at_hand_where_there_is_too_much(near, monkeypatch):
    monkeypatch.setattr(remembering._at_hand, "room", 1000)
    for key in (1, 2):
        near.get([key], 7, Maker("x" * 400))
    near.get([1], 7, Maker("never"))
    near.get([3], 7, Maker("x" * 400))
    cache.clear()

    assert near.get([1], 7, Maker("new")) == "x" * 400
    assert near.get([2], 7, Maker("new")) == "new"


@dataclass(frozen=True)
class Growing:
    """Takes more than it says."""

    grows_by: int


def test_what_may_grow_counts_as_if_it_had(near, monkeypatch):
    monkeypatch.setattr(remembering._at_hand, "room", 1000)
    near.get([1], 7, Maker(Growing(2000)))
    cache.clear()

    assert near.get([1], 7, Maker("new")) == "new"


def test_a_place_is_a_likely_one_once_something_of_it_was_at_hand(near):
    before = near.is_likely_at("/a/")
    near.get([1], 7, Maker("value"), "/a/")

    assert (before, near.is_likely_at("/a/"), near.is_likely_at("/b/")) == (False, True, False)


def test_no_place_is_likely_where_nothing_is_at_hand(near, monkeypatch):
    monkeypatch.setattr(remembering._at_hand, "room", 0)
    near.get([1], 7, Maker("value"), "/a/")

    assert not near.is_likely_at("/a/")


def test_what_is_forgotten_is_likely_nowhere(near):
    near.get([1], 7, Maker("value"), "/a/")
    remembering.forget()

    assert not near.is_likely_at("/a/")
