"""What is sent, and what is made of the answers; time is told, and not waited for."""

import json
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from educa.accounts.tests.factories import make_instructor, make_user
from educa.lib.mail import wait_until_sent
from educa.lib.outward import Answer
from educa.lib.tests.receiving import Request
from educa.webhooks.actions import ask_again, ask_for_test, change_webhook, send_deliveries
from educa.webhooks.actions.sending import MOST_RETRIES, pause_after
from educa.webhooks.duties import clear_the_log_of_webhooks, tell_webhooks
from educa.webhooks.models import Delivery, Webhook
from educa.webhooks.tests.factories import make_delivery, make_webhook
from educa.webhooks.tests.verifying import is_genuine

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


class Clock:
    """A time that passes when a test says so."""

    def __init__(self) -> None:
        # After all that a test makes is due.
        self.now = timezone.now() + timedelta(minutes=1)

    def __call__(self) -> Any:
        return self.now

    def passes(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def send(clock) -> Any:
    """Sends what is due by that clock, with pauses that don't vary."""
    return partial(send_deliveries, clock=clock, vary=lambda: 1.0)


def only() -> Delivery:
    return Delivery.objects.select_related("webhook").get()


# What arrives


def test_a_delivery_arrives_signed(receiver):
    delivery = make_delivery(webhook=make_webhook(url=f"{receiver.url}/hook"))

    tell_webhooks()

    (request,) = receiver.requests
    body = json.loads(request.body)
    assert (request.path, request.headers["Content-Type"]) == ("/hook", "application/json")
    assert is_genuine(dict(request.headers), request.body, delivery.webhook.secret)
    assert request.headers["webhook-id"] == body["id"] == str(delivery.uid)
    assert (body["type"], set(body)) == ("course.published", {"id", "type", "created_at", "data"})
    assert (only().status, only().answer_status, only().tries) == ("delivered", 200, 1)


def test_deliveries_of_one_webhook_arrive_in_their_order_one_at_a_time(receiver):
    webhook = make_webhook(url=receiver.url)
    wanted = [str(make_delivery(webhook=webhook).uid) for _ in range(5)]

    tell_webhooks()

    assert [request.headers["webhook-id"] for request in receiver.requests] == wanted
    assert receiver.most_at_once == 1


def test_one_that_does_not_answer_keeps_no_other_waiting(receiver, send):
    make_delivery(webhook=make_webhook(url=f"{receiver.url}/slow"))
    make_delivery(webhook=make_webhook(url=f"{receiver.url}/quick"))
    quick_is_done = Event()

    def answer(request: Request) -> int:
        if request.path == "/slow":
            return 200 if quick_is_done.wait(4) else 500
        quick_is_done.set()
        return 200

    receiver.answers_by(answer)
    send()

    assert list(Delivery.objects.values_list("status", flat=True)) == ["delivered"] * 2


def test_after_a_change_of_secret_both_sign_for_a_day(receiver, clock, send):
    webhook = make_webhook(url=receiver.url)
    old = webhook.secret
    webhook.change_secret()
    webhook.save()
    make_delivery(webhook=webhook)
    send()
    clock.passes(25 * HOUR)
    make_delivery(webhook=webhook, due_at=clock(), asked_at=clock())
    send()

    first, later = receiver.requests
    at, new = clock().timestamp(), webhook.secret
    assert is_genuine(dict(first.headers), first.body, old)
    assert is_genuine(dict(first.headers), first.body, new)
    assert not is_genuine(dict(later.headers), later.body, old, now=at)
    assert is_genuine(dict(later.headers), later.body, new, now=at)


# What does not arrive


def test_what_fails_is_tried_again_with_growing_pauses_under_the_same_id(receiver, clock, send):
    make_delivery(webhook=make_webhook(url=receiver.url))
    receiver.answers_with(500, body=b"Fault")

    send()
    first = only()
    send()
    clock.passes(timedelta(seconds=10))
    receiver.answers_with(204, body=b"")
    send()

    assert (first.status, first.fault, first.answer_status) == ("waiting", "status", 500)
    assert (first.answer, first.due_at) == ("Fault", clock())
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert (len(receiver.requests), only().status, only().fault) == (2, "delivered", "")


def test_the_pauses_grow_to_six_hours_and_make_about_a_day():
    pauses = [pause_after(tries) for tries in range(1, MOST_RETRIES + 1)]

    assert pauses[:4] == [timedelta(seconds=span) for span in (10, 30, 90, 270)]
    assert max(pauses) == 6 * HOUR
    assert 18 * HOUR < sum(pauses, timedelta()) < 24 * HOUR


def test_a_receiver_may_ask_for_a_longer_pause_and_not_for_an_endless_one():
    assert pause_after(1, 120) == timedelta(seconds=120)
    assert pause_after(5, 1) == pause_after(5)
    assert pause_after(1, 99_999) == 6 * HOUR


def test_pauses_vary_so_that_those_who_failed_together_come_back_apart(clock):
    for _ in range(20):
        make_delivery(webhook=make_webhook())

    send_deliveries(post=lambda *_: Answer(500), clock=clock)

    pauses = {row.due_at - clock() for row in Delivery.objects.filter(tries=1)}
    assert len(pauses) > 10
    assert timedelta(seconds=8) <= min(pauses) < max(pauses) <= timedelta(seconds=12)


def test_what_never_arrives_is_given_up_within_a_day(clock, send):
    make_delivery(webhook=make_webhook())
    tries = 0
    while only().status == "waiting":
        clock.now = max(clock.now, only().due_at, only().webhook.paused_until or clock.now)
        send(post=lambda *_: Answer(503))
        tries += 1

    assert (only().status, only().tries, tries) == ("failed", MOST_RETRIES + 1, MOST_RETRIES + 1)
    assert clock.now - only().created < 24 * HOUR
    assert Webhook.objects.get().is_active


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://127.0.0.1:1/", "address"),
        ("http://0x7f.1/", "address"),
        ("http://[::ffff:10.0.0.1]/", "address"),
        ("http://localhost./", "address"),
        ("ftp://example.org/", "url"),
        ("https://user:pw@example.org/", "url"),
    ],
)
def test_an_inner_address_is_not_sent_to_however_it_came_into_the_table(settings, url, fault):
    settings.EDUCA_WEBHOOK_PLAIN_HTTP = True
    make_delivery(webhook=make_webhook(url=url))

    tell_webhooks()

    assert (only().status, only().fault, only().answer_status) == ("waiting", fault, None)


