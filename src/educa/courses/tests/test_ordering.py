"""Places of modules in a course and of contents in a module."""

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from educa.courses.models import Content, Module
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_module,
    make_text,
)
from educa.lib.ordering import OrderField

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


def places(course):
    return list(course.modules.values_list("order", flat=True))


def test_first_has_place_zero_and_the_next_come_last(course):
    first, second, third = (make_module(course) for _ in range(3))

    assert [first.order, second.order, third.order] == [0, 1, 2]


def test_each_course_counts_for_itself(course):
    make_module(course)

    assert make_module(make_course()).order == 0


def test_contents_count_within_their_module(course):
    first, second = make_module(course), make_module(course)
    make_content(first)

    assert make_content(second).order == 0
    assert make_content(first).order == 1


def test_place_that_is_given_is_kept(course):
    assert make_module(course, order=7).order == 7


def test_place_zero_that_is_given_is_kept(course):
    make_module(course, order=5)

    assert make_module(course, order=0).order == 0


def test_next_comes_after_the_highest_and_gaps_stay(course):
    make_module(course, order=2)
    make_module(course, order=9)

    assert make_module(course).order == 10
    assert places(course) == [2, 9, 10]


def test_gap_of_a_deleted_module_stays(course):
    first, second = make_module(course), make_module(course)
    first.delete()

    assert make_module(course).order == second.order + 1


def test_two_in_one_place_are_refused_by_the_database(course):
    make_module(course, order=3)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_module(course, order=3)


def test_negative_place_is_refused_by_the_database(course):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_module(course, order=-1)


def test_saving_again_keeps_the_place(course):
    module = make_module(course)
    make_module(course)
    module.title = "Another title"
    module.save()

    assert places(course) == [0, 1]
    assert module.order == 0


def test_place_that_is_taken_away_is_given_anew(course):
    module, _other = make_module(course), make_module(course)
    module.order = None
    module.save()

    assert module.order == 2


def test_module_that_moves_to_another_course_comes_last_there(course):
    other = make_course()
    make_module(other)
    make_module(other)
    module = make_module(course)

    module.course = other
    module.save()

    assert module.order == 2


def test_content_that_moves_to_another_module_comes_last_there(course):
    first, second = make_module(course), make_module(course)
    make_content(second)
    content = make_content(first)

    content.module = second
    content.save()

    assert content.order == 1


def test_saving_the_parent_alone_saves_the_place_too(course):
    other = make_course()
    make_module(other)
    module = make_module(course)

    module.course_id = other.pk
    module.save(update_fields=["course"])

    assert places(other) == [0, 1]


def test_saving_other_fields_alone_leaves_the_place_alone(course):
    module = make_module(course)
    Module.objects.filter(pk=module.pk).update(order=4)

    module.title = "Another title"
    module.save(update_fields=["title"])

    assert places(course) == [4]


def test_several_made_at_once_have_a_place_each_in_their_order(course):
    make_module(course)

    made = Module.objects.bulk_create([Module(course=course, title=str(n)) for n in range(3)])

    assert [module.order for module in made] == [1, 2, 3]
    assert list(course.modules.values_list("title", flat=True))[1:] == ["0", "1", "2"]


def test_several_made_at_once_in_several_courses_count_apart(course):
    other = make_course()
    make_module(other)

    Module.objects.bulk_create([Module(course=c, title="x") for c in (course, other, course)])

    assert places(course) == [0, 1]
    assert places(other) == [0, 1]


def test_several_made_at_once_keep_the_places_that_are_given(course):
    make_module(course)

    made = Module.objects.bulk_create(
        [
            Module(course=course, title="a"),
            Module(course=course, title="b", order=6),
            Module(course=course, title="c"),
            Module(course=course, title="d", order=3),
        ]
    )

    assert [module.order for module in made] == [7, 6, 8, 3]


def test_several_made_through_the_course_have_places(course):
    course.modules.bulk_create([Module(course=course, title="x") for _ in range(2)])

    assert places(course) == [0, 1]


def test_contents_made_at_once_have_places(course):
    module = make_module(course)
    items = [make_text(owner=course.owner) for _ in range(3)]

    Content.objects.bulk_create([Content(module=module, item=item) for item in items])

    assert [content.item for content in module.contents.all()] == items


def test_many_made_at_once_take_few_statements(course, django_assert_max_num_queries):
    modules = [Module(course=course, title=str(number)) for number in range(2_000)]

    with django_assert_max_num_queries(20):
        Module.objects.bulk_create(modules)

    assert places(course) == list(range(2_000))


def test_modules_come_in_their_order(course):
    last, first = make_module(course, order=8), make_module(course, order=1)

    assert list(course.modules.all()) == [first, last]


def test_contents_of_a_course_come_in_reading_order(course):
    later, sooner = make_module(course, order=5), make_module(course, order=2)
    contents = [make_content(later), make_content(sooner, order=4), make_content(sooner, order=1)]

    found = Content.objects.filter(module__course=course).in_reading_order()

    assert list(found) == [contents[2], contents[1], contents[0]]


def test_field_remembers_what_it_counts_by():
    field = OrderField(for_fields=["course"], blank=True)

    _name, path, args, kwargs = field.deconstruct()
    copy = OrderField(*args, **kwargs)

    assert path == "educa.lib.ordering.OrderField"
    assert copy.for_fields == ["course"]
    assert kwargs == copy.deconstruct()[3]


def test_field_can_be_written_into_a_migration():
    text, imports = MigrationWriter.serialize(OrderField(for_fields=["course"]))

    assert "for_fields=['course']" in text
    assert "import educa.lib.ordering" in imports


def test_models_need_no_new_migration():
    loader = MigrationLoader(None)
    now = ProjectState.from_apps(apps)
    changes = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)

    assert "courses" not in changes


def test_field_without_siblings_to_name_counts_all_rows():
    field = OrderField()

    assert field.for_fields == []
    assert isinstance(field, models.PositiveIntegerField)
