"""Modules and contents in another order, by one JSON request: everything, or nothing."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import trash_content, trash_module
from educa.courses.models import Content, Module
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    """An instructor, who is signed in."""
    user = make_instructor()
    client.force_login(user)
    return user


@pytest.fixture
def course(owner):
    return make_course(owner=owner)


@pytest.fixture
def modules(course):
    return [make_module(course) for _ in range(3)]


@pytest.fixture
def contents(modules):
    return [make_content(modules[0], kind) for kind in ("text", "image", "video")]


def send(client, name, keys, **how):
    """Ask for the rows with these keys in this order."""
    body = json.dumps({str(key): place for place, key in enumerate(keys)})
    return client.post(reverse(name), body, content_type="application/json", **how)


def keys_of(rows):
    return [row.pk for row in rows]


def order_of(rows):
    """The keys in the order of the rows' places, which count from 0."""
    placed = list(rows.order_by("order").values_list("pk", "order"))
    assert [place for _key, place in placed] == list(range(len(placed)))
    return [key for key, _place in placed]


def test_modules_are_put_in_order(client, course, modules):
    keys = keys_of(modules)[::-1]

    response = send(client, "module_order", keys)

    assert response.status_code == 200
    assert response.json() == {"saved": "OK"}
    assert order_of(course.modules) == keys


def test_contents_of_any_kind_are_put_in_order(client, contents):
    keys = [contents[2].pk, contents[0].pk, contents[1].pk]

    response = send(client, "content_order", keys)

    assert response.json() == {"saved": "OK"}
    assert order_of(contents[0].module.contents) == keys


def test_same_order_twice_is_once(client, course, modules):
    keys = keys_of(modules)[::-1]

    answers = [send(client, "module_order", keys).json() for _ in range(2)]

    assert answers == [{"saved": "OK"}] * 2
    assert order_of(course.modules) == keys


def test_course_knows_that_it_has_changed(client, course, modules, contents):
    before = course.updated

    send(client, "module_order", keys_of(modules)[::-1])
    course.refresh_from_db()
    between = course.updated
    send(client, "content_order", keys_of(contents)[::-1])
    course.refresh_from_db()

    assert before < between < course.updated


def test_co_instructor_may_do_so_too(client, course, modules):
    assistant = make_instructor()
    course.co_instructors.add(assistant)
    client.force_login(assistant)

    assert send(client, "module_order", keys_of(modules)[::-1]).status_code == 200


@pytest.mark.parametrize("position", [0, 1, 3])
def test_key_of_somebody_else_among_ones_own_moves_nothing(client, course, modules, position):
    foreign = make_module(make_course(owner=make_instructor()))
    keys = keys_of(modules)[::-1]
    keys.insert(position, foreign.pk)

    response = send(client, "module_order", keys)

    assert response.status_code == 404
    assert response.json()["error"]
    assert order_of(course.modules) == keys_of(modules)


def test_content_of_somebody_else_among_ones_own_moves_nothing(client, contents):
    foreign = make_content()

    response = send(client, "content_order", [*keys_of(contents)[::-1], foreign.pk])

    assert response.status_code == 404
    assert order_of(contents[0].module.contents) == keys_of(contents)


@pytest.mark.parametrize("key", [10**6, 2**63 - 1, 2**63, 10**29])
@pytest.mark.parametrize("name", ["module_order", "content_order"])
def test_key_that_nothing_has_moves_nothing(client, contents, modules, name, key):
    own = keys_of(modules if name == "module_order" else contents)

    assert send(client, name, [key]).status_code == 404
    assert send(client, name, [*own, key]).status_code == 404
    assert send(client, name, [key, *own]).status_code == 404


def test_modules_of_two_own_courses_do_not_mix(client, owner, course, modules):
    other = make_module(make_course(owner=owner))

    response = send(client, "module_order", [*keys_of(modules), other.pk])

    assert response.status_code == 404
    assert order_of(course.modules) == keys_of(modules)


def test_list_that_lacks_one_is_not_the_list_any_more(client, course, modules):
    response = send(client, "module_order", keys_of(modules)[:2][::-1])

    assert response.status_code == 409
    assert response.json()["error"]
    assert order_of(course.modules) == keys_of(modules)


