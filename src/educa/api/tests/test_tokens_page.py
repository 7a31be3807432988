"""The page on which people look after their access tokens."""

import re

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.models import User
from educa.accounts.tests.factories import PASSWORD, make_user
from educa.api.models import AccessToken
from educa.api.models.token import MOST_TOKENS
from educa.api.tests.asking import bearer, browser_of, make_secret

pytestmark = pytest.mark.django_db

PAGE = "/accounts/tokens/"
NEW = {"name": "Script", "scopes": ["read", "teach"], "lifetime": "30"}


@pytest.fixture
def ada() -> User:
    return make_user(username="ada")


@pytest.fixture
def browser(ada: User) -> Client:
    """Signed in, but not with the password a moment ago."""
    client = Client()
    client.force_login(ada)
    return client


def test_the_profile_leads_to_the_page(browser):
    assertContains(browser.get("/accounts/profile/"), f'href="{PAGE}"')


def test_a_token_is_shown_once_and_works(browser, client):
    made = browser.post(PAGE, {**NEW, "password": PASSWORD})

    secret = re.search(r"educa_[\w-]{43}", made.content.decode())[0]
    assert client.get("/api/courses/", headers=bearer(secret)).status_code == 200
    assert "no-store" in made["Cache-Control"]
    assertNotContains(browser.get(PAGE), secret)
    assertContains(browser.get(PAGE), secret[:10])


def test_the_page_says_what_a_token_may_do_and_when_it_was_used(browser, client):
    secret = browser.post(PAGE, {**NEW, "password": PASSWORD}).context["secret"]
    assertContains(browser.get(PAGE), "Not yet")

    client.get("/api/courses/", headers=bearer(secret))

    assertContains(browser.get(PAGE), "Build and change your courses")
    assertNotContains(browser.get(PAGE), "Not yet")


def test_no_token_is_made_without_the_password(browser):
    response = browser.post(PAGE, NEW)

    assertContains(response, "No token was made")
    assert not AccessToken.objects.exists()


def test_no_token_is_made_with_a_wrong_password(browser):
    assertContains(browser.post(PAGE, {**NEW, "password": "wrong"}), "No token was made")
    assert not AccessToken.objects.exists()


def test_who_typed_the_password_a_moment_ago_is_not_asked_again(ada):
    browser = browser_of(ada)

    assertNotContains(browser.get(PAGE), 'type="password"')
    assertContains(browser.post(PAGE, NEW), "shown this once")


def test_a_token_needs_a_scope(ada):
    assertContains(browser_of(ada).post(PAGE, {**NEW, "scopes": []}), "Choose at least one.")
    assert not AccessToken.objects.exists()


def test_a_token_may_never_expire(ada):
    browser_of(ada).post(PAGE, {**NEW, "lifetime": "never"})

    assert AccessToken.objects.get().expires_at is None


def test_revoking_is_asked_about_first(ada, browser, client):
    secret = make_secret(ada, name="Old script")
    revoke = f"{PAGE}{AccessToken.objects.get().pk}/revoke/"

    assertContains(browser.get(revoke), "Old script")
    assert client.get("/api/courses/", headers=bearer(secret)).status_code == 200
    assertContains(browser.post(revoke, follow=True), "is revoked")
    assert client.get("/api/courses/", headers=bearer(secret)).status_code == 401


def test_somebody_else_neither_sees_nor_revokes_a_token(browser):
    make_secret(make_user(), name="Private")
    revoke = f"{PAGE}{AccessToken.objects.get().pk}/revoke/"

    assertNotContains(browser.get(PAGE), "Private")
    assert browser.get(revoke).status_code == 404
    assert browser.post(revoke).status_code == 404
    assert AccessToken.objects.count() == 1


def test_with_as_many_tokens_as_one_can_have_the_form_is_gone(ada):
    browser = browser_of(ada)
    for _ in range(MOST_TOKENS):
        make_secret(ada)

    assertNotContains(browser.get(PAGE), 'name="scopes"')
    assertContains(browser.post(PAGE, NEW), "Revoke one first")
    assert AccessToken.objects.count() == MOST_TOKENS


def test_an_account_without_a_password_is_told_how_to_get_one(ada, browser):
    ada.set_unusable_password()
    ada.save()
    browser.force_login(ada)

    assertContains(browser.get(PAGE), "Choose a password")


def test_a_name_is_shown_as_it_was_typed(ada, browser):
    make_secret(ada, name="<b>bold</b>")

    assertContains(browser.get(PAGE), "&lt;b&gt;bold&lt;/b&gt;")


def test_more_tokens_take_no_more_queries(ada, browser, django_assert_num_queries):
    make_secret(ada)
    with django_assert_num_queries(2):
        browser.get(PAGE)
    for _ in range(10):
        make_secret(ada)

    with django_assert_num_queries(2):
        browser.get(PAGE)
