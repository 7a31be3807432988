"""Questions that are prepared once, and rows that come as one value with another row."""

import pytest
from django.db.models import BigIntegerField, OuterRef, Value

from educa.courses.models import Course, Module
from educa.courses.tests.factories import make_course, make_module
from educa.lib.listed import Listed
from educa.lib.prepared import JoinedRows, PreparedQuestion, PreparedRows

pytestmark = pytest.mark.django_db


def owned_by(case, owner, title=""):
    """Courses of a person, in an order that the case says."""
    rows = Course.objects.filter(owner=owner).order_by(case)
    return (rows.filter(title=title) if title else rows).values_list("pk", "title", "created")


def test_a_prepared_question_is_asked_for_one_and_for_another():
    prepared = PreparedRows(owned_by)
    one, two = make_course(title="Waves"), make_course(title="Tides")

    first = prepared.ask(one.owner_id, case="title")
    second = prepared.ask(two.owner_id, case="title")

    assert first == [(one.pk, "Waves", one.created)]
    assert second == [(two.pk, "Tides", two.created)]


def test_it_is_put_into_sql_once_for_each_case():
    made = []

    def question(case, owner):
        made.append(case)
        return owned_by(case, owner)

    prepared = PreparedRows(question)
    answers = [prepared.ask(1, case=case) for case in ("title", "title", "-title")]

    assert (made, answers) == (["title", "-title"], [[], [], []])


def test_words_that_look_like_statements_are_words():
    course = make_course(title="'; DROP TABLE x; -- %s")
    prepared = PreparedRows(owned_by)

    assert len(prepared.ask(course.owner_id, course.title, case="pk")) == 1
    assert prepared.ask(course.owner_id, "%", case="pk") == []


def test_constants_of_a_question_are_words_too():
    course = make_course(title="100% '%s' \\ \"")
    prepared = PreparedRows(lambda _case, owner: owned_by("pk", owner, course.title))
    one = PreparedQuestion(
        lambda slug: Course.objects.filter(slug=slug, title=course.title).values_list("pk")
    )

    assert [row[0] for row in prepared.ask(course.owner_id)] == [course.pk]
    assert one.ask(course.slug) == (course.pk,)


def test_no_more_rows_come_than_are_wanted():
    owner = make_course().owner
    make_course(owner=owner)

    assert len(PreparedRows(owned_by).ask(owner.pk, case="pk", limit=1)) == 1


def test_rows_that_hang_on_a_row_come_with_it_in_their_order(django_assert_num_queries):
    course = make_module(title='One: “ä” \\ "\n').course
    make_module(course, title="Two")
    empty = make_course()
    rows = Module.objects.filter(course=OuterRef("pk")).values_list("order", "title")

    with django_assert_num_queries(1):
        found = dict(
            Course.objects.annotate(listed=Listed(rows.order_by("-order"))).values_list(
                "pk", "listed"
            )
        )

    assert found[course.pk] == [[1, "Two"], [0, 'One: “ä” \\ "\n']]
    assert found[empty.pk] == []


def test_number_that_no_key_can_be_finds_nothing():
    make_course()

    assert PreparedRows(owned_by).ask(10**30, case="pk") == []


def test_nothing_can_be_asked_for():
    course = make_course()

    def question(_case, key, value):
        said = Value(value, output_field=BigIntegerField())
        return Course.objects.filter(pk=key).annotate(said=said).values_list("said")

    assert PreparedRows(question).ask(course.pk, None) == [(None,)]


def owner_of(_case, slug):
    """Who owns the course with that slug."""
    return Course.objects.filter(slug=slug).order_by().values_list("owner_id", "owner__date_joined")


def test_two_questions_are_asked_in_one_statement(django_assert_num_queries):
    course, other = make_course(title="Waves"), make_course(title="Tides")
    joined = JoinedRows(PreparedRows(owner_of), PreparedRows(owned_by))

    with django_assert_num_queries(1):
        first, second = joined.ask((course.slug,), (other.owner_id, "Tides"), case="title")

    assert first == (course.owner_id, course.owner.date_joined)
    assert second == (other.pk, "Tides", other.created)


def test_what_is_not_there_is_none():
    course = make_course(title="Waves")
    joined = JoinedRows(PreparedRows(owner_of), PreparedRows(owned_by))

    without_second = joined.ask((course.slug,), (course.owner_id, "Tides"), case="title")
    without_first = joined.ask(("x",), (course.owner_id, "Waves"), case="title")

    assert without_second == ((course.owner_id, course.owner.date_joined), None)
    assert without_first is None
    assert joined.ask((course.slug,), (2**63, "Waves"), case="title") is None
