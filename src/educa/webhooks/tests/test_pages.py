"""The pages about webhooks, for people."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from educa.accounts.models import User
from educa.accounts.tests.factories import PASSWORD, make_admin, make_instructor, make_user
from educa.courses.tests.factories import make_course
from educa.webhooks.actions import make_webhook as make
from educa.webhooks.models import Delivery, Webhook
from educa.webhooks.models.webhook import MOST_WEBHOOKS
from educa.webhooks.tests.factories import URL, make_delivery, make_webhook

pytestmark = pytest.mark.django_db

PAGE = "/accounts/webhooks/"
NEW = {"url": URL, "events": ["enrollment.made"], "course": ""}


def browser_of(user: User) -> Client:
    """Signed in with the password, a moment ago."""
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


@pytest.fixture
def ada(db: None) -> User:
    return make_instructor(username="ada")


@pytest.fixture
def browser(ada) -> Client:
    return browser_of(ada)


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_webhook_is_added_and_its_secret_shown_this_once(ada, browser):
    answer = browser.post(PAGE, NEW)

    webhook = Webhook.objects.get()
    assert (webhook.owner, webhook.url, webhook.events) == (ada, URL, ["enrollment.made"])
    assert words(answer).count(webhook.secret) == 1
    assert answer["Cache-Control"].startswith("private") or "no-store" in answer["Cache-Control"]
    pages = [browser.get(PAGE), browser.get(f"{PAGE}{webhook.pk}/")]
    assert all(webhook.secret not in words(page) for page in pages)


def test_an_open_browser_is_not_enough_to_add_one(ada, client):
    client.force_login(ada)

    refused = client.post(PAGE, NEW)
    assert (refused.status_code, Webhook.objects.count()) == (200, 0)
    client.post(PAGE, {**NEW, "password": PASSWORD})

    assert Webhook.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", ""),
        ("url", "http://hooks.example/"),
        ("url", "https://127.0.0.1/"),
        ("url", "https://0x7f.1/"),
        ("url", "https://[::ffff:10.0.0.1]/"),
        ("url", "https://localhost./"),
        ("url", "https://name:secret@hooks.example/"),
        ("url", "javascript:alert(1)"),
        ("url", "https://hooks.example/" + "x" * 500),
        ("events", []),
        ("events", ["ping"]),
        ("course", "0"),
        ("course", "x"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_the_field(browser, field, value):
    answer = browser.post(PAGE, {**NEW, field: value})

    assert field in answer.context["form"].errors
    assert not Webhook.objects.exists()


def test_a_course_of_somebody_else_can_not_be_chosen(browser):
    answer = browser.post(PAGE, {**NEW, "course": make_course().pk})

    assert "course" in answer.context["form"].errors


def test_who_does_not_teach_is_told_so_and_refused(client):
    student = browser_of(make_user())

    assert "for those who teach" in words(student.get(PAGE))
    assert student.post(PAGE, NEW).status_code == 403
    assert not Webhook.objects.exists()


def test_who_looks_after_the_site_may_have_one_of_all_courses():
    browser_of(make_admin()).post(PAGE, NEW)

    assert Webhook.objects.get().course is None


def test_nobody_has_more_webhooks_than_they_can_overlook(ada, browser):
    for _ in range(MOST_WEBHOOKS):
        make(owner=ada, url=URL, events=["enrollment.made"])

    answer = browser.post(PAGE, NEW)

    assert answer.context["form"].non_field_errors()
    assert Webhook.objects.count() == MOST_WEBHOOKS


def test_somebody_else_reaches_no_page_of_it(browser):
    foreign = make_delivery(webhook=make_webhook())
    place = f"{PAGE}{foreign.webhook.pk}/"

    read = [browser.get(place + name) for name in ("", "edit/", "delete/", "secret/")]
    steps = (
        "edit/",
        "delete/",
        "secret/",
        "switch/",
        "test/",
        f"deliveries/{foreign.pk}/redeliver/",
    )
    written = [browser.post(place + name, NEW) for name in steps]

    assert {answer.status_code for answer in read + written} == {404}
    assert Webhook.objects.get().is_active


def test_the_delivery_of_another_webhook_is_not_sent_again(ada, browser):
    mine, foreign = make_webhook(ada), make_delivery(status="failed")

    answer = browser.post(f"{PAGE}{mine.pk}/deliveries/{foreign.pk}/redeliver/")

    assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == "failed"


def test_a_webhook_is_changed(ada, browser):
    course = make_course(owner=ada)
    webhook = make_webhook(ada)
    values = {"url": f"{URL}/2", "events": ["message.posted"], "course": course.pk}

    browser.post(f"{PAGE}{webhook.pk}/edit/", values)

    webhook.refresh_from_db()
    assert (webhook.url, webhook.events, webhook.course) == (
        f"{URL}/2",
        ["message.posted"],
        course,
    )


def test_a_webhook_is_switched_off_on_and_deleted(ada, browser):
    webhook = make_webhook(ada)
    place = f"{PAGE}{webhook.pk}/"
    browser.post(f"{place}switch/")
    is_off = not Webhook.objects.get().is_active
    browser.post(f"{place}switch/", {"on": "true"})
    is_on = Webhook.objects.get().is_active

    assert "Delete this webhook?" in words(browser.get(f"{place}delete/"))
    browser.post(f"{place}delete/")

    assert (is_off, is_on, Webhook.objects.exists()) == (True, True, False)


def test_a_new_secret_is_shown_this_once_and_the_old_one_kept_for_a_day(ada, browser):
    webhook = make_webhook(ada)
    old = webhook.secret

    answer = browser.post(f"{PAGE}{webhook.pk}/secret/")

    webhook.refresh_from_db()
    assert webhook.secret in words(answer)
    assert old not in words(answer)
    assert (webhook.old_secret, webhook.secret != old) == (old, True)


def test_a_test_is_asked_for(ada, browser):
    webhook = make_webhook(ada)

    answer = browser.post(f"{PAGE}{webhook.pk}/test/", follow=True)

    assert Delivery.objects.get().event == "ping"
    assert "Test" in words(answer)


def test_what_went_wrong_is_shown_and_what_the_receiver_wrote_runs_nowhere(ada, browser):
    delivery = make_delivery(
        webhook=make_webhook(ada),
        status="failed",
        fault="status",
        answer_status=500,
        answer="<script>alert(1)</script>",
    )

    page = words(browser.get(f"{PAGE}{delivery.webhook_id}/"))

    assert "The answer was no success." in page
    assert "<script>alert" not in page
    assert str(delivery.uid) in page


def test_a_delivery_is_sent_again_unless_it_is_under_way_or_the_webhook_is_off(ada, browser):
    delivery = make_delivery(webhook=make_webhook(ada), status="delivered", tries=1)
    address = f"{PAGE}{delivery.webhook_id}/deliveries/{delivery.pk}/redeliver/"

    first = words(browser.post(address, follow=True))
    second = words(browser.post(address, follow=True))
    Delivery.objects.update(status="failed")
    Webhook.objects.update(is_active=False)
    third = words(browser.post(address, follow=True))

    assert "on its way again" in first
    assert "being sent already" in second
    assert "Switch it on first" in third


def test_of_a_course_that_one_does_not_teach_any_more_not_even_the_title_is_told(ada, browser):
    course = make_course(title="A new title")
    webhook = make_webhook(ada, course=course)

    pages = words(browser.get(PAGE)) + words(browser.get(f"{PAGE}{webhook.pk}/"))

    assert "A new title" not in pages
    assert pages.count("nothing is sent") == 2


def queries_of(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def test_pages_take_as_many_queries_with_many_rows_as_with_one(ada, browser):
    course = make_course(owner=ada)
    webhook = make_webhook(ada, course=course)
    make_delivery(course, webhook=webhook)
    urls = [PAGE, f"{PAGE}{webhook.pk}/"]
    few = [queries_of(browser, url) for url in urls]
    for _ in range(9):
        make_webhook(ada, course=course)
        make_delivery(course, webhook=webhook)

    assert [queries_of(browser, url) for url in urls] == few


def test_a_long_log_goes_on_where_it_ended_also_when_more_was_sent_meanwhile(
    ada, browser, monkeypatch
):
    monkeypatch.setattr("educa.webhooks.views.PAGE", 2)
    webhook = make_webhook(ada)
    kept = [make_delivery(webhook=webhook) for _ in range(4)]
    first = browser.get(f"{PAGE}{webhook.pk}/").context["deliveries"]
    make_delivery(webhook=webhook)

    second = browser.get(f"{PAGE}{webhook.pk}/", {"after": first.after}).context["deliveries"]

    assert [row.pk for row in first.rows + second.rows] == [row.pk for row in reversed(kept)]
    assert second.before
    assert second.after == ""
