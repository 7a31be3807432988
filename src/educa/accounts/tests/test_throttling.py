"""Guessing passwords takes too long to be worth it, and locks nobody out for good."""

import re

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.urls import reverse
from pytest_django.asserts import assertContains

from educa.accounts.tests.factories import PASSWORD, make_user
from educa.accounts.throttling import WRONG_PASSWORDS, WRONG_PASSWORDS_FROM
from educa.lib.mail import wait_until_sent
from educa.lib.throttle import TooManyRequests

LOGIN = "/accounts/login/"


def sign_in(client, login, password=PASSWORD, **headers):
    return client.post(LOGIN, {"login": login, "password": password}, **headers)


def guess(client, login, times):
    for number in range(times):
        sign_in(client, login, f"guess {number}")


def test_after_five_wrong_passwords_even_the_right_one_waits(client, db):
    make_user(username="ada")
    guess(client, "ada", 5)

    response = sign_in(client, "ada")

    assert response.status_code == 429
    assertContains(response, "Too many attempts", status_code=429)
    assert 0 < int(response.headers["Retry-After"]) <= 30 * 60
    assert "_auth_user_id" not in client.session


def test_a_name_that_does_not_exist_is_throttled_alike(client, db):
    guess(client, "nobody", 5)

    assert sign_in(client, "nobody").status_code == 429


def test_other_spellings_of_a_name_count_as_the_same(client, db):
    make_user(username="ada")
    for spelling in ["ada", "ADA", " Ada", "ａｄａ", "aDa"]:
        sign_in(client, spelling, "wrong")

    assert sign_in(client, "ada").status_code == 429


def test_other_host_headers_count_as_the_same(client, db):
    make_user(username="ada")
    for port in range(5):
        sign_in(client, "ada", "wrong", headers={"host": f"localhost:{port + 1}"})

    assert sign_in(client, "ada").status_code == 429


def test_others_are_not_held_up(client, db):
    make_user(username="bob")
    guess(client, "ada", 6)

    assert sign_in(client, "bob").status_code == 302


def test_right_passwords_do_not_count(client, db):
    make_user(username="ada")
    for _ in range(7):
        assert sign_in(client, "ada").status_code == 302
        client.logout()


def test_one_address_may_not_try_a_thousand_names(client, db):
    for _ in range(WRONG_PASSWORDS_FROM.amount):
        WRONG_PASSWORDS_FROM.spend("127.0.0.1")

    assert sign_in(client, "yetanother").status_code == 429
    assert WRONG_PASSWORDS.allows("yetanother")


def test_addresses_of_one_ipv6_network_count_as_one(client, db):
    for _ in range(WRONG_PASSWORDS_FROM.amount):
        WRONG_PASSWORDS_FROM.spend("2001:db8:1:2::/64")

    assert sign_in(client, "ada", REMOTE_ADDR="2001:db8:1:2:3:4:5:6").status_code == 429


@pytest.mark.parametrize(("proxy", "status"), [(True, 302), (False, 429)])
def test_a_forwarded_address_counts_only_behind_a_proxy(client, db, settings, proxy, status):
    settings.EDUCA_PROXY = proxy
    make_user(username="ada")
    for _ in range(WRONG_PASSWORDS_FROM.amount):
        WRONG_PASSWORDS_FROM.spend("127.0.0.1")

    response = sign_in(client, "ada", headers={"x-forwarded-for": "127.0.0.1, 192.0.2.7"})

    assert response.status_code == status


def test_other_doors_are_throttled_too(rf, db):
    make_user(username="ada")
    for _ in range(5):
        assert authenticate(None, username="ada", password="wrong") is None

    with pytest.raises(TooManyRequests):
        authenticate(rf.get("/api/"), username="ada", password=PASSWORD)


def test_the_owner_gets_in_by_a_mailed_link_and_may_sign_in_again(client, db):
    make_user(username="ada", email="ada@example.com")
    guess(client, "ada", 6)
    guess(client, "ada@example.com", 6)
    client.post(reverse("password_reset"), {"email": "ada@example.com"})
    wait_until_sent()
    [link] = re.findall(r"http://testserver(/accounts/password/reset/\S+)", mail.outbox[0].body)

    form = client.get(link).url
    client.post(form, {"password1": "a brand new password"})

    assert "_auth_user_id" in client.session
    client.post(reverse("logout"))
    assert sign_in(client, "ada", "a brand new password").status_code == 302


def test_registration_from_one_address_is_limited(client, db):
    statuses = [client.post(reverse("student_registration")).status_code for _ in range(101)]

    assert statuses == [200] * 100 + [429]


def test_asking_for_links_is_limited(client, db):
    ask = lambda: client.post(reverse("password_reset"), {"email": "a@example.com"})  # noqa: E731

    assert [ask().status_code for _ in range(21)] == [302] * 20 + [429]


@pytest.mark.parametrize("name", ["password_change", "email_change"])
def test_a_stolen_session_can_not_try_passwords(client, db, name):
    client.force_login(make_user())
    data = {"email": "b@example.com", "password1": "a brand new password"}
    for _ in range(5):
        client.post(reverse(name), data | {"oldpassword": "wrong", "password": "wrong"})

    response = client.post(reverse(name), data | {"oldpassword": PASSWORD, "password": PASSWORD})

    assert response.status_code == 429
