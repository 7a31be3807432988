"""Deleting one's own account: what is asked, what is in the way, and what is gone at once."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client, TestCase
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.actions import ErasureRefused, erase, finish_erasures, signing_in
from educa.accounts.models import Erasure, RetiredName, User
from educa.accounts.tests.factories import PASSWORD, make_admin, make_user
from educa.lib.mail import wait_until_sent

DELETE, DELETED, PROFILE = "/accounts/delete/", "/accounts/deleted/", "/accounts/profile/"
SURE = {"password": PASSWORD, "is_sure": "on"}


@pytest.fixture
def ada(db: None) -> User:
    return make_user(username="ada", email="ada@example.com", language="en")


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def register(username: str) -> Any:
    return Client().post(
        reverse("student_registration"),
        {"username": username, "email": "new@example.com", "password1": PASSWORD},
    )


def test_the_page_says_what_goes_and_what_stays(browser: Client) -> None:
    response = browser.get(DELETE)

    assertContains(response, "What goes")
    assertContains(response, "Every browser is signed out at once")
    assertContains(response, "Nothing: you have made nothing that others need.")


def test_an_account_is_deleted_and_another_one_stays(browser: Client) -> None:
    other = make_user()

    response = browser.post(DELETE, SURE)

    assert (response.status_code, response.url) == (302, DELETED)
    assert list(User.objects.all()) == [other]
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "no-store" in response.headers["Cache-Control"]
    assertContains(browser.get(DELETED), "Your account is deleted")


@pytest.mark.parametrize(
    "form", [{"is_sure": "on"}, {"password": PASSWORD}, SURE | {"password": "x"}]
)
def test_nothing_is_deleted_without_password_and_confirmation(
    browser: Client, ada: User, form: dict[str, str]
) -> None:
    response = browser.post(DELETE, form)

    assertContains(response, "Your account was not deleted. Please check:")
    assert User.objects.get() == ada


def test_wrong_passwords_are_counted(browser: Client, ada: User) -> None:
    wrong = SURE | {"password": "wrong"}

    answers = [browser.post(DELETE, wrong).status_code for _time in range(6)]

    assert answers == [200] * 5 + [429]
    assert User.objects.get() == ada


def test_all_other_sessions_are_dead_at_once(browser: Client, ada: User) -> None:
    phone = Client()
    phone.force_login(ada)
    assert phone.get(PROFILE).status_code == 200

    browser.post(DELETE, SURE)

    assert phone.get(PROFILE).status_code == 302


def test_a_mail_says_that_it_is_done(browser: Client) -> None:
    browser.post(DELETE, SURE)
    assert mail.outbox == []

    finish_erasures()
    finish_erasures()

    wait_until_sent()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ada@example.com"], "Your account is deleted")
    assert not Erasure.objects.exists()


def test_the_only_superuser_can_t_go(client: Client, db: None) -> None:
    client.force_login(make_admin())
    make_user(is_superuser=True, is_active=False)

    assertContains(client.get(DELETE), "You are the only superuser.")
    assertContains(client.post(DELETE, SURE), "You are the only superuser.", status_code=409)


def test_one_of_two_superusers_can_go(client: Client, db: None) -> None:
    client.force_login(make_admin())
    other = make_admin()

    client.post(DELETE, SURE)

    assert list(User.objects.all()) == [other]


def test_who_has_no_password_gets_one_first(browser: Client, ada: User) -> None:
    ada.set_unusable_password()
    ada.save()
    browser.force_login(ada)

    assertContains(browser.get(DELETE), "Choose a password")
    assert browser.post(DELETE, {"is_sure": "on", "password": ""}).status_code == 200
    assert User.objects.exists()


def test_who_has_neither_password_nor_address_asks_an_administrator(
    client: Client, db: None
) -> None:
    user = make_user(email="")
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    assertContains(client.get(DELETE), "Ask the administrators of this site.")


def test_a_name_can_t_be_taken_again_nor_one_that_looks_like_it(ada: User) -> None:
    erase(ada)

    assertContains(register("ada"), "Please choose another one.")
    assertContains(register("аdа"), "different scripts")
    assertContains(register("ADA"), "Please choose another one.")
    with pytest.raises(ValidationError):
        User(username="ada").full_clean()
    assert register("adam").status_code == 302


def test_the_name_itself_is_not_kept(ada: User) -> None:
    erase(ada)

    row = RetiredName.objects.get()
    assert "ada" not in str(row.digest)
    assert len(row.digest) == 64


def test_a_name_stays_taken_when_the_key_of_the_site_changes(ada: User, settings: Any) -> None:
    erase(ada)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10

    assert User.objects.is_taken("ada")


def test_deleting_twice_does_no_harm(ada: User) -> None:
    erase(User.objects.get(pk=ada.pk))

    assert erase(ada) is None


def test_the_stand_in_can_t_be_deleted_and_nobody_gets_its_name(ada: User) -> None:
    stand_in = User.objects.stand_in()

    with pytest.raises(ErasureRefused):
        erase(stand_in)

    assert not stand_in.is_active
    assertNotContains(register(stand_in.username), "xyz")
    assert User.objects.count() == 2


def test_who_writes_while_their_account_goes_is_signed_out(
    browser: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*args: Any, **how: Any) -> None:
        erase(ada)
        raise IntegrityError

    monkeypatch.setattr(signing_in, "awaited_address", too_late)
    monkeypatch.setattr("educa.accounts.actions.awaited_address", too_late)

    response = browser.get(PROFILE)

    assert (response.status_code, response.url) == (302, "/accounts/login/")


def test_files_that_a_killed_process_left_are_deleted(
    ada: User, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    left, beside = tmp_path / "left.zip", tmp_path / "upload.part"
    left.write_bytes(b"x")
    beside.write_bytes(b"x")
    with TestCase.captureOnCommitCallbacks(execute=True):
        erasure = erase(ada)
    Erasure.objects.filter(pk=erasure.pk).update(stored=["left.zip"], paths=[str(beside)])

    finish_erasures()

    assert not left.exists()
    assert not beside.exists()
