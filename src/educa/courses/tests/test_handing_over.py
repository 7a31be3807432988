"""Handing a course over to another owner."""

import pytest
from django.core.exceptions import ValidationError

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.actions import hand_over, hand_over_and_stay, save_item, trash_content
from educa.courses.kinds.text import TextForm
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A course with a content of every kind."""
    module = make_module()
    for kind in ("text", "file", "image", "video"):
        make_content(module, kind)
    return module.course


def owners(course):
    contents = [content for module in course.modules.all() for content in module.contents.all()]
    return {content.item.owner for content in contents}


def test_course_and_everything_in_it_get_the_new_owner(course):
    to = make_instructor()

    hand_over(course=course, to=to)

    course.refresh_from_db()
    assert course.owner == to
    assert owners(course) == {to}


def test_what_is_in_the_trash_gets_the_new_owner_too(course):
    to = make_instructor()
    content = course.modules.get().contents.first()
    trash_content(content=content, by=course.owner)

    hand_over(course=course, to=to)

    content.item.refresh_from_db()
    assert content.item.owner == to


def test_the_new_owner_is_no_co_instructor_any_more(course):
    to, other = make_instructor(), make_instructor()
    course.co_instructors.add(to, other)

    hand_over(course=course, to=to)

    assert list(course.co_instructors.all()) == [other]


def test_the_old_owner_can_stay_as_co_instructor(course):
    before, to = course.owner, make_instructor()
    course.co_instructors.add(to)

    hand_over_and_stay(course=course, to=to)

    assert (course.owner, list(course.co_instructors.all())) == (to, [before])


def test_who_has_handed_it_over_already_can_not_do_so_again(course):
    stale, winner = Course.objects.get(pk=course.pk), make_instructor()
    hand_over(course=course, to=winner)

    with pytest.raises(ValidationError, match="has just been handed over"):
        hand_over(course=stale, to=make_instructor())

    assert Course.objects.get().owner == winner
    assert owners(course) == {winner}


def test_what_is_saved_after_that_belongs_to_the_new_owner(course):
    module, to = course.modules.get(), make_instructor()
    item = module.contents.first().item
    form = TextForm({"title": "New", "content": "New"}, instance=item)
    form.is_valid()
    hand_over(course=Course.objects.get(), to=to)

    save_item(form=form, module=module, author=course.owner)

    item.refresh_from_db()
    assert (item.owner, item.title) == (to, "New")


def test_other_courses_of_the_old_owner_stay(course):
    other = make_content(make_module(make_course(owner=course.owner)))

    hand_over(course=course, to=make_instructor())

    other.refresh_from_db()
    assert other.module.course.owner == other.item.owner
    assert other.item.owner != course.owner


def test_old_owner_edits_the_course_no_more_and_the_new_one_does(course):
    before, to = course.owner, make_instructor()

    hand_over(course=course, to=to)

    assert not Course.objects.editable_by(before).exists()
    assert list(Course.objects.editable_by(to)) == [course]


def test_old_owner_can_be_deleted_then(course):
    before = course.owner

    hand_over(course=course, to=make_instructor())

    before.delete()


def test_superuser_can_have_courses(course):
    to = make_admin()

    hand_over(course=course, to=to)

    assert course.owner == to


@pytest.mark.parametrize("someone", ["a student", "somebody suspended"])
def test_somebody_who_does_not_teach_gets_no_course(course, someone):
    to = (
        make_user(display_name="Someone")
        if someone == "a student"
        else make_instructor(is_active=False)
    )
    before = course.owner

    with pytest.raises(ValidationError, match="is no instructor"):
        hand_over(course=course, to=to)

    course.refresh_from_db()
    assert course.owner == before
