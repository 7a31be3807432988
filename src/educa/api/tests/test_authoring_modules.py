"""Modules that programs add, change, order and delete."""

import pytest

from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.models import Scope
from educa.api.tests.asking import program
from educa.api.tests.authoring import Author, errors, refused
from educa.courses.actions import trash_content, trash_module
from educa.courses.models import Content, Course, Module
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(db: None) -> Author:
    return Author(make_instructor())


@pytest.fixture
def module(author: Author) -> Module:
    return make_module(make_course(owner=author.user), title="Light", description="Bright.")


def test_a_new_module_comes_last_unless_it_has_a_place(author, module):
    course = module.course_id

    last = author.post("modules/", {"course": course, "title": "Sound"}).json()
    first = author.post("modules/", {"course": course, "title": "Water", "order": 0})

    listed = author.read("modules/", course=course).json()["results"]
    assert [each["id"] for each in listed] == [first.json()["id"], module.pk, last["id"]]
    assert first["Location"] == f"http://testserver/api/modules/{first.json()['id']}/"
    assert first["ETag"] == author.tag(f"modules/{first.json()['id']}/")


def test_a_module_names_its_contents_in_order(author, module):
    first, second = make_content(module), make_content(module)
    trash_content(content=make_content(module), by=author.user)

    answer = author.read(f"modules/{module.pk}/")

    assert answer.json() == {
        "id": module.pk,
        "course": module.course_id,
        "order": 0,
        "title": "Light",
        "description": "Bright.",
        "contents": [first.pk, second.pk],
    }


def test_modules_are_listed_by_course_only(author):
    assert errors(author.read("modules/")) == {"course": "required"}


def test_modules_of_a_course_that_one_may_not_read_are_not_listed(author):
    stranger = make_module()

    answer = author.read("modules/", course=stranger.course_id)

    assert refused(answer) == (404, "not_found")


def test_who_studies_a_course_reads_its_modules_and_changes_none(module):
    student = program(make_enrollment(course=module.course).student)
    path = f"/api/modules/{module.pk}/"

    answers = [
        student.patch(path, {"title": "New"}, "application/json"),
        student.delete(path),
        student.post(f"{path}move/", {"order": 0}, "application/json"),
    ]

    assert student.get(path).status_code == 200
    assert [refused(answer) for answer in answers] == [(403, "permission_denied")] * 3


def test_what_is_left_out_stays(author, module):
    answer = author.patch(f"modules/{module.pk}/", {"description": "Dim."})

    module.refresh_from_db()
    assert answer.json()["description"] == module.description == "Dim."
    assert module.title == "Light"


FIELDS = [field.name for field in Module._meta.get_fields()]
UNSAID = sorted({*FIELDS, "pk", "owner", "course_id"} - {"title", "description"})


@pytest.mark.parametrize("field", UNSAID)
def test_nothing_else_of_a_module_can_be_written(author, module, field):
    before = Module.objects.values().get()

    answer = author.patch(f"modules/{module.pk}/", {"title": "New", field: 1})

    assert errors(answer) == {field: "unknown"}
    assert Module.objects.values().get() == before


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, None, {}, [], True])
def test_a_title_that_is_none_is_refused(author, module, title):
    answer = author.patch(f"modules/{module.pk}/", {"title": title})

    assert errors(answer).keys() == {"title"}
    assert Module.objects.get().title == "Light"


def test_a_module_of_a_foreign_course_is_not_made(author):
    public, draft = make_course(), make_course(status=Course.Status.DRAFT)

    answers = [
        author.post("modules/", {"course": course.pk, "title": "Mine"})
        for course in (public, draft)
    ]

    assert [answer.status_code for answer in answers] == [403, 404]
    assert not Module.objects.exists()


def test_a_module_that_has_changed_is_not_changed_again(author, module):
    path = f"modules/{module.pk}/"
    tag = author.tag(path)
    author.patch(path, {"title": "Sound"})

    answers = [
        author.patch(path, {"title": "Water"}, If_Match=tag),
        author.delete(path, If_Match=tag),
        author.post(f"{path}move/", {"order": 0}, If_Match=tag),
    ]

    assert [refused(answer) for answer in answers] == [(412, "changed")] * 3
    assert Module.objects.get().title == "Sound"


