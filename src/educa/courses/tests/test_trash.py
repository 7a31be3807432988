"""The trash: back to the old place, with everything, or away for good."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models.signals import pre_delete
from django.utils import timezone

from educa.courses.actions import (
    empty_trash,
    purge_content,
    purge_course,
    purge_module,
    restore_content,
    restore_course,
    restore_module,
    trash_content,
    trash_course,
    trash_module,
)
from educa.courses.models import Content, Course, Module, Text
from educa.courses.tests.factories import (
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
)
from educa.courses.trash import trash_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def modules(course):
    return [make_module(course, title=title) for title in "ABCD"]


@pytest.fixture
def contents(modules):
    return [make_content(modules[0], title=title) for title in "abcd"]


def titles(course):
    return "".join(Module.objects.filter(course=course).values_list("title", flat=True))


def items(module):
    return "".join(str(content) for content in Content.objects.filter(module=module))


def trash(*rows):
    for row in rows:
        if isinstance(row, Module):
            trash_module(module=row, by=row.course.owner)
        else:
            trash_content(content=row, by=row.module.course.owner)


@pytest.mark.parametrize("place", range(4))
def test_a_module_comes_back_to_its_place(course, modules, place):
    trash(modules[place])

    restore_module(module=modules[place])

    assert titles(course) == "ABCD"


@pytest.mark.parametrize("place", range(4))
def test_a_content_comes_back_to_its_place(modules, contents, place):
    trash(contents[place])

    restore_content(content=contents[place])

    assert items(modules[0]) == "abcd"


def test_without_its_neighbors_a_module_comes_back_among_those_that_are_left(course, modules):
    trash(modules[1], modules[0], modules[2])

    restore_module(module=modules[1])

    assert titles(course) == "BD"


def test_a_content_comes_back_beside_what_was_added_meanwhile(modules, contents):
    trash(contents[3])
    make_content(modules[0], title="e")

    restore_content(content=contents[3])

    assert items(modules[0]) == "abcde"


def test_the_last_of_all_comes_back_alone(course):
    module = make_module(course, title="A")
    trash(module)

    restore_module(module=module)

    assert titles(course) == "A"


def test_contents_come_back_with_their_module_but_not_what_was_deleted_before(modules, contents):
    trash(contents[1])
    trash(modules[0])

    restore_module(module=modules[0])

    assert items(modules[0]) == "acd"


def test_a_content_does_not_come_back_before_its_module(modules, contents):
    trash(contents[1])
    trash(modules[0])

    with pytest.raises(ValidationError, match="take that back first"):
        restore_content(content=contents[1])


def test_taking_back_twice_is_once(course, modules, contents):
    trash(contents[1], modules[2])

    for _ in range(2):
        restore_content(content=contents[1])
        restore_module(module=modules[2])

    assert (titles(course), items(modules[0])) == ("ABCD", "abcd")


def test_a_content_goes_for_good_with_its_item_alone(contents):
    trash(contents[0])

    purge_content(content=contents[0])

    assert sorted(Text.objects.values_list("title", flat=True)) == ["b", "c", "d"]


@pytest.mark.django_db(transaction=True)
def test_files_are_kept_until_they_go_for_good(stored):
    course = make_course()
    module = make_module(course)
    make_content(module, "file")
    make_content(module, item=make_captions(make_uploaded_video()).video)
    make_attachment(course)
    files = stored()
    trash(module)
    trash_course(course=course, by=course.owner)
    assert stored() == files
    restore_course(course=course)
    restore_module(module=module)
    assert stored() == files

    trash_course(course=course, by=course.owner)
    purge_course(course=course)

    assert stored() == []


def test_a_module_goes_for_good_with_its_contents_and_what_was_deleted_in_it(modules, contents):
    trash(contents[1])
    trash(modules[0])

    purge_module(module=modules[0])

    assert not Content.everything.filter(module=modules[0]).exists()
    assert not Text.objects.exists()


def test_what_was_taken_back_does_not_go_for_good(course, modules, contents):
    for purge, row in (
        (purge_course, {"course": course}),
        (purge_module, {"module": modules[0]}),
        (purge_content, {"content": contents[0]}),
    ):
        with pytest.raises(ObjectDoesNotExist):
            purge(**row)


def test_emptying_takes_what_is_old_and_counts_it(course, modules, contents):
    other = make_course()
    trash(contents[0], modules[1], contents[2])
    trash_course(course=other, by=other.owner)
    old = timezone.now() - timedelta(days=40)
    for rows in (
        Content.everything.filter(pk=contents[0].pk),
        Module.everything.filter(pk=modules[1].pk),
        Course.objects.filter(pk=other.pk),
    ):
        rows.update(trashed_at=old)

    number = empty_trash(older_than=timezone.now() - timedelta(days=30))

    assert number == 3
    assert list(Course.objects.all()) == [course]
    assert (titles(course), items(modules[0])) == ("ACD", "bd")
    assert Content.everything.filter(pk=contents[2].pk).exists()


def test_what_goes_with_its_module_counts_as_one(modules, contents):
    trash(modules[0])

    assert empty_trash(older_than=timezone.now()) == 1


def test_what_is_not_in_the_trash_is_never_emptied(course, contents):
    assert empty_trash(older_than=timezone.now() + timedelta(days=1)) == 0
    assert Content.objects.count() == 4


def test_what_somebody_takes_back_in_this_very_moment_stays(course, modules, monkeypatch):
    trash(modules[0], modules[1])
    later = modules[1]

    def take_back_the_next():
        if Module.everything.filter(pk=later.pk).exists():
            restore_module(module=later)

    monkeypatch.setattr("educa.courses.actions.purging.give_way", take_back_the_next)

    assert empty_trash(older_than=timezone.now()) == 1
    assert titles(course) == "BCD"


class Crash(Exception):
    """The end of the process."""


@pytest.fixture
def half_gone(course, modules, contents):
    """A course of which the first module has gone for good when the process ended."""

    def crash(sender, instance, **kwargs):
        if instance.pk == modules[1].pk:
            raise Crash

    trash_course(course=course, by=course.owner)
    pre_delete.connect(crash, sender=Module)
    with pytest.raises(Crash):
        purge_course(course=course)
    pre_delete.disconnect(crash, sender=Module)
    return course


def test_what_has_begun_to_go_can_not_be_taken_back(half_gone, modules):
    assert not Module.everything.filter(pk=modules[0].pk).exists()
    assert not Course.objects.in_trash_of(half_gone.owner).exists()

    restore_course(course=half_gone)

    assert not Course.objects.present().exists()


def test_what_has_begun_to_go_is_gone_after_the_next_emptying(half_gone):
    assert empty_trash(older_than=timezone.now() - timedelta(days=30)) == 1

    assert not Course.objects.exists()


def test_trash_of_a_course_shows_modules_with_what_went_and_contents_alone(
    course, modules, contents
):
    trash(contents[3])
    trash(modules[0])
    other = make_content(make_module(course, title="E"), title="e")
    trash(other)
    trash(make_content())

    last, module, waiting = trash_of(course)

    assert (last.title, last.module, last.waits) == ("e", "E", False)
    assert (module.title, [each.title for each in module.contents]) == ("A", ["a", "b", "c"])
    assert (waiting.title, waiting.waits, waiting.by) == ("d", True, course.owner)


def test_cost_of_a_trash_does_not_grow(course, modules, contents, django_assert_num_queries):
    trash(*contents[:2])
    trash(*modules)
    trash_of(course)

    with django_assert_num_queries(2):
        trash_of(course)
