"""Signing in to the API: where passwords are taken, what sessions need, and how much one may ask."""

import pytest
from django.test import Client

from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.tests.asking import basic, bearer, browser_of, make_secret, program

pytestmark = pytest.mark.django_db

COURSES, TOKENS = "/api/courses/", "/api/tokens/"
NEW = {"name": "Script", "scopes": ["read"], "expires_at": None}
FAR = "203.0.113.9"


def test_a_password_is_taken_on_this_machine(client):
    assert client.get(TOKENS, headers=basic(make_user())).status_code == 200


def test_a_password_is_refused_where_others_listen(client):
    answer = client.get(TOKENS, headers=basic(make_user()), REMOTE_ADDR=FAR)

    assert (answer.status_code, answer.json()["code"]) == (401, "plain")


def test_a_password_is_taken_over_tls(client):
    headers = basic(make_user())

    assert client.get(TOKENS, headers=headers, REMOTE_ADDR=FAR, secure=True).status_code == 200


def test_a_password_is_refused_behind_a_proxy_without_tls(client, settings):
    settings.EDUCA_PROXY = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = basic(make_user())

    plain = client.get(TOKENS, headers={**headers, "X-Forwarded-Proto": "http"})
    safe = client.get(TOKENS, headers={**headers, "X-Forwarded-Proto": "https"})

    assert (plain.status_code, safe.status_code) == (401, 200)


def test_a_header_invents_no_tls_without_a_proxy(client):
    headers = {**basic(make_user()), "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}

    assert client.get(TOKENS, headers=headers, REMOTE_ADDR=FAR).status_code == 401


def test_a_wrong_password_is_refused_with_problem_details(client):
    answer = client.get(TOKENS, headers=basic(make_user(), "wrong"))

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_too_many_wrong_passwords_are_answered_429_also_to_the_right_one(client):
    ada = make_user()
    answers = [client.get(TOKENS, headers=basic(ada, "wrong")).status_code for _ in range(5)]

    answer = client.get(TOKENS, headers=basic(ada))

    assert (answers, answer.status_code) == ([401] * 5, 429)
    assert answer["Content-Type"] == "application/problem+json"
    assert int(answer["Retry-After"]) > 60


@pytest.mark.parametrize("value", ["Basic", "Basic x", "Basic é", "Basic eA==", "Basic AAAA"])
def test_what_is_no_name_with_a_password_is_refused(client, value):
    assert client.get(TOKENS, HTTP_AUTHORIZATION=value).status_code == 401


def test_a_session_posts_nothing_without_the_token_of_a_form(client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser_of(make_user()).cookies

    answer = strict.post(TOKENS, NEW, "application/json")

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_a_session_posts_with_the_token_of_a_form():
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = browser_of(make_user()).cookies
    browser.get("/accounts/tokens/")
    csrf = browser.cookies["csrf"].value

    answer = browser.post(TOKENS, NEW, "application/json", headers={"X-CSRFToken": csrf})

    assert answer.status_code == 201


def test_a_token_needs_no_token_of_a_form():
    strict = Client(enforce_csrf_checks=True, headers=bearer(make_secret(make_instructor())))

    assert strict.post(COURSES, {}, "application/json").status_code == 400  # it lacks a title


def test_each_token_has_a_limit_of_its_own(settings):
    settings.EDUCA_API_PER_MINUTE = 2
    ada = make_user()
    busy, other = program(ada), program(ada)
    allowed = [busy.get(COURSES).status_code for _ in range(2)]

    answer = busy.get(COURSES)

    assert (allowed, answer.status_code, answer.json()["code"]) == ([200, 200], 429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert other.get(COURSES).status_code == 200


def test_visitors_of_one_network_share_a_limit(settings, client):
    settings.EDUCA_API_VISITORS_PER_MINUTE = 1
    client.get(COURSES)

    assert client.get(COURSES).status_code == 429
    assert client.get(COURSES, REMOTE_ADDR=FAR).status_code == 200
    assert program(make_user()).get(COURSES).status_code == 200