def test_a_redirect_is_a_failure(receiver):
    make_delivery(webhook=make_webhook(url=receiver.url))
    receiver.answers_with(307, {"Location": f"{receiver.url}/other"})

    tell_webhooks()

    assert (len(receiver.requests), only().fault, only().answer_status) == (1, "redirect", 307)


def test_a_fault_of_ours_is_a_failure_as_others_are(send, caplog):
    make_delivery(webhook=make_webhook())

    def post(*_args: object) -> Answer:
        raise KeyError("x")

    send(post=post)

    assert (only().status, only().fault) == ("waiting", "connection")
    assert "could not be told" in caplog.text


# A webhook that fails


def fail(send: Any, clock: Clock, number: int, status: int = 500) -> None:
    """So many failures of what is always something new."""
    webhook = Webhook.objects.get()
    for _ in range(number):
        webhook.refresh_from_db()
        clock.now = max(clock.now, webhook.paused_until or clock.now)
        Delivery.objects.all().delete()
        make_delivery(webhook=webhook, due_at=clock(), asked_at=clock())
        send(post=lambda *_: Answer(status))


def test_after_three_failures_it_rests_as_a_whole_and_then_one_is_tried(clock, send):
    make_webhook()
    fail(send, clock, 3)
    webhook = Webhook.objects.get()
    seen: list[bytes] = []

    def post(_url: str, body: bytes, _headers: dict[str, str]) -> Answer:
        seen.append(body)
        return Answer(500)

    Delivery.objects.all().delete()
    for _ in range(3):
        make_delivery(webhook=webhook, due_at=clock())
    send(post=post)
    assert seen == []
    clock.passes(timedelta(seconds=30))
    send(post=post)

    assert (len(seen), Webhook.objects.get().failures) == (1, 4)


def test_a_success_ends_the_rest(clock, send):
    make_webhook()
    fail(send, clock, 4)
    fail(send, clock, 1, status=200)

    webhook = Webhook.objects.get()

    assert (webhook.failures, webhook.failing_since, webhook.paused_until) == (0, None, None)


def test_one_that_fails_for_days_is_switched_off_and_its_owner_told(
    clock, send, django_capture_on_commit_callbacks
):
    webhook = make_webhook(make_instructor(email="ada@example.com"))
    fail(send, clock, 10)
    assert Webhook.objects.get().is_active
    clock.passes(timedelta(days=3))
    waiting = make_delivery(webhook=webhook, due_at=clock() + HOUR)

    with django_capture_on_commit_callbacks(execute=True):
        fail(send, clock, 1)
    wait_until_sent()

    webhook.refresh_from_db()
    assert (webhook.is_active, webhook.was_given_up) == (False, True)
    assert not Delivery.objects.filter(pk=waiting.pk, status="waiting").exists()
    assert [(sent.to, webhook.url in sent.body) for sent in mail.outbox] == [
        (["ada@example.com"], True)
    ]
    assert f"/accounts/webhooks/{webhook.pk}/" in mail.outbox[0].body