def test_one_that_was_deleted_meanwhile_is_a_conflict_and_no_stranger(
    client, owner, modules, contents
):
    trash_module(module=modules[1], by=owner)
    trash_content(content=contents[1], by=owner)

    assert send(client, "module_order", keys_of(modules)[::-1]).status_code == 409
    assert send(client, "content_order", keys_of(contents)[::-1]).status_code == 409


def test_one_that_was_moved_to_another_module_meanwhile_is_a_conflict(client, modules, contents):
    contents[2].module = modules[1]
    contents[2].save()

    assert send(client, "content_order", keys_of(contents)).status_code == 409
    assert order_of(modules[0].contents) == keys_of(contents)[:2]


@pytest.mark.parametrize(
    "body", [b"[]", b'{"1": true}', b'{"1": NaN}', b'{"\\ud800": 0}', b"\xff", b"[" * 100_000]
)
@pytest.mark.parametrize("name", ["module_order", "content_order"])
def test_what_is_no_order_is_answered_in_json(client, owner, name, body):
    response = client.post(reverse(name), body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["error"]


def test_body_that_is_too_long_is_refused(client, owner):
    body = b" " * (6 * 2**20)

    response = client.post(reverse("module_order"), body, content_type="application/json")

    assert response.status_code == 413
    assert response.json()["error"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/xml", ""],
)
def test_order_of_another_type_is_refused(client, course, modules, content_type):
    body = json.dumps({str(key): place for place, key in enumerate(keys_of(modules)[::-1])})

    response = client.post(reverse("module_order"), body, content_type=content_type)

    assert response.status_code == 415
    assert response.json()["error"]
    assert order_of(course.modules) == keys_of(modules)


def test_form_is_no_order(client, modules):
    response = client.post(reverse("module_order"), {str(modules[0].pk): 0})

    assert response.status_code == 415


def test_type_may_name_its_charset(client, modules):
    how = {"content_type": "application/json; charset=utf-8"}
    body = json.dumps({str(module.pk): place for place, module in enumerate(modules)})

    assert client.post(reverse("module_order"), body, **how).status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_order_without_the_token_is_refused(owner, course, modules, content_type):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    body = json.dumps({str(key): place for place, key in enumerate(keys_of(modules)[::-1])})

    response = client.post(reverse("module_order"), body, content_type=content_type)

    assert response.status_code == 403
    assert order_of(course.modules) == keys_of(modules)


def test_order_is_only_posted(client, owner):
    assert client.get(reverse("module_order")).status_code == 405
    assert client.put(reverse("content_order"), "{}").status_code == 405


def test_visitor_is_sent_to_the_sign_in_page(client, modules):
    client.logout()

    response = send(client, "module_order", keys_of(modules))

    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


@pytest.mark.parametrize("name", ["module_order", "content_order"])
def test_who_does_not_teach_is_refused_before_anything_is_read(client, name):
    client.force_login(make_user())

    assert client.post(reverse(name), b"{", content_type="application/json").status_code == 403


def test_owner_who_is_no_instructor_any_more_is_refused(client, owner, course, modules):
    owner.groups.clear()

    response = send(client, "module_order", keys_of(modules)[::-1])

    assert response.status_code == 403
    assert order_of(course.modules) == keys_of(modules)


def test_another_instructor_does_not_learn_of_the_course(client, course, modules, contents):
    client.force_login(make_instructor())

    assert send(client, "module_order", keys_of(modules)).status_code == 404
    assert send(client, "content_order", keys_of(contents)).status_code == 404


def test_more_rows_cost_no_more_statements(client, course, django_assert_max_num_queries):
    for _ in range(10):
        make_module(course)
    keys = order_of(course.modules)
    with django_assert_max_num_queries(40) as few:
        send(client, "module_order", [*keys[1:], keys[0]])
    Module.objects.bulk_create([Module(course=course, title="More") for _ in range(300)])
    keys = order_of(course.modules)

    with django_assert_max_num_queries(len(few)):
        send(client, "module_order", [*keys[1:], keys[0]])


def test_content_whose_item_is_gone_keeps_a_place(client, contents):
    Content.objects.filter(pk=contents[0].pk).update(object_id=10**6)
    keys = keys_of(contents)[::-1]

    assert send(client, "content_order", keys).status_code == 200
    assert order_of(contents[0].module.contents) == keys
