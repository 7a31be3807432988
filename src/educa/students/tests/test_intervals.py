"""Which parts of a video were played, whatever order they are told in."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from educa.students.intervals import CLOSE, MOST_PARTS, covered, merged

pytestmark = pytest.mark.once

# Machines that run tests are busy: how long something takes is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
seconds = st.integers(0, 300)
parts = st.lists(
    st.tuples(seconds, seconds).filter(lambda part: part[0] < part[1]).map(list), max_size=12
)


@patient
@given(parts)
def test_parts_are_in_order_and_do_not_touch(given_parts):
    result = merged(given_parts)

    gaps = [after[0] - before[1] for before, after in pairwise(result)]
    assert all(gap > CLOSE for gap in gaps)


@patient
@given(parts)
def test_every_second_that_was_played_is_in_a_part(given_parts):
    result = merged(given_parts)

    missed = [
        part for part in given_parts if not any(a <= part[0] and part[1] <= b for a, b in result)
    ]
    assert missed == []


@patient
@given(parts, parts)
def test_order_and_repetition_change_nothing(first, second):
    at_once = merged([*first, *second])

    assert merged([*second, *first, *second]) == at_once
    assert merged(at_once) == at_once


@patient
@given(parts, st.integers(1, 300))
def test_no_more_is_covered_than_there_is(given_parts, end):
    assert covered(merged(given_parts, end=end)) <= end


def test_of_too_many_parts_the_shortest_go():
    many = [[place * 10, place * 10 + 2] for place in range(MOST_PARTS)]

    result = merged([*many, [100_000, 100_001]])

    assert len(result) == MOST_PARTS
    assert [100_000, 100_001] not in result