def test_one_that_says_that_it_is_gone_is_switched_off_at_once(clock, send):
    make_webhook()

    fail(send, clock, 1, status=410)

    assert (Webhook.objects.get().is_active, only().status) == (False, "failed")


def test_switched_off_it_is_told_nothing_and_on_again_it_begins_anew(clock, send):
    webhook = make_webhook(failures=9, failing_since=clock(), paused_until=clock() + HOUR)
    make_delivery(webhook=webhook)
    change_webhook(webhook=webhook, is_active=False)
    send(post=lambda *_: Answer(200))
    dropped = only()

    change_webhook(webhook=webhook, is_active=True)
    make_delivery(webhook=webhook)
    send(post=lambda *_: Answer(200))

    assert (dropped.status, dropped.fault, dropped.tries) == ("failed", "off", 0)
    assert Delivery.objects.filter(status="delivered").count() == 1
    assert (Webhook.objects.get().failures, Webhook.objects.get().failing_since) == (0, None)


# What must not be sent any more


def test_a_co_instructor_who_was_removed_is_sent_nothing_that_waits(receiver):
    delivery = make_delivery()
    assistant = make_instructor()
    delivery.course.co_instructors.add(assistant)
    webhook = make_webhook(assistant, url=receiver.url)
    Delivery.objects.update(webhook=webhook)
    delivery.course.co_instructors.remove(assistant)

    tell_webhooks()

    assert receiver.requests == []
    assert (only().status, only().fault, only().tries) == ("failed", "gone", 0)


@pytest.mark.parametrize("change", ["suspended", "no instructor"])
def test_who_does_not_teach_any_more_is_sent_nothing(receiver, change):
    webhook = make_webhook(url=receiver.url)
    make_delivery(webhook=webhook)
    if change == "suspended":
        webhook.owner.is_active = False
        webhook.owner.save()
    else:
        webhook.owner.groups.clear()

    tell_webhooks()

    assert (receiver.requests, only().fault) == ([], "gone")


def test_what_was_dropped_counts_as_no_failure_of_the_receiver(receiver):
    webhook = make_webhook(url=receiver.url)
    make_delivery(webhook=webhook, event="enrollment.made", person=make_user())

    tell_webhooks()

    assert (only().fault, Webhook.objects.get().failures) == ("gone", 0)


# By hand


def test_a_test_is_sent_once_and_also_where_the_webhook_is_off(receiver, clock):
    webhook = make_webhook(
        url=receiver.url, is_active=False, failing_since=clock(), paused_until=clock() + HOUR
    )
    receiver.answers_with(500)
    assert ask_for_test(webhook=webhook) == ask_for_test(webhook=webhook)

    tell_webhooks()

    body = json.loads(receiver.requests[0].body)
    assert (body["type"], body["data"]["webhook"]) == ("ping", webhook.pk)
    assert (len(receiver.requests), only().status, only().answer_status) == (1, "failed", 500)
    assert Webhook.objects.get().failures == 0


def test_a_test_that_arrives_ends_the_rest_of_a_webhook_that_is_on(receiver, clock):
    webhook = make_webhook(url=receiver.url, failures=5, failing_since=clock())
    ask_for_test(webhook=webhook)

    tell_webhooks()

    assert Webhook.objects.get().failing_since is None


def test_a_delivery_is_sent_again_under_its_id_for_another_day(receiver, clock, send):
    delivery = make_delivery(webhook=make_webhook(url=receiver.url))
    send()
    clock.passes(48 * HOUR)

    ask_again(delivery=only())
    Delivery.objects.update(asked_at=clock(), due_at=clock())
    receiver.answers_with(500)
    send()

    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert ids == [str(delivery.uid)] * 2
    assert (only().status, only().tries) == ("waiting", 1)


# What is kept


def test_the_log_is_kept_for_thirty_days():
    now = timezone.now()
    for age in (31, 29):
        make_delivery(created=now - timedelta(days=age), status="delivered")

    clear_the_log_of_webhooks()

    assert [(now - row.created).days for row in Delivery.objects.all()] == [29]


def test_what_waits_for_a_day_behind_others_is_given_up():
    now = timezone.now()
    make_delivery(asked_at=now - 25 * HOUR)
    make_delivery(asked_at=now - 23 * HOUR)

    clear_the_log_of_webhooks()

    assert sorted(Delivery.objects.values_list("status", "fault")) == [
        ("failed", "overdue"),
        ("waiting", ""),
    ]
