"""Putting siblings in another order, whatever places they had."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from educa.courses.models import Module
from educa.courses.tests.factories import make_course, make_module
from educa.lib.ordering import RUNS, arrange

pytestmark = pytest.mark.django_db

# Places with gaps between them, and an order for the rows that have them.
ORDERS = st.sets(st.integers(0, 60), min_size=1, max_size=12).flatmap(
    lambda places: st.tuples(st.just(sorted(places)), st.permutations(range(len(places))))
)


def order_of(course):
    return list(course.modules.values_list("pk", "order"))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ORDERS)
def test_any_order_can_be_taken(db, orders):
    places, order = orders
    course = make_course()
    rows = [make_module(course, order=place) for place in places]
    keys = [rows[index].pk for index in order]

    arrange(Module.objects.filter(course=course), keys)

    assert order_of(course) == list(zip(keys, range(len(keys)), strict=True))


@pytest.mark.parametrize("step", [1, -1])
def test_more_runs_than_are_worth_a_statement_each(step):
    course = make_course()
    keys = [make_module(course).pk for _ in range(RUNS * 2)]
    pairs = [key for first in range(0, len(keys), 2) for key in keys[first : first + 2][::step]]

    arrange(Module.objects.filter(course=course), pairs)

    assert order_of(course) == list(zip(pairs, range(len(pairs)), strict=True))


def test_rows_in_the_trash_keep_the_places_that_they_had():
    course = make_course()
    first, second, third = (make_module(course) for _ in range(3))
    Module.objects.filter(pk=second.pk).update(trashed_at=course.created)

    arrange(Module.objects.filter(course=course), [third.pk, first.pk])

    second.refresh_from_db()
    assert second.order == 1
    assert order_of(course) == [(third.pk, 0), (first.pk, 1)]


def test_row_that_moves_far_costs_as_few_statements_as_one_that_moves_near(
    django_assert_num_queries,
):
    course = make_course()
    keys = [make_module(course).pk for _ in range(30)]
    rows = Module.objects.filter(course=course)

    with django_assert_num_queries(4):
        arrange(rows, [keys[1], keys[0], *keys[2:]])
    with django_assert_num_queries(4):
        arrange(rows, [*keys[2:], keys[1], keys[0]][-30:])


def test_order_that_is_there_already_writes_nothing(django_assert_num_queries):
    course = make_course()
    keys = [make_module(course).pk for _ in range(3)]

    with django_assert_num_queries(1):
        arrange(Module.objects.filter(course=course), keys)
