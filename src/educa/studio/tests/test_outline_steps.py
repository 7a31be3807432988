"""Adding, renaming, moving and deleting modules and contents: as a form, and as a script asks for it."""

import pytest
from django.urls import reverse

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import restore_module
from educa.courses.models import Content, Module
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db

BIG = 2**63


@pytest.fixture
def course(client):
    """A course with two modules and a content in the first, whose owner is signed in."""
    course = make_course(owner=make_instructor())
    make_content(make_module(course, title="Waves"), title="Shape")
    make_module(course, title="Sound")
    client.force_login(course.owner)
    return course


@pytest.fixture
def waves(course):
    return course.modules.first()


@pytest.fixture
def shape(waves):
    return waves.contents.get()


@pytest.fixture
def stranger_module():
    return make_module()


def ask(client, name, key, **fields):
    """Take a step as a script does."""
    return client.post(reverse(name, args=[key]), fields, headers={"accept": "application/json"})


def titles(course):
    return list(course.modules.order_by("order").values_list("title", flat=True))


def test_module_is_added_at_the_end(client, course):
    response = client.post(reverse("module_create", args=[course.pk]), {"title": " Light "})

    module = Module.objects.get(title="Light")
    page = reverse("course_outline", args=[course.pk])
    assert response.url == f"{page}?module={module.pk}#module-{module.pk}"
    assert titles(course) == ["Waves", "Sound", "Light"]


def test_script_gets_the_row_of_the_module_that_it_added(client, course):
    answer = ask(client, "module_create", course.pk, title="<b>Light").json()

    assert answer["id"] == Module.objects.get(title="<b>Light").pk
    assert f'id="module-{answer["id"]}"' in answer["html"]
    assert "&lt;b&gt;Light" in answer["html"]
    assert reverse("module_content_create", args=[answer["id"], "text"]) in answer["html"]


def test_module_gets_another_title_and_keeps_its_description(client, waves):
    Module.objects.update(description="What moves.")

    answer = ask(client, "module_edit", waves.pk, title="Water").json()

    waves.refresh_from_db()
    assert answer["title"] == "Water"
    assert (waves.title, waves.description) == ("Water", "What moves.")


def test_description_can_be_taken_away(client, waves):
    Module.objects.update(description="What moves.")

    ask(client, "module_edit", waves.pk, title="Waves", description="")

    waves.refresh_from_db()
    assert waves.description == ""


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\0b"])
def test_title_that_can_not_be_is_refused_with_words(client, course, waves, title):
    for name, key in (("module_create", course.pk), ("module_edit", waves.pk)):
        response = ask(client, name, key, title=title)

        assert response.status_code == 400
        assert response.json()["errors"]["title"]
    assert titles(course) == ["Waves", "Sound"]


def test_browser_is_told_in_the_page_what_was_refused(client, course):
    response = client.post(reverse("module_create", args=[course.pk]), {}, follow=True)

    assert response.redirect_chain == [(reverse("course_outline", args=[course.pk]), 302)]
    assert "This field is required." in response.content.decode()


def test_module_is_moved(client, course, waves):
    answer = ask(client, "module_move", waves.pk, place=1).json()

    assert answer["place"] == 1
    assert titles(course) == ["Sound", "Waves"]


def test_place_beyond_the_end_means_last(client, course, waves):
    assert ask(client, "module_move", waves.pk, place=10**6).json()["place"] == 1
    assert titles(course) == ["Sound", "Waves"]


@pytest.mark.parametrize("place", ["", "-1", "x", "1.5", "NaN", BIG, "9" * 5000])
def test_place_that_can_not_be_is_refused(client, course, waves, shape, place):
    assert ask(client, "module_move", waves.pk, place=place).status_code == 400
    assert ask(client, "content_move", shape.pk, place=place).status_code == 400
    assert titles(course) == ["Waves", "Sound"]


def test_module_is_deleted_and_can_be_taken_back(client, course, waves, shape):
    answer = ask(client, "module_delete", waves.pk).json()

    assert "Waves" in answer["message"]
    assert titles(course) == ["Sound"]
    assert not Content.objects.filter(pk=shape.pk).exists()
    client.post(answer["undo"])
    assert titles(course) == ["Waves", "Sound"]
    assert Content.objects.filter(pk=shape.pk).exists()


def test_deleting_twice_is_once(client, waves, shape):
    for name, key in (("module_content_delete", shape.pk), ("module_delete", waves.pk)):
        assert [ask(client, name, key).status_code for _ in range(2)] == [200, 200]

    restore_module(module=waves)
    assert Module.objects.filter(pk=waves.pk).exists()


def test_browser_gets_a_button_that_takes_the_step_back(client, course, shape):
    response = client.post(reverse("module_content_delete", args=[shape.pk]), follow=True)

    page = response.content.decode()
    assert "Deleted “Shape”." in page
    assert f'action="{reverse("content_restore", args=[shape.pk])}"' in page


def test_content_gets_another_title_whatever_its_kind(client, waves):
    for kind in ("text", "image", "file", "video"):
        content = make_content(waves, kind)

        answer = ask(client, "content_rename", content.pk, title="Renamed").json()

        assert answer["title"] == "Renamed"
        assert Content.objects.get(pk=content.pk).item.title == "Renamed"


