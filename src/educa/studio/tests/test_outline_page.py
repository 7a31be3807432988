"""The page on which an outline is built."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content, trash_module
from educa.courses.kinds.registry import kinds
from educa.courses.models import Content, Course, Module, Text
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
)
from educa.studio import outline

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(client):
    """A course without modules, whose owner is signed in."""
    course = make_course(owner=make_instructor(), status=Course.Status.DRAFT)
    client.force_login(course.owner)
    return course


def open_page(client, course, **query):
    return client.get(reverse("course_outline", args=[course.pk]), query)


def open_module(client, module, **query):
    return client.get(reverse("module_outline", args=[module.pk]), query)


def fill(course, modules, contents):
    """Give the course that many modules with that many texts each."""
    rows = [Module(course=course, title=f"Module {number}") for number in range(modules)]
    for module in Module.objects.bulk_create(rows):
        texts = [Text(owner=course.owner, title=f"Text {number}") for number in range(contents)]
        items = Text.objects.bulk_create(texts)
        Content.objects.bulk_create([Content(module=module, item=item) for item in items])


def ids(response, kind):
    """The keys of the rows of that kind, in the order of the page."""
    return [int(key) for key in re.findall(rf'id="{kind}-(\d+)"', response.content.decode())]


def test_modules_and_contents_stand_in_order(client, course):
    second, first = make_module(course, order=7), make_module(course, order=2)
    last, before = make_content(first, order=3), make_content(first, "video", order=1)
    make_content(second)

    response = open_page(client, course)

    assert ids(response, "module") == [first.pk, second.pk]
    assert ids(response, "content")[:2] == [before.pk, last.pk]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_kind_leads_to_its_page_and_can_be_added(client, course, kind):
    module = make_module(course)
    content = make_content(module, kind.name, title="Here")

    response = open_page(client, course)

    page = reverse("module_content_update", args=[module.pk, kind.name, content.object_id])
    assertContains(response, f'<a href="{page}">')
    assertContains(response, f"#{kind.icon}")
    assertContains(response, reverse("module_content_create", args=[module.pk, kind.name]))


def test_course_without_modules_says_how_to_begin(client, course):
    assertContains(open_page(client, course), "Add your first module")


def test_what_is_in_the_trash_is_not_shown(client, course):
    kept, gone = make_module(course, title="Kept"), make_module(course, title="Gone")
    content = make_content(kept, title="Thrown away")
    trash_module(module=gone, by=course.owner)
    trash_content(content=content, by=course.owner)

    response = open_page(client, course)

    assertContains(response, "Kept")
    assertNotContains(response, "Gone")
    assertNotContains(response, "Thrown away")


def test_content_whose_item_or_kind_is_gone_still_has_a_row(client, course):
    module = make_module(course)
    contents = [make_content(module) for _ in range(2)]
    Content.objects.filter(pk=contents[0].pk).update(object_id=10**6)
    other = ContentType.objects.get_for_model(Course)
    Content.objects.filter(pk=contents[1].pk).update(content_type=other)

    response = open_page(client, course)

    assert ids(response, "content") == [content.pk for content in contents]
    assertContains(response, "(missing)", count=2)


def test_titles_are_text(client, course):
    make_content(make_module(course, title="<b>M"), title="<script>C")

    response = open_page(client, course)

    assertContains(response, "&lt;b&gt;M")
    assertContains(response, "&lt;script&gt;C")


def test_long_outline_comes_without_contents(client, course):
    fill(course, 31, 10)

    response = open_page(client, course)

    assert len(ids(response, "module")) == 31
    assert ids(response, "content") == []
    assertContains(response, reverse("module_content_list", args=[course.modules.first().pk]))


def test_module_gives_its_contents(client, course):
    module = make_module(course, description="About it.")
    contents = [make_content(module) for _ in range(3)]
    make_content(make_module(course))

    response = open_module(client, module)

    assert ids(response, "content") == [content.pk for content in contents]
    assertContains(response, "About it.")
    assertNotContains(response, "<html")


def test_long_module_gives_its_contents_in_parts(client, course, monkeypatch):
    monkeypatch.setattr(outline, "CONTENTS", 2)
    module = make_module(course)
    keys = [make_content(module).pk for _ in range(5)]

    parts = [open_module(client, module, start=start) for start in (0, 2, 4)]

    assert [ids(part, "content") for part in parts] == [keys[:2], keys[2:4], keys[4:]]
    assert [re.search(r'data-more="(\d+)"', part.content.decode())[1] for part in parts] == [
        "3",
        "1",
        "0",
    ]


@pytest.mark.parametrize("start", ["-1", "x", "1.5", 2**63])
def test_part_that_can_not_be_is_refused(client, course, start):
    assert open_module(client, make_module(course), start=start).status_code == 400


def test_part_beyond_the_end_is_empty(client, course):
    module = make_module(course)
    make_content(module)

    assert ids(open_module(client, module, start=10**6), "content") == []


def test_very_long_outline_comes_in_pages(client, course, monkeypatch):
    monkeypatch.setattr(outline, "MODULES", 2)
    keys = [make_module(course).pk for _ in range(5)]

    assert ids(open_page(client, course), "module") == keys[:2]
    assert ids(open_page(client, course, page=3), "module") == keys[4:]
    assert ids(open_page(client, course, module=keys[2]), "module") == keys[2:4]
    assertContains(open_page(client, course, page=2), 'start="3" data-more="3"')


@pytest.mark.parametrize("number", ["0", "-1", "x", "999", "9" * 5000])
def test_page_that_is_not_there_is_another_one(client, course, number):
    module = make_module(course)

    assert ids(open_page(client, course, page=number), "module") == [module.pk]
    assert ids(open_page(client, course, module=number), "module") == [module.pk]


@pytest.mark.parametrize(("few", "many"), [((2, 2), (10, 20)), ((31, 10), (500, 10))])
def test_statements_do_not_grow_with_the_outline(
    client, course, django_assert_max_num_queries, few, many
):
    fill(course, *few)
    open_page(client, course)
    with django_assert_max_num_queries(12) as counted:
        open_page(client, course)
    Module.objects.all().delete()
    fill(course, *many)

    with django_assert_max_num_queries(len(counted)):
        response = open_page(client, course)

    assert len(ids(response, "module")) == many[0]


def test_statements_do_not_grow_with_a_module(client, course, django_assert_max_num_queries):
    fill(course, 1, 1)
    module = course.modules.get()
    open_module(client, module)
    with django_assert_max_num_queries(12) as counted:
        open_module(client, module)
    for _ in range(10):
        make_content(module)

    with django_assert_max_num_queries(len(counted)):
        open_module(client, module)


def test_page_of_an_outline_with_500_modules_is_light(client, course):
    fill(course, 500, 1)

    assert len(open_page(client, course).content) < 200 * 1024


def test_co_instructor_builds_the_outline_too(client, course):
    assistant = make_instructor()
    course.co_instructors.add(assistant)
    client.force_login(assistant)

    assert open_page(client, course).status_code == 200


def test_another_instructor_does_not_learn_of_the_course(client, course):
    module = make_module(course)
    client.force_login(make_instructor())

    assert open_page(client, course).status_code == 404
    assert open_module(client, module).status_code == 404


def test_module_that_is_asked_for_is_open_in_a_long_outline(client, course):
    fill(course, 31, 10)
    module = list(course.modules.all())[7]

    response = open_page(client, course, module=module.pk)

    assert len(ids(response, "module")) == 31
    assert ids(response, "content") == list(
        module.contents.order_by("order").values_list("pk", flat=True)
    )


def test_contents_that_lack_something_say_so(client, course):
    module = make_module(course)
    make_content(module, "image", alt="")
    make_content(module, "image", alt="A wave")
    make_content(module, item=make_uploaded_video(owner=course.owner))

    response = open_page(client, course)

    assertContains(response, "no alternative text", count=1)
    assertContains(response, "no captions", count=1)