def test_a_deleted_module_comes_back_with_its_contents(author, module):
    content, path = make_content(module), f"modules/{module.pk}/"

    tried = author.delete(f"{path}?dry_run=true")
    gone = author.delete(path)
    hidden = author.read(path)
    back = author.post(f"{path}restore/")

    assert tried.json() == {"dry_run": True, "would": {"modules": 1, "contents": 1}}
    assert (gone.status_code, hidden.status_code) == (204, 404)
    assert (back.status_code, back.json()["contents"]) == (200, [content.pk])


def test_somebody_else_takes_no_module_back(author, module):
    trash_module(module=module, by=author.user)

    answer = Author(make_instructor()).post(f"modules/{module.pk}/restore/")

    assert answer.status_code == 404
    assert not Module.objects.exists()


def test_a_copy_comes_behind_with_everything(author, module):
    make_content(module)
    last = make_module(module.course)

    answer = author.post(f"modules/{module.pk}/duplicate/")

    assert answer.status_code == 201
    assert len(answer.json()["contents"]) == 1
    keys = list(Module.objects.order_by("order").values_list("pk", flat=True))
    assert keys == [module.pk, answer.json()["id"], last.pk]


def test_a_module_moves_or_is_only_tried(author, module):
    last = make_module(module.course)

    tried = author.post(f"modules/{last.pk}/move/?dry_run=true", {"order": 0})
    still = Module.objects.get(pk=last.pk).order
    moved = author.post(f"modules/{last.pk}/move/", {"order": 0})

    assert tried.json() == {"dry_run": True, "would": {"modules": 2}}
    assert (still, moved.json()["order"]) == (1, 0)


@pytest.mark.parametrize("order", [-1, 2**31, "x", None, 0.5, [0], {}])
def test_a_place_that_is_none_is_refused(author, module, order):
    answer = author.post(f"modules/{module.pk}/move/", {"order": order})

    assert errors(answer).keys() == {"order"}


def test_contents_get_the_order_that_is_asked_for(author, module):
    first, second = make_content(module), make_content(module)

    answer = author.post(f"modules/{module.pk}/reorder/", {"contents": [second.pk, first.pk]})

    assert answer.json()["contents"] == [second.pk, first.pk]


def test_an_order_with_a_foreign_content_moves_nothing(author, module):
    first, second, stranger = make_content(module), make_content(module), make_content()

    answer = author.post(
        f"modules/{module.pk}/reorder/", {"contents": [second.pk, stranger.pk, first.pk]}
    )

    assert answer.status_code == 404
    assert list(module.contents.values_list("pk", flat=True)) == [first.pk, second.pk]


def test_an_order_of_what_has_moved_away_is_a_conflict(author, module):
    first, away = make_content(module), make_content(make_module(module.course))

    answer = author.post(f"modules/{module.pk}/reorder/", {"contents": [first.pk, away.pk]})

    assert refused(answer) == (409, "outline")


@pytest.mark.parametrize("scope", [Scope.READ, Scope.LEARN])
def test_a_token_for_something_else_builds_nothing(author, module, scope):
    weak = Author(author.user, scope)

    answers = [
        weak.post("modules/", {"course": module.course_id, "title": "New"}),
        weak.patch(f"modules/{module.pk}/", {"title": "New"}),
        weak.delete(f"modules/{module.pk}/"),
        weak.post(f"modules/{module.pk}/reorder/", {"contents": []}),
    ]

    assert [refused(answer) for answer in answers] == [(403, "scope")] * 4


def test_somebody_without_a_part_in_the_course_finds_no_module(module):
    path, person = f"/api/modules/{module.pk}/", program(make_user())

    answers = [person.get(path), person.delete(path), person.get("/api/modules/999999/")]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert answers[0].content == answers[2].content


def test_more_modules_take_no_more_queries(author, module, django_assert_num_queries):
    path = f"/api/modules/?course={module.course_id}"
    make_content(module)
    author.client.get(path)
    with django_assert_num_queries(4):
        author.client.get(path)
    for _ in range(9):
        make_content(make_module(module.course))

    with django_assert_num_queries(4):
        listed = author.client.get(path)

    assert len(listed.json()["results"]) == Content.objects.count() == 10
