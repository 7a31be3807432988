"""Webhooks by the API."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from educa.accounts.models import User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.api.models import Scope
from educa.api.tests.asking import browser_of, program
from educa.courses.tests.factories import make_course
from educa.webhooks.models import Delivery, Webhook
from educa.webhooks.models.webhook import MOST_WEBHOOKS
from educa.webhooks.tests.factories import URL, make_delivery, make_webhook

pytestmark = pytest.mark.django_db

WEBHOOKS = "/api/webhooks/"
NEW: dict[str, Any] = {"url": URL, "events": ["enrollment.made"]}
SHOWN = {"id", "url", "events", "course", "is_active", "created_at", "failing_since"}
OF_DELIVERY = {
    "id", "webhook", "type", "course", "status", "created_at", "tries", "tried_at",
    "next_try_at", "answer_status", "fault", "answer",
}  # fmt: skip


@pytest.fixture
def ada(db: None) -> User:
    return make_instructor(username="ada")


@pytest.fixture
def client(ada) -> Client:
    """A program of somebody who teaches."""
    return program(ada)


def post(client: Client, url: str, data: Any = None, **more: Any) -> Any:
    return client.post(url, {} if data is None else data, "application/json", **more)


def patch(client: Client, url: str, data: Any, **more: Any) -> Any:
    return client.patch(url, data, "application/json", **more)


def fields_of(answer: Any) -> list[str]:
    return [error["field"].partition(".")[0] for error in answer.json()["errors"]]


def test_a_webhook_is_made_and_its_secret_is_in_this_answer_only(ada, client):
    answer = post(client, WEBHOOKS, NEW)

    body, webhook = answer.json(), Webhook.objects.get()
    assert (answer.status_code, set(body)) == (201, SHOWN | {"secret"})
    assert answer["Location"].endswith(f"{WEBHOOKS}{webhook.pk}/")
    assert (body["secret"], webhook.owner, body["course"]) == (webhook.secret, ada, None)
    assert set(client.get(answer["Location"]).json()) == SHOWN
    assert set(client.get(WEBHOOKS).json()["results"][0]) == SHOWN


def test_an_answer_with_a_secret_is_kept_for_nobody(client):
    refused = post(client, WEBHOOKS, NEW, headers={"Idempotency-Key": "one"})
    post(client, WEBHOOKS, NEW)
    own = f"{WEBHOOKS}{Webhook.objects.get().pk}/"
    rotated = post(client, f"{own}rotate/", headers={"Idempotency-Key": "two"})

    assert [(answer.status_code, answer.json()["code"]) for answer in (refused, rotated)] == [
        (400, "key")
    ] * 2
    tested = [post(client, f"{own}test/", headers={"Idempotency-Key": "three"}) for _ in range(2)]
    assert tested[1]["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", ""),
        ("url", None),
        ("url", "http://hooks.example/"),
        ("url", "https://10.0.0.1/"),
        ("url", "https://2130706433/"),
        ("url", "https://[::ffff:127.0.0.1]/"),
        ("url", "https://localhost./"),
        ("url", "file:///etc/passwd"),
        ("url", "gopher://hooks.example/"),
        ("url", "https://hooks.example/" + "x" * 500),
        ("events", []),
        ("events", ["ping"]),
        ("events", "enrollment.made"),
        ("events", None),
        ("course", 2**63),
        ("course", "x"),
        ("is_active", "maybe"),
        *[
            (name, "x")
            for name in (
                "id", "pk", "owner", "owner_id", "secret", "old_secret", "old_secret_until",
                "created_at", "failures", "failing_since", "paused_until", "tried_at", "deliveries",
            )
        ],
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_when_it_is_made_and_when_it_is_changed(
    ada, client, field, value
):
    webhook = make_webhook(ada)
    before = Webhook.objects.values().get()

    answers = [
        post(client, WEBHOOKS, {**NEW, field: value}),
        patch(client, f"{WEBHOOKS}{webhook.pk}/", {field: value}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert [fields_of(answer) for answer in answers] == [[field]] * 2
    assert Webhook.objects.values().get() == before


def test_of_whose_courses_one_may_be_told(ada, client):
    own, assisted, foreign = make_course(owner=ada), make_course(), make_course()
    assisted.co_instructors.add(ada)

    answers = [post(client, WEBHOOKS, {**NEW, "course": course.pk}) for course in (own, assisted)]
    refused = post(client, WEBHOOKS, {**NEW, "course": foreign.pk})

    assert [answer.status_code for answer in answers] == [201, 201]
    assert (refused.status_code, fields_of(refused)) == (400, ["course"])
    by_admin = post(program(make_admin()), WEBHOOKS, {**NEW, "course": foreign.pk})
    assert by_admin.status_code == 201


def test_who_does_not_teach_makes_none(ada):
    student, lapsed = make_user(), make_instructor()
    webhook = make_webhook(lapsed)
    lapsed.groups.clear()

    answers = [post(program(student), WEBHOOKS, NEW), post(program(lapsed), WEBHOOKS, NEW)]
    answers.append(patch(program(lapsed), f"{WEBHOOKS}{webhook.pk}/", {"is_active": False}))

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "permission_denied")] * 3
    assert program(lapsed).delete(f"{WEBHOOKS}{webhook.pk}/").status_code == 204


@pytest.mark.parametrize("scope", [Scope.READ, Scope.LEARN])
def test_a_token_without_the_scope_makes_changes_and_sends_nothing(ada, scope):
    delivery = make_delivery(webhook=make_webhook(ada), status="failed")
    other, own = program(ada, scope), f"{WEBHOOKS}{delivery.webhook_id}/"

    answers = [
        post(other, WEBHOOKS, NEW),
        patch(other, own, {"is_active": False}),
        other.delete(own),
        post(other, f"{own}rotate/"),
        post(other, f"{own}test/"),
        post(other, f"/api/deliveries/{delivery.uid}/redeliver/"),
    ]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "scope")] * 6


def test_a_session_needs_the_password_for_a_new_address(ada):
    webhook = make_webhook(ada)
    own = f"{WEBHOOKS}{webhook.pk}/"
    browser = Client()
    browser.force_login(ada)

    made, moved = post(browser, WEBHOOKS, NEW), patch(browser, own, {"url": f"{URL}/2"})
    switched = patch(browser, own, {"is_active": False})

    assert [(a.status_code, a.json()["code"]) for a in (made, moved)] == [(403, "unconfirmed")] * 2
    assert switched.status_code == 200
    assert post(browser_of(ada), WEBHOOKS, NEW).status_code == 201


def test_somebody_else_reaches_nothing_of_it(ada, client):
    delivery = make_delivery(webhook=make_webhook(), status="failed")
    own, one = f"{WEBHOOKS}{delivery.webhook_id}/", f"/api/deliveries/{delivery.uid}/"

    answers = [client.get(own), client.get(f"{own}deliveries/"), client.get(one)]
    answers += [patch(client, own, {"is_active": False}), client.delete(own)]
    answers += [post(client, f"{own}{step}/") for step in ("rotate", "test")]
    answers += [post(client, f"{one}redeliver/")]

    assert {answer.status_code for answer in answers} == {404}
    assert client.get(WEBHOOKS).json()["results"] == []
    assert Delivery.objects.get().status == "failed"


def test_a_webhook_is_changed_and_switched_on_again(ada, client):
    webhook = make_webhook(ada, is_active=False, failures=4)
    course = make_course(owner=ada)

    answer = patch(
        client,
        f"{WEBHOOKS}{webhook.pk}/",
        {"is_active": True, "events": ["message.posted", "course.published"], "course": course.pk},
    )

    webhook.refresh_from_db()
    assert (answer.status_code, set(answer.json())) == (200, SHOWN)
    assert answer.json()["events"] == ["course.published", "message.posted"]
    assert (webhook.is_active, webhook.failures, webhook.course) == (True, 0, course)


def test_whoever_has_seen_another_state_changes_nothing(ada, client):
    own = f"{WEBHOOKS}{make_webhook(ada).pk}/"
    seen = client.get(own)["ETag"]
    patch(client, own, {"events": ["message.posted"]})

    stale = [
        patch(client, own, {"is_active": False}, headers={"If-Match": seen}),
        client.delete(own, headers={"If-Match": seen}),
    ]
    fresh = client.get(own)["ETag"]

    assert [(a.status_code, a.json()["code"]) for a in stale] == [(412, "changed")] * 2
    assert Webhook.objects.get().is_active
    assert client.delete(own, headers={"If-Match": fresh}).status_code == 204


def test_a_deletion_can_be_tried_without_deleting(ada, client):
    delivery = make_delivery(webhook=make_webhook(ada))
    own = f"{WEBHOOKS}{delivery.webhook_id}/"

    answer = client.delete(f"{own}?dry_run=true")

    assert (answer.status_code, answer.json()) == (
        200,
        {"dry_run": True, "would": {"webhooks": 1, "deliveries": 1}},
    )
    assert Webhook.objects.exists()
    assert client.delete(f"{own}?dry_run=perhaps").status_code == 400
    assert client.delete(own).status_code == 204
    assert not Delivery.objects.exists()


def test_a_new_secret_comes_once_and_the_old_one_holds_for_a_day(ada, client):
    webhook = make_webhook(ada)
    old = webhook.secret

    answer = post(client, f"{WEBHOOKS}{webhook.pk}/rotate/")

    webhook.refresh_from_db()
    assert (answer.status_code, set(answer.json())) == (200, SHOWN | {"secret"})
    assert answer.json()["secret"] == webhook.secret != old
    assert webhook.old_secret == old


def test_a_test_is_on_its_way_and_in_the_log(ada, client):
    webhook = make_webhook(ada)

    answer = post(client, f"{WEBHOOKS}{webhook.pk}/test/")

    assert (answer.status_code, set(answer.json())) == (202, OF_DELIVERY)
    assert (answer.json()["type"], answer.json()["status"]) == ("ping", "waiting")
    logged = client.get(f"{WEBHOOKS}{webhook.pk}/deliveries/").json()["results"]
    assert logged == [answer.json()]
    assert client.get(f"/api/deliveries/{logged[0]['id']}/").json() == logged[0]


def test_tests_are_limited(ada, client):
    own = f"{WEBHOOKS}{make_webhook(ada).pk}/test/"

    answers = [post(client, own) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [202] * 30 + [429]
    assert answers[-1]["Retry-After"]


def test_a_delivery_is_sent_again_under_its_id(ada, client):
    delivery = make_delivery(webhook=make_webhook(ada), status="failed", fault="timeout", tries=11)
    address = f"/api/deliveries/{delivery.uid}/redeliver/"

    answer, again = post(client, address), post(client, address)

    assert (answer.status_code, answer.json()["id"]) == (202, str(delivery.uid))
    assert (answer.json()["status"], answer.json()["tries"]) == ("waiting", 0)
    assert (again.status_code, again.json()["code"]) == (409, "under_way")


def test_where_the_webhook_is_off_nothing_is_sent_again(ada, client):
    delivery = make_delivery(webhook=make_webhook(ada, is_active=False), status="failed")

    answer = post(client, f"/api/deliveries/{delivery.uid}/redeliver/")

    assert (answer.status_code, answer.json()["code"]) == (409, "off")


@pytest.mark.parametrize("key", ["0", "x", "0" * 32, "00000000-0000-0000-0000-000000000000"])
def test_a_delivery_that_is_none_is_not_found(client, key):
    assert client.get(f"/api/deliveries/{key}/").status_code == 404


def test_steps_take_no_words(ada, client):
    delivery = make_delivery(webhook=make_webhook(ada), status="failed")
    own = f"{WEBHOOKS}{delivery.webhook_id}/"

    answers = [post(client, f"{own}{step}/", {"x": 1}) for step in ("rotate", "test")]
    answers.append(post(client, f"/api/deliveries/{delivery.uid}/redeliver/", {"x": 1}))

    assert {answer.status_code for answer in answers} == {400}


def test_nobody_has_more_webhooks_than_they_can_overlook(ada, client):
    for _ in range(MOST_WEBHOOKS):
        make_webhook(ada)

    answer = post(client, WEBHOOKS, NEW)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "too_many")
    assert post(program(make_instructor()), WEBHOOKS, NEW).status_code == 201


def test_visitors_are_asked_to_sign_in():
    answers = [Client().get(WEBHOOKS), post(Client(), WEBHOOKS, NEW)]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_a_secret_is_on_no_page_of_the_administration(ada):
    webhook = make_webhook(ada)
    webhook.change_secret()
    webhook.save()
    make_delivery(webhook=webhook)
    admin = Client()
    admin.force_login(make_admin())

    places = ["webhook/", f"webhook/{webhook.pk}/change/", f"webhook/{webhook.pk}/history/"]
    pages = [admin.get(f"/admin/webhooks/{place}").content.decode() for place in places]

    assert all(webhook.url in page for page in pages[:2])
    assert all(webhook.secret not in page and webhook.old_secret not in page for page in pages)


def test_administrators_switch_webhooks_off(ada):
    webhook = make_webhook(ada)
    admin = Client()
    admin.force_login(make_admin())

    data = {"action": "switch_off", "_selected_action": [webhook.pk]}
    admin.post("/admin/webhooks/webhook/", data)

    assert not Webhook.objects.get().is_active


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_take_as_many_queries_with_many_rows_as_with_one(ada, client):
    course = make_course(owner=ada)
    webhook = make_webhook(ada, course=course)
    make_delivery(course, webhook=webhook)
    urls = [WEBHOOKS, f"{WEBHOOKS}{webhook.pk}/deliveries/"]
    client.get(WEBHOOKS)  # when a token was used is noted once a minute
    few = [queries_of(client, url) for url in urls]
    for _ in range(15):
        make_webhook(ada, course=course)
        make_delivery(course, webhook=webhook)

    assert [queries_of(client, url) for url in urls] == few


def test_no_request_for_a_webhook_reaches_for_the_network(ada, client, monkeypatch):
    """Names are not asked for, and nothing is connected to, before the duty does it."""

    def refuse(*args: object, **named: object) -> None:
        raise AssertionError(args)

    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setattr("educa.lib.outward.resolve", refuse)

    made = post(client, WEBHOOKS, NEW)

    assert post(client, f"{made['Location']}test/").status_code == 202
