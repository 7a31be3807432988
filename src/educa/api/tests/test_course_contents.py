"""The contents of a course as plain values: the same as the serializers give, and no statement for each row."""

import json

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from educa.api.content_rows import modules_with_contents
from educa.api.content_serializers import ModuleWithContentsSerializer
from educa.courses.actions import trash_content
from educa.courses.models import Content, Module
from educa.courses.tests.factories import (
    make_captions,
    make_content,
    make_file,
    make_image,
    make_module,
    make_uploaded_video,
)
from educa.lib.remembering import Unkept, forget

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A course with something of every kind, and a module with nothing."""
    course = make_content(content="Some *text*.").module.course
    module = make_module(course, description="All that is not text")
    make_content(module, item=make_file(owner=course.owner))
    make_content(module, item=make_image(owner=course.owner))
    make_content(module, item=make_captions(make_uploaded_video(owner=course.owner)).video)
    make_module(course)
    return course


@pytest.fixture
def asked(rf):
    """A request for them."""
    return rf.get("/api/courses/1/contents/")


def as_json(value):
    """What a program would read."""
    return json.loads(json.dumps(value))


def test_contents_are_what_the_serializers_give(course, asked):
    modules = Module.objects.filter(course=course).prefetch_related("contents__item")

    serialized = ModuleWithContentsSerializer(modules, many=True, context={"request": asked}).data

    assert as_json(modules_with_contents(course.pk, asked)) == as_json(serialized)


def test_what_is_in_the_trash_is_left_out(course, asked):
    content = Content.objects.get(module__course=course, content_type__model="text")
    trash_content(content=content, by=course.owner)

    first, _others, _empty = modules_with_contents(course.pk, asked)

    assert first["contents"] == []


def test_an_item_that_is_gone_leaves_its_place(course, asked):
    Content.objects.filter(module__course=course, content_type__model="text").update(object_id=1000)

    with pytest.raises(Unkept) as found:
        modules_with_contents(course.pk, asked)

    told = found.value.value[0]["contents"][0]
    assert (told["title"], told["data"]) == ("", {})
    assert "be shown right now" in told["item"]


@pytest.mark.django_db(transaction=True)
def test_contents_with_a_note_are_not_kept(client, course):
    client.force_login(course.owner)
    content = Content.objects.get(module__course=course, content_type__model="file")
    file, address = content.item.file, reverse("api:course-contents", args=[course.pk])
    with file.open() as opened:
        kept = opened.read()
    default_storage.delete(file.name)
    assert "be shown right now" in client.get(address).content.decode()

    with default_storage.open(file.name, "wb") as again:
        again.write(kept)

    assert "be shown right now" not in client.get(address).content.decode()


def test_many_contents_take_as_many_statements_as_few(course, asked):
    def statements():
        forget()
        with CaptureQueriesContext(connection) as found:
            modules_with_contents(course.pk, asked)
        return len(found)

    few = statements()
    for module in course.modules.all():
        make_content(module, item=make_file(owner=course.owner))
        make_content(module)

    assert statements() == few == 6  # modules, four kinds, captions
