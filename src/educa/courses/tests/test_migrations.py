"""Going back to tables without a trash loses nothing that was in it."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from educa.courses.models import Content, Course, Module
from educa.courses.tests.factories import make_content, make_course, make_module

BEFORE = ("courses", "0003_instructors")


def go_back():
    MigrationExecutor(connection).migrate([BEFORE])


def go_forth():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def back_and_forth(transactional_db):
    """Every app's newest tables again, whatever happens."""
    yield
    go_forth()


def test_what_is_in_the_trash_comes_back_last_and_courses_as_drafts(back_and_forth):
    course = make_course()
    kept, thrown = make_module(course, title="Kept"), make_module(course, title="Thrown", order=9)
    first, second = make_content(kept), make_content(kept)
    Content.objects.filter(pk=first.pk).update(trashed_at=timezone.now())
    make_content(kept, order=first.order)
    Module.objects.filter(pk=thrown.pk).update(trashed_at=timezone.now())
    make_module(course, title="In its place", order=9)
    Course.objects.filter(pk=course.pk).update(trashed_at=timezone.now())

    go_back()
    go_forth()

    course.refresh_from_db()
    assert course.status == Course.Status.DRAFT
    assert [module.title for module in course.modules.all()] == ["Kept", "In its place", "Thrown"]
    assert list(kept.contents.values_list("pk", flat=True))[1:] == [second.pk, first.pk]
