"""Going back to tables without a trash and without instructors, and forth again, loses nothing.

It is one way, as all its steps take seconds on every database.
"""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from educa.accounts.models import INSTRUCTORS
from educa.courses.models import Course
from educa.courses.tests.factories import make_content, make_course, make_module


def go_back():
    call_command("migrate", "courses", "0002", verbosity=0)


def go_forth():
    call_command("migrate", verbosity=0)


@pytest.fixture
def back_and_forth(transactional_db):
    """Every app's newest tables again, whatever happens."""
    yield
    go_forth()


def throw_away(thing):
    type(thing).objects.filter(pk=thing.pk).update(trashed_at=timezone.now())


def test_the_trash_comes_back_last_with_courses_as_drafts_and_the_group_with_its_rights(
    back_and_forth,
):
    course = make_course()
    kept, thrown = make_module(course, title="Kept"), make_module(course, title="Thrown", order=9)
    first, second = make_content(kept), make_content(kept)
    throw_away(first)
    make_content(kept, order=first.order)
    throw_away(thrown)
    make_module(course, title="In its place", order=9)
    throw_away(course)

    go_back()
    assert not Group.objects.filter(name=INSTRUCTORS).exists()
    go_forth()

    course.refresh_from_db()
    assert course.status == Course.Status.DRAFT
    assert [module.title for module in course.modules.all()] == ["Kept", "In its place", "Thrown"]
    assert list(kept.contents.values_list("pk", flat=True))[1:] == [second.pk, first.pk]
    rights = Group.objects.get(name=INSTRUCTORS).permissions
    assert rights.filter(codename="add_course").exists()
