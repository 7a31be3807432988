"""Whose an email address is, and changing it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from educa.accounts.tests.factories import PASSWORD, make_user
from educa.lib.mail import wait_until_sent

CHANGE = "/accounts/email/"


def mails():
    wait_until_sent()
    return mail.outbox


def change(client, email="new@example.com", password=PASSWORD):
    return client.post(CHANGE, {"email": email, "password": password})


def link_in(message):
    return re.search(r"http://testserver(/accounts/email/confirm/\S+)", message.body)[1]


def make_confirmed(email):
    user = make_user(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def test_a_confirmed_address_stays_until_the_new_one_is_confirmed(client, db):
    user = make_confirmed("old@example.com")
    client.force_login(user)

    change(client)
    user.refresh_from_db()
    assert user.email == "old@example.com"

    client.post(link_in(mails()[-1]))
    user.refresh_from_db()
    assert user.email == "new@example.com"
    assert [a.email for a in EmailAddress.objects.filter(user=user)] == ["new@example.com"]


def test_the_old_mailbox_is_told_of_the_change(client, db):
    client.force_login(make_confirmed("old@example.com"))
    change(client)

    client.post(link_in(mails()[-1]))

    told = mails()[-1]
    assert told.to == ["old@example.com"]
    assert told.subject == "Your email address was changed"


def test_an_unconfirmed_address_is_replaced_at_once(client, db):
    user = make_user(email="typo@example.com")
    client.force_login(user)

    change(client)

    user.refresh_from_db()
    assert user.email == "new@example.com"
    assert {tuple(message.to) for message in mails()} == {
        ("typo@example.com",),
        ("new@example.com",),
    }


def test_a_link_to_the_replaced_address_confirms_nothing(client, db):
    user = make_user(email="typo@example.com")
    client.force_login(user)
    client.post(reverse("email_confirm_again"))
    old_link = link_in(mails()[-1])
    change(client)

    assert client.post(old_link).status_code == 404
    assert not EmailAddress.objects.filter(user=user, verified=True).exists()


@pytest.mark.parametrize(
    ("email", "password", "wrong"),
    [
        ("nonsense", PASSWORD, "email"),
        ("old@example.com", PASSWORD, "email"),
        ("new@example.com", "wrong", "password"),
        ("x" * 250 + "@example.com", PASSWORD, "email"),
    ],
)
def test_a_wrong_field_is_told_and_nothing_changes(client, db, email, password, wrong):
    user = make_user(email="old@example.com")
    client.force_login(user)

    response = change(client, email, password)

    user.refresh_from_db()
    assert list(response.context["form"].errors) == [wrong]
    assert user.email == "old@example.com"


def test_an_address_of_another_is_answered_like_a_free_one_and_can_not_be_taken(client, db):
    make_confirmed("taken@example.com")
    user = make_confirmed("mine@example.com")
    client.force_login(user)

    response = change(client, "taken@example.com")

    assert response.url == reverse("profile")
    assert mails()[-1].subject == "You have an account already"
    user.refresh_from_db()
    assert user.email == "mine@example.com"


def test_only_one_account_can_confirm_an_address(client, db):
    first, second = make_user(email="a@example.com"), make_user(email="a@example.com")
    for user in (first, second):
        client.force_login(user)
        client.post(reverse("email_confirm_again"))
    links = [link_in(message) for message in mails()]

    for link in links:
        client.post(link)

    assert [a.user for a in EmailAddress.objects.filter(verified=True)] == [first]


def test_opening_the_link_alone_confirms_nothing_and_signs_nobody_out(client, db):
    client.force_login(make_user())
    client.post(reverse("email_confirm_again"))
    link = link_in(mails()[-1])
    client.force_login(make_user())

    response = client.get(link)

    assert response.status_code == 200
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("key", ["x", "a:b:c", "%00"])
def test_an_invented_link_confirms_nothing(client, db, key):
    assert client.get(f"/accounts/email/confirm/{key}/").status_code == 200
    assert client.post(f"/accounts/email/confirm/{key}/").status_code == 404


def test_asking_again_takes_a_post_and_an_account(client, db):
    path = reverse("email_confirm_again")

    assert client.get(path).status_code == 405
    assert client.post(path).url == reverse("login")


def test_nothing_is_sent_again_when_nothing_waits(client, db):
    client.force_login(make_confirmed("a@example.com"))

    client.post(reverse("email_confirm_again"))

    assert mails() == []
