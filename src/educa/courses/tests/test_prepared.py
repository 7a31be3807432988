"""Questions that are put into SQL once: they find what the queryset finds, each time anew."""

from datetime import timedelta

import pytest
from django.db.models import F, OuterRef, Value
from django.utils import timezone

from educa.courses.models import Course, Module
from educa.courses.tests.factories import make_course, make_module
from educa.lib.prepared import Listed, PreparedRows

pytestmark = pytest.mark.django_db

COLUMNS = "id", "title", "created", "published_at"


def of_owner(owner):
    return Course.objects.filter(owner=owner).order_by("pk").values_list(*COLUMNS)


def test_rows_are_those_of_the_queryset_with_the_same_types():
    course = make_course(published_at=timezone.now() - timedelta(days=1))
    make_course()

    assert PreparedRows(of_owner).ask(course.owner_id) == list(of_owner(course.owner_id))


def test_each_time_its_own_numbers_are_asked_for(django_assert_num_queries):
    one, other = make_course(), make_course()
    asked = PreparedRows(of_owner)

    with django_assert_num_queries(2):
        found = [asked.ask(course.owner_id)[0][0] for course in (one, other)]

    assert found == [one.pk, other.pk]


def test_number_that_no_key_can_be_finds_nothing():
    make_course()

    assert PreparedRows(of_owner).ask(10**30) == []


def test_nothing_can_be_asked_for():
    course = make_course()

    def question(key, value):
        rows = Course.objects.filter(pk=key).annotate(said=Value(value))
        return rows.values_list("said")

    assert PreparedRows(question).ask(course.pk, None) == [(None,)]


def test_list_is_json_of_all_that_is_found():
    course, empty = make_course(), make_course()
    keys = {make_module(course).pk, make_module(course).pk}
    modules = Module.objects.filter(course=OuterRef("pk")).order_by()
    rows = Course.objects.annotate(found=Listed(modules.annotate(each=F("pk")).values("each")))

    found = dict(rows.values_list("pk", "found"))

    assert {int(key) for key in found[course.pk].strip("[]").split(",")} == keys
    assert found[empty.pk] is None
