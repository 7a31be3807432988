"""Changing a password, and getting a new one by mail."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.http import int_to_base36

from educa.accounts.tests.factories import PASSWORD, make_user
from educa.lib.mail import wait_until_sent

NEW = "a brand new password"
CHANGE = "/accounts/password/change/"


def mails():
    wait_until_sent()
    return mail.outbox


def change(client, **fields):
    return client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW} | fields)


def ask_for_link(email, **headers):
    return Client().post(reverse("password_reset"), {"email": email}, **headers)


def mailed_link(user):
    ask_for_link(user.email)
    [link] = re.findall(r"http://testserver(/accounts/password/reset/\S+)", mails()[-1].body)
    return link


def follow(link, password=NEW):
    """Follow a link and send the form behind it; gives the client and the answer to the form, if any."""
    client = Client()
    page = client.get(link)
    return client, client.post(
        page.url, {"password1": password}
    ) if page.status_code == 302 else None


def test_changing_the_password_ends_all_other_sessions(client, db):
    user, other = make_user(), Client()
    client.force_login(user)
    other.force_login(user)
    key = client.session.session_key

    change(client)

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get(reverse("profile")).status_code == 200
    assert client.session.session_key != key
    assert other.get(reverse("profile")).status_code == 302


def test_changing_the_password_is_told_by_mail(client, db):
    user = make_user()
    client.force_login(user)

    change(client)

    [message] = mails()
    assert message.to == [user.email]
    assert message.subject == "Your password was changed"
    assert "127.0.0.1" in message.body


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"oldpassword": "wrong"}, "oldpassword"),
        ({"oldpassword": "x" * 4097}, "oldpassword"),
        ({"password1": "short"}, "password1"),
        ({"password1": "x" * 4097}, "password1"),
        ({"password1": ""}, "password1"),
    ],
)
def test_a_wrong_field_is_told_and_nothing_changes(client, db, fields, wrong):
    user = make_user()
    client.force_login(user)

    response = change(client, **fields)

    user.refresh_from_db()
    assert list(response.context["form"].errors) == [wrong]
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "email", ["ada@example.com", "ADA@example.com", "closed@example.com", "no@example.com"]
)
def test_asking_for_a_link_is_answered_the_same_for_everybody(db, email):
    make_user(email="ada@example.com")
    make_user(email="closed@example.com", is_active=False)

    assert ask_for_link(email).url == reverse("password_reset_done")
    assert len(mails()) == (email.lower() == "ada@example.com")


def test_something_that_is_no_address_is_told(db):
    assert "email" in ask_for_link("nonsense").context["form"].errors


@pytest.mark.parametrize(
    "typed", ["mike@exämple.org", "mıke@example.org", "mike@ｅxample.org", "MİKE@example.org"]
)
def test_no_mail_goes_to_an_address_that_only_looks_alike(db, typed):
    make_user(email="mike@example.org")

    ask_for_link(typed)

    assert mails() == []


def test_the_link_is_in_plain_text_and_goes_to_the_accounts_address(db):
    make_user(username="ada", email="ada@example.com")

    ask_for_link("Ada@Example.com")

    [message] = mails()
    assert message.to == ["ada@example.com"]
    assert message.alternatives == []
    assert "“ada”" in message.body


def test_the_link_leads_to_a_form_that_signs_in(db):
    user = make_user()

    client, response = follow(mailed_link(user))

    user.refresh_from_db()
    assert response.url == reverse("student_course_list")
    assert user.check_password(NEW)
    assert client.get(reverse("profile")).status_code == 200


def test_a_new_password_ends_all_sessions_and_is_told_by_mail(client, db):
    user = make_user()
    client.force_login(user)

    follow(mailed_link(user))

    assert client.get(reverse("profile")).status_code == 302
    assert mails()[-1].subject == "Your password was changed"


def test_the_link_works_once(db):
    link = mailed_link(make_user())
    follow(link)

    assert follow(link, "yet another password")[1] is None


def test_the_link_works_for_one_hour(db, monkeypatch):
    link = mailed_link(make_user())
    later = datetime.now() + timedelta(hours=1, seconds=5)  # noqa: DTZ005 - as Django counts
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _: later)

    assert follow(link)[1] is None


def test_the_link_is_dead_after_the_address_changed(db):
    user = make_user()
    link = mailed_link(user)
    user.email = "other@example.com"
    user.save()

    assert follow(link)[1] is None


def test_the_link_is_dead_after_signing_in(client, db):
    user = make_user(username="ada")
    link = mailed_link(user)
    client.post(reverse("login"), {"login": "ada", "password": PASSWORD})

    assert follow(link)[1] is None


def test_the_link_is_dead_for_a_closed_account(db):
    user = make_user()
    link = mailed_link(user)
    user.is_active = False
    user.save()

    assert follow(link)[1] is None


def test_the_link_of_one_is_useless_for_another(db):
    other = make_user()
    token = mailed_link(make_user()).rstrip("/").partition("-")[2]

    assert follow(f"/accounts/password/reset/{int_to_base36(other.pk)}-{token}/")[1] is None


@pytest.mark.parametrize(
    "link", ["zzzzzzzzzzzzz-x", "0-x", "1-set-password", "zzzzzzzzzzzzzzzzzzzz-x"]
)
def test_an_invented_link_is_refused(client, db, link):
    response = client.get(f"/accounts/password/reset/{link}/")

    assert response.status_code == 200
    assert response.context["token_fail"]


def test_a_bad_new_password_is_told(db):
    client = Client()
    page = client.get(mailed_link(make_user()))

    response = client.post(page.url, {"password1": "short"})

    assert "password1" in response.context["form"].errors


def test_the_address_of_the_form_does_not_contain_the_token(client, db):
    link = mailed_link(make_user())

    response = client.get(link)

    assert link.rstrip("/").rpartition("-")[2] not in response.url
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_a_forged_host_is_refused(db):
    make_user(email="ada@example.com")

    response = ask_for_link("ada@example.com", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert mails() == []


@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
def test_links_lead_to_the_configured_site_whatever_the_headers_say(db, settings, header):
    settings.EDUCA_SITE_URL = "https://learn.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    make_user(email="ada@example.com")

    ask_for_link("ada@example.com", headers={header: "evil.example"})

    [message] = mails()
    assert "https://learn.example.org/accounts/password/reset/" in message.body
    assert "evil" not in message.body


def test_several_who_claim_one_address_get_a_link_each_but_few(db):
    for _ in range(5):
        make_user(email="a@example.com")

    ask_for_link("a@example.com")

    assert len(mails()) == 3


def test_a_mail_is_in_the_readers_language(db, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    link = mailed_link(make_user(language="de"))

    follow(link)

    assert re.search(r"on \d{1,2}\. \w+ \d{4}", mails()[-1].body)