def test_renaming_changes_nothing_else_and_is_in_the_history(client, course, shape):
    text = shape.item
    text.remember(author=None)

    ask(client, "content_rename", shape.pk, title="Form")
    ask(client, "content_rename", shape.pk, title="Form")

    newest, older = text.versions.all()
    assert (newest.title, newest.author) == ("Form", course.owner)
    assert older.title == "Shape"
    assert newest.content == older.content == text.content


@pytest.mark.parametrize("title", ["", "x" * 251, "a\0b"])
def test_content_needs_a_title(client, shape, title):
    assert ask(client, "content_rename", shape.pk, title=title).status_code == 400
    assert Content.objects.get(pk=shape.pk).item.title == "Shape"


def test_content_whose_item_is_gone_can_not_be_renamed_but_deleted(client, shape):
    Content.objects.filter(pk=shape.pk).update(object_id=10**6)

    assert ask(client, "content_rename", shape.pk, title="Form").status_code == 200
    assert ask(client, "module_content_delete", shape.pk).status_code == 200
    assert not Content.objects.exists()


def test_content_moves_to_another_module(client, course, waves, shape):
    sound = course.modules.last()
    make_content(sound)

    answer = ask(client, "content_move", shape.pk, module=sound.pk, place=0).json()

    assert (answer["module"], answer["place"]) == (sound.pk, 0)
    assert sound.contents.order_by("order").first() == shape
    assert not waves.contents.exists()


def test_content_moves_within_its_module_when_none_is_named(client, waves, shape):
    make_content(waves)

    ask(client, "content_move", shape.pk, place=1)

    assert list(waves.contents.order_by("order"))[1] == shape


@pytest.mark.parametrize(("module", "status"), [("0", 400), ("x", 400), (10**6, 404), (BIG, 404)])
def test_module_that_is_not_there_moves_nothing(client, waves, shape, module, status):
    response = ask(client, "content_move", shape.pk, module=module, place=0)

    assert response.status_code == status
    shape.refresh_from_db()
    assert shape.module == waves


def test_content_never_moves_into_another_course(client, course, waves, shape, stranger_module):
    other = make_module(make_course(owner=course.owner))

    for module in (stranger_module, other):
        assert ask(client, "content_move", shape.pk, module=module.pk, place=0).status_code == 404

    shape.refresh_from_db()
    assert shape.module == waves


def test_content_does_not_move_into_a_module_in_the_trash(client, course, waves, shape):
    sound = course.modules.last()
    ask(client, "module_delete", sound.pk)

    assert ask(client, "content_move", shape.pk, module=sound.pk, place=0).status_code == 404


def test_what_is_in_the_trash_is_not_moved_or_renamed(client, waves, shape):
    ask(client, "module_delete", waves.pk)

    assert ask(client, "module_move", waves.pk, place=0).status_code == 404
    assert ask(client, "module_edit", waves.pk, title="Water").status_code == 404
    assert ask(client, "content_move", shape.pk, place=0).status_code == 404
    assert ask(client, "content_rename", shape.pk, title="Form").status_code == 404


STEPS = [
    ("module_edit", {"title": "Mine"}),
    ("module_move", {"place": 0}),
    ("module_delete", {}),
    ("content_rename", {"title": "Mine"}),
    ("content_move", {"place": 0}),
    ("module_content_delete", {}),
]


@pytest.mark.parametrize(("name", "fields"), STEPS)
def test_another_instructor_changes_nothing(client, course, waves, shape, name, fields):
    client.force_login(make_instructor())
    key = waves.pk if name in {"module_edit", "module_move", "module_delete"} else shape.pk

    assert ask(client, name, key, **fields).status_code == 404

    assert titles(course) == ["Waves", "Sound"]
    assert Content.objects.get(pk=shape.pk).item.title == "Shape"


@pytest.mark.parametrize(("name", "fields"), STEPS)
def test_every_step_notes_that_the_course_has_changed(client, course, waves, shape, name, fields):
    before = course.updated
    key = waves.pk if name in {"module_edit", "module_move", "module_delete"} else shape.pk

    assert ask(client, name, key, **fields).status_code == 200

    course.refresh_from_db()
    assert course.updated > before


@pytest.mark.parametrize("name", [name for name, _fields in STEPS])
def test_key_that_no_row_can_have_is_not_found(client, course, name):
    assert ask(client, name, BIG, title="x", place=0).status_code == 404


def test_nothing_in_a_request_sets_more_than_it_should(client, course, waves, stranger_module):
    fields = {"course": stranger_module.course_id, "order": 99, "trashed_at": "2020-01-01"}

    ask(client, "module_edit", waves.pk, title="Water", **fields)

    waves.refresh_from_db()
    assert (waves.course, waves.order, waves.trashed_at) == (course, 0, None)


@pytest.mark.parametrize(
    "page", ["foo", "@evil", "?x", "//evil.example", "https://evil.example", ""]
)
def test_a_step_goes_on_only_with_paths_of_this_site(client, waves, page):
    step = reverse("module_edit", args=[waves.pk])

    response = client.post(step, {"title": "Water", "next": page})

    assert response.status_code == 302
    assert response.url.startswith(reverse("course_outline", args=[waves.course_id]))
